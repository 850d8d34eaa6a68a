//! `timer`: waits, with no apparatus at all. What waiting costs when nothing else is in the way.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Answer, Digest, Family, Job, Kind, Outcome, Param, Spec, phase};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Timer {
    index: u64,
    delay: Duration,
}

impl Job for Timer {
    const KIND: Kind = Kind {
        id: "timer",
        family: Family::Io,
        waits: true,
        about: "waits for a while, with no server, no socket and no library in the way",
        many: "waits",
        params: &[Param { about: "how long to wait", ..Param::DELAY }],
        ..Kind::PLAIN
    };
    type Client = ();
    type AsyncClient = ();

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        Self { index: index as u64, delay: Duration::from_nanos(spec.value("delay")) }
    }

    fn known(&self, _: Digest) -> Answer {
        self.index
    }

    fn run(&self, (): &()) -> Outcome {
        phase::wait(|| std::thread::sleep(self.delay));
        Ok(self.index)
    }

    async fn run_async(&self, (): &()) -> Outcome {
        phase::wait_async(tokio::time::sleep(self.delay)).await;
        Ok(self.index)
    }
}
