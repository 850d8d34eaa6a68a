//! What inspects the machine: what it is ([`environment`]), how late its timers are ([`timer`]), what it lacked
//! ([`evidence`]) and what others took of it meanwhile ([`disturbance`]),
//! and what to warn of. Must not know any workload, executor or lane.

pub mod disturbance;
pub mod environment;
pub mod evidence;
pub mod timer;
pub mod warning;
