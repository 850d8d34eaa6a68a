//! The contract between clients and servers: which paths exist, and which bytes they answer with.
//!
//! Answers for: writing and reading paths, and the content of a body.
//! Must not know: servers, sockets, or clients.
//!
//! A body depends on nothing but its path, so a client knows the right answer before it asks.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The largest body a server makes, in bytes.
pub const MAX_BYTES: usize = 16 << 20;

/// The longest delay a server grants.
pub const MAX_DELAY: Duration = Duration::from_secs(60);

/// The largest image a server makes, in pixels a side.
pub const MAX_SIDE: u32 = 4096;

/// The most requests `/hold/k` can gather.
pub const MAX_HOLD: u32 = 100_000;

/// What a GET asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResponseSpec {
    /// Chooses the content of the body.
    pub key: u64,
    /// How long the server waits before it answers; no timer is involved when it is zero.
    pub delay: Duration,
    /// Length of the body.
    pub bytes: usize,
}

/// A path that a server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Route {
    /// `/get`: answer after the delay.
    Get(ResponseSpec),
    /// `/hold/k`: answer once `k` requests wait for it, which proves that many were in flight.
    Hold {
        /// How many must wait, from 1 to [`MAX_HOLD`].
        k: u32,
        /// What each of them gets; the delay starts at the release.
        response: ResponseSpec,
    },
    /// `/image/side`: a square grey image as PNG, whose pixels are the [`body`] of the key.
    Image {
        /// Width and height, from 1 to [`MAX_SIDE`] pixels.
        side: u32,
        /// Key and delay; `bytes` does not count.
        response: ResponseSpec,
    },
}

impl Route {
    /// What a client gets when it gets anything.
    #[must_use]
    pub fn response(&self) -> &ResponseSpec {
        match self {
            Route::Get(response) | Route::Hold { response, .. } | Route::Image { response, .. } => response,
        }
    }
}

/// Writes a route as path and query; beyond the limits of this module, one that [`parse`] refuses.
#[must_use]
pub fn path(route: &Route) -> String {
    let (base, ResponseSpec { key, delay, bytes }) = match route {
        Route::Get(response) => ("/get".to_owned(), response),
        Route::Hold { k, response } => (format!("/hold/{k}"), response),
        Route::Image { side, response } => (format!("/image/{side}"), response),
    };
    format!("{base}?key={key}&delay_ns={}&bytes={bytes}", delay.as_nanos())
}

/// Reads path and query as written by [`path`]; `None` for any other form and beyond the limits.
#[must_use]
pub fn parse(path_and_query: &str) -> Option<Route> {
    let (path, query) = path_and_query.split_once('?')?;
    parse_parts(path, query)
}

pub(crate) fn parse_parts(path: &str, query: &str) -> Option<Route> {
    let response = parse_response(query)?;
    if path == "/get" {
        return Some(Route::Get(response));
    }
    if let Some(side) = path.strip_prefix("/image/") {
        let side = side.parse().ok()?;
        return (1..=MAX_SIDE).contains(&side).then_some(Route::Image { side, response });
    }
    let k = path.strip_prefix("/hold/")?.parse().ok()?;
    (1..=MAX_HOLD).contains(&k).then_some(Route::Hold { k, response })
}

fn parse_response(query: &str) -> Option<ResponseSpec> {
    let mut fields = query.split('&');
    let mut number = |name: &str| -> Option<u64> {
        let value = fields.next()?.strip_prefix(name)?.strip_prefix('=')?;
        value.parse().ok()
    };
    let key = number("key")?;
    let delay = Duration::from_nanos(number("delay_ns")?);
    let bytes = usize::try_from(number("bytes")?).ok()?;
    let allowed = fields.next().is_none() && delay <= MAX_DELAY && bytes <= MAX_BYTES;
    allowed.then_some(ResponseSpec { key, delay, bytes })
}

/// The body for a key: the little-endian output of splitmix64 seeded with `key`, cut to `bytes`.
///
/// Neighbouring keys share no prefix, so a mixed-up answer is noticed even in a short body.
#[must_use]
pub fn body(key: u64, bytes: usize) -> Vec<u8> {
    let mut state = key;
    let mut body = vec![0; bytes];
    for chunk in body.chunks_mut(8) {
        chunk.copy_from_slice(&splitmix64(&mut state).to_le_bytes()[..chunk.len()]);
    }
    body
}

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014;
/// constants as in Vigna's public-domain `splitmix64.c`.
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn responses() -> impl Strategy<Value = ResponseSpec> {
        let max_delay_ns = MAX_DELAY.as_nanos() as u64;
        (any::<u64>(), 0..=max_delay_ns, 0..=MAX_BYTES).prop_map(|(key, delay_ns, bytes)| ResponseSpec {
            key,
            delay: Duration::from_nanos(delay_ns),
            bytes,
        })
    }

    fn routes() -> impl Strategy<Value = Route> {
        prop_oneof![
            responses().prop_map(Route::Get),
            (1..=MAX_HOLD, responses()).prop_map(|(k, response)| Route::Hold { k, response }),
            (1..=MAX_SIDE, responses()).prop_map(|(side, response)| Route::Image { side, response }),
        ]
    }

    proptest! {
        #[test]
        fn every_route_within_the_limits_survives_the_round_trip(route in routes()) {
            prop_assert_eq!(parse(&path(&route)), Some(route));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[/?&=+a-z_0-9]{0,40}|\\PC{0,40}") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn a_route_is_written_as_documented() {
        let response = ResponseSpec { key: 17, delay: Duration::from_millis(10), bytes: 256 };
        assert_eq!(path(&Route::Get(response)), "/get?key=17&delay_ns=10000000&bytes=256");
        let held = Route::Hold { k: 32, response: ResponseSpec { delay: Duration::ZERO, ..response } };
        assert_eq!(path(&held), "/hold/32?key=17&delay_ns=0&bytes=256");
    }

    #[test]
    fn whatever_is_beyond_a_limit_or_misspelt_is_no_route() {
        for text in [
            "",
            "/get",
            "/get?key=1&delay_ns=0",
            "/get?key=1&delay_ns=0&bytes=16777217",
            "/get?key=1&delay_ns=60000000001&bytes=1",
            "/get?key=-1&delay_ns=0&bytes=1",
            "/get?key=1&delay_ns=0&bytes=1&more=1",
            "/get?bytes=1&delay_ns=0&key=1",
            "/gets?key=1&delay_ns=0&bytes=1",
            "/hold/0?key=1&delay_ns=0&bytes=1",
            "/hold/100001?key=1&delay_ns=0&bytes=1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_body_is_the_published_splitmix64_sequence() {
        // The reference output for seed 1234567, as listed at rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
        let published = [6457827717110365317_u64, 3203168211198807973, 9817491932198370423];
        assert_eq!(body(1234567, 24), published.map(u64::to_le_bytes).concat());
    }

    #[test]
    fn a_shorter_body_is_a_prefix_of_a_longer_one() {
        let long = body(17, 100);
        assert!((0..100).all(|bytes| body(17, bytes) == long[..bytes]));
    }
}
