//! A clock that stands still until a test moves it.

use std::cell::Cell;
use std::time::Duration;

use super::{Clock, Stamp, nanos};

/// Time under a test's control, so that no test sleeps and none asserts a real duration.
#[derive(Debug, Default)]
pub struct Fake(Cell<u64>);

impl Fake {
    /// Lets `span` pass.
    pub fn advance(&self, span: Duration) {
        self.0.set(self.0.get() + nanos(span));
    }
}

impl Clock for Fake {
    fn now(&self) -> Stamp {
        Stamp(self.0.get())
    }
}
