//! `blur`: image processing. Blurs a seeded image tile by tile with a library's Gaussian blur.

use image::{GrayImage, imageops};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Answer, Family, Job, Kind, Needs, Outcome, Param, Place, Spec, Unit};
use crate::failure::Failure;

/// Makes an image of noise from `seed`, blurs it and answers a digest of the pixels.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Blur {
    seed: u64,
    side: u32,
}

const SIGMA: f32 = 2.0;
const TILE: u32 = 32;
/// How far a pixel's neighbourhood reaches; a wider margin changes nothing (tested).
const MARGIN: u32 = 8;
/// Jobs share a few images: checking the answers must not take longer than running them.
const IMAGES: usize = 4;

impl Job for Blur {
    const KIND: Kind = Kind {
        id: "blur",
        family: Family::Cpu,
        waits: false,
        about: "blurs an image of seeded noise tile by tile: computing that goes through memory",
        params: &[Param {
            name: "side",
            unit: Unit::Pixels,
            default: 512, // about 3 ms
            range: (1, 4096),
            about: "width and height of the image",
        }],
        needs: Needs::Nothing,
        ..Kind::PLAIN
    };
    type Client = ();
    type AsyncClient = ();

    fn new(spec: &Spec, index: usize, _: usize) -> Self {
        let side = u32::try_from(spec.value("side")).unwrap_or(u32::MAX);
        Self { seed: (index % IMAGES) as u64, side }
    }

    /// By blurring the whole image at once: the tiles and their margins must not show.
    fn known(&self) -> Answer {
        xxh3_64(imageops::blur(&self.noise(), SIGMA).as_raw())
    }

    fn connect(_: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect_async(_: &Place) -> Result<(), Failure> {
        Ok(())
    }

    fn run(&self, (): &()) -> Outcome {
        let image = self.noise();
        let mut blurred = GrayImage::new(self.side, self.side);
        for top in (0..self.side).step_by(TILE as usize) {
            for left in (0..self.side).step_by(TILE as usize) {
                self.blur_tile(&image, &mut blurred, left, top);
            }
        }
        Ok(xxh3_64(blurred.as_raw()))
    }

    async fn run_async(&self, client: &()) -> Outcome {
        self.run(client)
    }
}

impl Blur {
    fn noise(&self) -> GrayImage {
        let mut image = GrayImage::new(self.side, self.side);
        StdRng::seed_from_u64(self.seed).fill_bytes(&mut image);
        image
    }

    fn blur_tile(&self, image: &GrayImage, blurred: &mut GrayImage, left: u32, top: u32) {
        let (from_x, from_y) = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
        let reach = |start: u32| (start + TILE + MARGIN).min(self.side);
        let around =
            imageops::crop_imm(image, from_x, from_y, reach(left) - from_x, reach(top) - from_y).to_image();
        let around = imageops::blur(&around, SIGMA);
        let size = |start: u32| TILE.min(self.side - start);
        let tile = imageops::crop_imm(&around, left - from_x, top - from_y, size(left), size(top)).to_image();
        imageops::replace(blurred, &tile, i64::from(left), i64::from(top));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_give_the_same_picture_as_the_whole() {
        for side in [1, 31, 32, 33, 100, 128] {
            let blur = Blur { seed: 7, side };
            assert_eq!(blur.run(&()), Ok(blur.known()), "{side} pixels");
        }
    }

    #[test]
    fn different_seeds_give_different_pictures() {
        assert_ne!(Blur { seed: 1, side: 64 }.known(), Blur { seed: 2, side: 64 }.known());
    }
}
