//! `blur`: image processing. Blurs a seeded image tile by tile with a library's Gaussian blur.

use image::{GrayImage, imageops};
use mock_server::route;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::{Answer, Family, Job, Kind, Needs, Outcome, Param, Place, Spec, Unit, phase};
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
pub(super) const IMAGES: usize = 4;

impl Job for Blur {
    const KIND: Kind = Kind {
        id: "blur",
        family: Family::Cpu,
        waits: false,
        about: "blurs an image of seeded noise tile by tile: computing that goes through memory",
        many: "images",
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

    fn known(&self) -> Answer {
        whole(&noise(self.seed, self.side))
    }

    fn connect(_: &Place) -> Result<(), Failure> {
        Ok(())
    }

    async fn connect_async(_: &Place) -> Result<(), Failure> {
        Ok(())
    }

    fn run(&self, (): &()) -> Outcome {
        Ok(tiled(&noise(self.seed, self.side), phase::checkpoint))
    }

    const UNCHECKED: Option<fn(&Self, &()) -> Outcome> =
        Some(|job, ()| Ok(tiled(&noise(job.seed, job.side), || ())));

    async fn run_async(&self, (): &()) -> Outcome {
        let Self { seed, side } = *self;
        phase::compute(move || tiled(&noise(seed, side), phase::checkpoint)).await
    }
}

/// An image as the mock server would send it.
pub(super) fn noise(key: u64, side: u32) -> GrayImage {
    let pixels = route::body(key, side as usize * side as usize);
    GrayImage::from_raw(side, side, pixels).unwrap_or_default()
}

/// The digest of the blurred image, found by blurring the whole at once: tiles and margins must not show.
pub(super) fn whole(image: &GrayImage) -> Answer {
    xxh3_64(imageops::blur(image, SIGMA).as_raw())
}

/// The same tile by tile.
pub(super) fn tiled(image: &GrayImage, checkpoint: impl Fn()) -> Answer {
    let (width, height) = image.dimensions();
    let mut blurred = GrayImage::new(width, height);
    for top in (0..height).step_by(TILE as usize) {
        for left in (0..width).step_by(TILE as usize) {
            blur_tile(image, &mut blurred, left, top);
            checkpoint();
        }
    }
    xxh3_64(blurred.as_raw())
}

fn blur_tile(image: &GrayImage, blurred: &mut GrayImage, left: u32, top: u32) {
    let (width, height) = image.dimensions();
    let (from_x, from_y) = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
    let (to_x, to_y) = (width.min(left + TILE + MARGIN), height.min(top + TILE + MARGIN));
    let around = imageops::crop_imm(image, from_x, from_y, to_x - from_x, to_y - from_y).to_image();
    let around = imageops::blur(&around, SIGMA);
    let (x, y) = (left - from_x, top - from_y);
    let tile = imageops::crop_imm(&around, x, y, TILE.min(width - left), TILE.min(height - top)).to_image();
    imageops::replace(blurred, &tile, i64::from(left), i64::from(top));
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
