//! Random numbers for the simulations of tests.

use rand::RngExt;
use rand::rngs::StdRng;

/// From the standard normal distribution, by the method of G. Box and M. Muller (1958).
pub(crate) fn normal(random: &mut StdRng) -> f64 {
    let (one, other): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos()
}
