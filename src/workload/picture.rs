//! Grey pictures and their Gaussian blur in whole numbers, so that every machine and language computes the same pixels.
//!
//! The blur rounds in its last step only. So rows first, columns first and all neighbours at once give the same pixels.

use std::ops::Range;

use mock_server::route;

use super::{Answer, Digest, phase};
use crate::failure::{Failure, OrFail};

/// The weights of a normal distribution with a standard deviation of 2 pixels, in 256ths: the neighbours from 6 pixels on one
/// side to 6 on the other.
const WEIGHTS: [u8; 13] = [1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1];
/// How far a pixel's neighbourhood reaches.
const REACH: usize = WEIGHTS.len() / 2;
const TILE: usize = 32;

/// Pixels from 0 (black) to 255 (white), row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// A square of noise, as the mock server would send it.
    pub(super) fn noise(key: u64, side: u32) -> Self {
        let side = side as usize;
        Self { width: side, height: side, pixels: route::body(key, side * side) }
    }

    /// The picture in a grey PNG of 8 bits a pixel.
    ///
    /// # Errors
    /// If the file is none.
    pub(super) fn decoded(file: &[u8]) -> Result<Self, Failure> {
        let mut reader =
            png::Decoder::new(std::io::Cursor::new(file)).read_info().or_fail(|| "decode a PNG")?;
        let (kind, size) = (reader.output_color_type(), reader.output_buffer_size());
        let (grey, Some(size)) = ((png::ColorType::Grayscale, png::BitDepth::Eight), size) else {
            return Err(Failure::new("cannot decode a PNG: it is too large for this machine"));
        };
        if kind != grey {
            return Err(Failure::new("cannot decode a PNG: it is not grey with 8 bits a pixel"));
        }
        let mut pixels = vec![0; size];
        let frame = reader.next_frame(&mut pixels).or_fail(|| "decode a PNG")?;
        Ok(Self { width: frame.width as usize, height: frame.height as usize, pixels })
    }

    /// The digest of the pixels.
    pub(super) fn digest(&self, digest: Digest) -> Answer {
        digest.of(&self.pixels)
    }

    /// Blurred tile by tile, rows first, with a checkpoint after each.
    pub(super) fn blurred(&self) -> Self {
        let mut blurred = Self { pixels: vec![0; self.pixels.len()], ..*self };
        for top in (0..self.height).step_by(TILE) {
            for left in (0..self.width).step_by(TILE) {
                let (right, bottom) = ((left + TILE).min(self.width), (top + TILE).min(self.height));
                self.blur_tile(left..right, top..bottom, &mut blurred.pixels);
                phase::checkpoint();
            }
        }
        blurred
    }

    fn blur_tile(&self, columns: Range<usize>, rows: Range<usize>, blurred: &mut [u8]) {
        let mut padded = [0; TILE + 2 * REACH];
        let mut across = [[0_u16; TILE]; TILE + 2 * REACH];
        for (at, across) in across.iter_mut().enumerate().take(rows.len() + 2 * REACH) {
            self.row(clamped(rows.start + at, self.height), &columns, &mut padded);
            for (x, sum) in across.iter_mut().enumerate() {
                let around = padded[x..x + WEIGHTS.len()].iter().zip(WEIGHTS);
                *sum = around.map(|(pixel, weight)| u16::from(*pixel) * u16::from(weight)).sum();
            }
        }
        for (at, y) in rows.enumerate() {
            let row = &mut blurred[y * self.width..][columns.clone()];
            for (x, pixel) in row.iter_mut().enumerate() {
                let around = across[at..at + WEIGHTS.len()].iter().zip(WEIGHTS);
                *pixel = rounded(around.map(|(row, weight)| u32::from(row[x]) * u32::from(weight)).sum());
            }
        }
    }

    /// Some pixels of a row with their neighbours to both sides; beyond an edge stands its last pixel.
    fn row(&self, y: usize, columns: &Range<usize>, padded: &mut [u8; TILE + 2 * REACH]) {
        let row = &self.pixels[y * self.width..][..self.width];
        if columns.start >= REACH && columns.start + TILE + REACH <= self.width {
            padded.copy_from_slice(&row[columns.start - REACH..][..TILE + 2 * REACH]);
        } else {
            for (x, pixel) in padded.iter_mut().enumerate() {
                *pixel = row[clamped(columns.start + x, self.width)];
            }
        }
    }

    /// The same by another way: without tiles, columns first.
    pub(super) fn blurred_columns_first(&self) -> Self {
        let (width, length) = (self.width, self.pixels.len());
        let weighed = |sums: &mut dyn Iterator<Item = u32>| -> u32 {
            sums.zip(WEIGHTS).map(|(sum, weight)| sum * u32::from(weight)).sum()
        };
        let down = |at: usize| -> u32 {
            let (x, y) = (at % width, at / width);
            let row = |dy: usize| u32::from(self.pixels[clamped(y + dy, self.height) * width + x]);
            weighed(&mut (0..WEIGHTS.len()).map(row))
        };
        let down: Vec<u32> = (0..length).map(down).collect();
        let across = |at: usize| {
            let (x, row) = (at % width, &down[at - at % width..]);
            rounded(weighed(&mut (0..WEIGHTS.len()).map(|dx| row[clamped(x + dx, width)])))
        };
        Self { pixels: (0..length).map(across).collect(), ..*self }
    }
}

/// The coordinate [`REACH`] before `at`, or the nearest one that the picture has.
fn clamped(at: usize, length: usize) -> usize {
    at.saturating_sub(REACH).min(length - 1)
}

/// The weights of both directions add up to 256 x 256.
fn rounded(sum: u32) -> u8 {
    u8::try_from((sum + (1 << 15)) >> 16).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_first_in_tiles_columns_first_and_all_at_once_give_the_same_pixels() {
        for (width, height) in [(1, 1), (31, 1), (32, 5), (33, 70), (100, 100), (128, 64)] {
            let picture = Picture { width, height, pixels: route::body(7, width * height) };
            assert_eq!(picture.blurred(), at_once(&picture), "{width} x {height}");
            assert_eq!(picture.blurred_columns_first(), at_once(&picture), "{width} x {height}");
        }
    }

    /// Each pixel from all its neighbours, as the textbook has it.
    fn at_once(picture: &Picture) -> Picture {
        let weight = |at: usize| u32::from(WEIGHTS[at]);
        let pixel = |at: usize| {
            let (x, y) = (at % picture.width, at / picture.width);
            let near = (0..WEIGHTS.len()).flat_map(|dy| (0..WEIGHTS.len()).map(move |dx| (dx, dy)));
            let sum = near.map(|(dx, dy)| {
                let (column, row) = (clamped(x + dx, picture.width), clamped(y + dy, picture.height));
                u32::from(picture.pixels[row * picture.width + column]) * weight(dx) * weight(dy)
            });
            rounded(sum.sum())
        };
        Picture { pixels: (0..picture.pixels.len()).map(pixel).collect(), ..*picture }
    }

    #[test]
    fn the_weights_are_those_of_a_normal_distribution() {
        assert_eq!(WEIGHTS.iter().map(|weight| u32::from(*weight)).sum::<u32>(), 256);
        let bell = |x: f64| (-x * x / 8.0).exp() / (8.0 * std::f64::consts::PI).sqrt() * 256.0;
        for (at, weight) in WEIGHTS.iter().enumerate() {
            assert!((f64::from(*weight) - bell(at as f64 - 6.0)).abs() < 1.0, "{at}: {weight}");
        }
    }

    #[test]
    fn one_white_pixel_becomes_a_bell_and_a_plain_picture_stays_as_it_is() {
        let mut pixels = vec![0; 21 * 21];
        pixels[10 * 21 + 10] = 255;
        let bell = Picture { width: 21, height: 21, pixels }.blurred();
        let row: Vec<u8> = bell.pixels[10 * 21 + 3..][..8].to_vec();
        assert_eq!(row, [0, 0, 0, 1, 3, 6, 9, 11]);
        let plain = Picture { width: 40, height: 3, pixels: vec![200; 120] };
        assert_eq!(plain.blurred(), plain);
    }

    #[test]
    fn a_file_that_is_no_grey_png_is_refused() {
        for file in [&b"PNG"[..], b"", &[0; 100]] {
            assert!(Picture::decoded(file).expect_err("no PNG").message.starts_with("cannot decode a PNG: "));
        }
    }
}
