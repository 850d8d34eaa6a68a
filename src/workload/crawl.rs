//! `crawl`: mixed work, the shape of most programs. Fetches an image from the server, decodes it, blurs it.

use mock_server::route::{self, Route};
use serde::{Deserialize, Serialize};

use super::http::{AsyncClient, Client};
use super::picture::Picture;
use super::{Answer, Digest, Family, Job, Kind, Needs, Outcome, Param, Spec, Unit, blur, connection, phase};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Crawl(Route);

impl Job for Crawl {
    const KIND: Kind = Kind {
        id: "crawl",
        family: Family::Mixed,
        waits: true,
        about: "fetches an image from the mock server, decodes it and blurs it: waiting, then computing",
        many: "images",
        params: &[
            Param::DELAY,
            Param {
                name: "side",
                unit: Unit::Pixels,
                default: 512, // about 1 ms of computing after 10 ms of waiting
                range: (1, route::MAX_SIDE as u64),
                about: "width and height of the image",
            },
        ],
        needs: Needs::Server,
        ..Kind::PLAIN
    };
    type Client = Client;
    type AsyncClient = AsyncClient;

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        let response = connection::get(spec, index % blur::IMAGES);
        Self(Route::Image { side: u32::try_from(spec.value("side")).unwrap_or(u32::MAX), response })
    }

    fn known(&self, digest: Digest) -> Answer {
        match self.0 {
            Route::Image { side, response } => {
                Picture::noise(response.key, side).blurred_columns_first().digest(digest)
            }
            Route::Get(response) | Route::Hold { response, .. } => connection::known(&response, digest),
        }
    }

    fn run(&self, client: &Client) -> Outcome {
        let file = client.fetch(&self.0)?;
        process(&file)
    }

    async fn run_async(&self, client: &AsyncClient) -> Outcome {
        let file = client.fetch(&self.0).await?;
        phase::compute(move || process(&file)).await?
    }
}

fn process(file: &[u8]) -> Outcome {
    let picture = Picture::decoded(file)?;
    phase::checkpoint();
    Ok(picture.blurred().digest(Digest::Xxh3))
}
