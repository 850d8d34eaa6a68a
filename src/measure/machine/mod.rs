//! What looks at the machine: what it is, how late its timers are, what it lacked and what others took of it meanwhile,
//! and what to warn of. Must not know any workload, executor or lane.

pub mod environment;
pub mod evidence;
pub mod timer;
pub mod warning;
