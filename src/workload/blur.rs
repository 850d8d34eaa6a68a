//! `blur`: image processing. Blurs a picture of seeded noise tile by tile.

use serde::{Deserialize, Serialize};

use super::picture::Picture;
use super::{Answer, Digest, Family, Job, Kind, Outcome, Param, Spec, Unit, phase};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Blur {
    seed: u64,
    side: u32,
}

/// Jobs share a few images: checking the answers must not take longer than running them.
pub(super) const IMAGES: usize = 4;

impl Job for Blur {
    const KIND: Kind = Kind {
        id: "blur",
        family: Family::Cpu,
        about: "blurs an image of seeded noise tile by tile: computing that goes through memory",
        many: "images",
        params: &[Param {
            name: "side",
            unit: Unit::Pixels,
            default: 1024, // about 3 ms
            range: (1, 4096),
            about: "width and height of the image",
        }],
        ..Kind::PLAIN
    };
    type Client = ();
    type AsyncClient = ();

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        let side = u32::try_from(spec.value("side")).unwrap_or(u32::MAX);
        Self { seed: (index % IMAGES) as u64, side }
    }

    fn known(&self, digest: Digest) -> Answer {
        Picture::noise(self.seed, self.side).blurred_columns_first().digest(digest)
    }

    fn run(&self, (): &()) -> Outcome {
        Ok(Picture::noise(self.seed, self.side).blurred().digest(Digest::Xxh3))
    }

    async fn run_async(&self, (): &()) -> Outcome {
        let Self { seed, side } = *self;
        phase::compute(move || Picture::noise(seed, side).blurred().digest(Digest::Xxh3)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_job_gives_the_known_answer() {
        for side in [1, 33, 128] {
            let blur = Blur { seed: 7, side };
            assert_eq!(blur.run(&()), Ok(blur.known(Digest::Xxh3)), "{side} pixels");
        }
    }

    #[test]
    fn different_seeds_give_different_pictures() {
        assert_ne!(
            Blur { seed: 1, side: 64 }.known(Digest::Xxh3),
            Blur { seed: 2, side: 64 }.known(Digest::Xxh3)
        );
    }
}
