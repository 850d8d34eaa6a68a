//! The functions that turn bytes into an answer. Fairlane's own jobs use XXH3, which costs least; CRC-32 is in the standard
//! library of every language that lanes are written in.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Answer;

/// Which function a lane uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Digest {
    /// XXH3 with 64 bits.
    #[default]
    #[serde(rename = "xxh3-64")]
    Xxh3,
    /// CRC-32 as in zip, gzip and PNG.
    #[serde(rename = "crc32")]
    Crc32,
}

impl Digest {
    /// The digest of these bytes.
    pub fn of(self, bytes: &[u8]) -> Answer {
        match self {
            Self::Xxh3 => xxh3_64(bytes),
            Self::Crc32 => crc32fast::hash(bytes).into(),
        }
    }

    /// The digest of a batch's answers: over each as a little-endian `u64`, in submission order.
    pub fn of_answers(self, answers: &[Answer]) -> Answer {
        let bytes: Vec<u8> = answers.iter().flat_map(|answer| answer.to_le_bytes()).collect();
        self.of(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_give_the_published_check_values() {
        // <https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iso-hdlc>; XXH3 of nothing, from its
        // specification.
        assert_eq!(Digest::Crc32.of(b"123456789"), 0xcbf4_3926);
        assert_eq!(Digest::Xxh3.of(b""), 0x2d06_8005_38d3_94c2);
    }

    #[test]
    fn the_digest_of_a_batch_depends_on_the_order() {
        for digest in [Digest::Xxh3, Digest::Crc32] {
            assert_ne!(digest.of_answers(&[1, 2]), digest.of_answers(&[2, 1]));
        }
    }
}
