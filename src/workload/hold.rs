//! `hold`: proves concurrency without timing. The server answers when k requests wait, and not before.

use mock_server::route::Route;
use serde::{Deserialize, Serialize};

use super::tcp::{AsyncClient, Client};
use super::{Answer, Digest, Job, Kind, Needs, Outcome, Param, Spec, Unit, connection};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hold(Route);

impl Job for Hold {
    const KIND: Kind = Kind {
        id: "hold",
        waits: true,
        about: "gets its answer only when k requests wait at once: proves that jobs really overlap",
        many: "requests",
        params: &[
            Param {
                name: "k",
                unit: Unit::Count,
                default: 0,
                range: (0, 100_000),
                about: "how many must wait; 0: all jobs",
            },
            Param::BODY,
        ],
        needs: Needs::ThinServer,
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = AsyncClient;

    fn new(spec: &Spec, index: usize, jobs: usize) -> Self {
        let k = u32::try_from(Self::at_once(spec, jobs)).unwrap_or(u32::MAX);
        Self(Route::Hold { k, response: connection::get(spec, index) })
    }

    fn known(&self, digest: Digest) -> Answer {
        connection::known(self.0.response(), digest)
    }

    fn at_once(spec: &Spec, jobs: usize) -> usize {
        match usize::try_from(spec.value("k")).unwrap_or(usize::MAX) {
            0 => jobs,
            k => k,
        }
    }

    fn run(&self, client: &Client) -> Outcome {
        client.get(&self.0)
    }

    async fn run_async(&self, client: &AsyncClient) -> Outcome {
        client.get(&self.0).await
    }
}
