//! 64-bit numbers as strings of 16 hexadecimal digits: JSON numbers above 2^53 are rounded in some languages.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A digest or an answer. It is also read as a number, as lanes of version 0 write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hex(pub u64);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Digits)
    }
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = Hex;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("16 hexadecimal digits")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Hex, E> {
        Ok(Hex(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hex, E> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Hex).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_with_all_digits_and_read_in_both_forms() {
        assert_eq!(serde_json::to_string(&Hex(255)).expect("text"), "\"00000000000000ff\"");
        let read = |text: &str| serde_json::from_str::<Hex>(text);
        assert_eq!(read("\"ffffffffffffffff\"").expect("digits"), Hex(u64::MAX));
        assert_eq!(read("18446744073709551615").expect("a number"), Hex(u64::MAX));
        for text in ["\"ff\"", "\"000000000000000g\"", "\"+00000000000000f\"", "-1", "1.5", "null", "1e300"] {
            let refused = read(text).expect_err(text).to_string();
            assert!(refused.contains("16 hexadecimal digits"), "{text}: {refused}");
        }
    }
}
