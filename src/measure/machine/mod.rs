//! What inspects the machine: what it is ([`environment`]), how late its timers are ([`timer`]), what it lacked
//! ([`evidence`]), what others took of it meanwhile ([`disturbance`]), whether it stood still ([`pause`]), what its host
//! withheld ([`shortage`]), and what to warn of. Must not know any workload, executor or lane.

pub mod disturbance;
pub mod environment;
pub mod evidence;
pub mod pause;
pub mod shortage;
pub mod timer;
pub mod warning;
