//! `primes`: mathematics. Counts the primes below a bound by trial division.

use serde::{Deserialize, Serialize};

use super::{Answer, Digest, Family, Job, Kind, Outcome, Param, Spec, Unit, phase};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Primes {
    bound: u64,
}

impl Job for Primes {
    const KIND: Kind = Kind {
        id: "primes",
        family: Family::Cpu,
        about: "counts the primes below a bound by trial division: computing that touches no memory",
        many: "counts of primes",
        params: &[Param {
            name: "bound",
            unit: Unit::Count,
            default: 100_000, // about 2 ms: long against any hand-over, short enough for many lanes
            range: (0, 10_000_000),
            about: "where to stop counting",
        }],
        ..Kind::PLAIN
    };
    type Client = ();
    type AsyncClient = ();

    fn new(spec: &Spec, _: usize, _: usize) -> Self {
        Self { bound: spec.value("bound") }
    }

    /// By the sieve of Eratosthenes, which shares nothing with trial division.
    fn known(&self, _: Digest) -> Answer {
        let bound = usize::try_from(self.bound).unwrap_or(usize::MAX);
        let mut composite = vec![false; bound.max(2)];
        let mut count = 0;
        for number in 2..bound {
            if composite[number] {
                continue;
            }
            count += 1;
            for multiple in (number * number..bound).step_by(number) {
                composite[multiple] = true;
            }
        }
        count
    }

    fn run(&self, (): &()) -> Outcome {
        Ok(self.count())
    }

    async fn run_async(&self, (): &()) -> Outcome {
        let job = Self { bound: self.bound };
        phase::compute(move || job.run(&())).await?
    }
}

impl Primes {
    fn count(&self) -> Answer {
        let mut odd = 0;
        for start in (3..self.bound).step_by(STRETCH) {
            let end = self.bound.min(start + STRETCH as u64);
            odd += (start..end).step_by(2).filter(|number| is_prime(*number)).count();
            phase::checkpoint();
        }
        odd as Answer + Answer::from(self.bound > 2)
    }
}

/// Numbers between two checkpoints: about 100 us below 100,000. Even, so that every stretch starts odd.
const STRETCH: usize = 4_000;

/// Whether an odd number from 3 up has no odd divisor up to its root.
fn is_prime(number: u64) -> bool {
    (3..)
        .step_by(2)
        .take_while(|divisor| divisor * divisor <= number)
        .all(|divisor| !number.is_multiple_of(divisor))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// π(x) for powers of ten: <https://oeis.org/A006880>.
    const PI: [(u64, Answer); 5] = [(10, 4), (100, 25), (1_000, 168), (10_000, 1_229), (100_000, 9_592)];

    #[test]
    fn division_and_sieve_both_give_the_published_counts() {
        for (bound, count) in PI {
            assert_eq!(Primes { bound }.run(&()), Ok(count), "trial division below {bound}");
            assert_eq!(Primes { bound }.known(Digest::Xxh3), count, "sieve below {bound}");
        }
    }

    #[test]
    fn the_smallest_bounds_are_right() {
        for (bound, count) in [(0, 0), (1, 0), (2, 0), (3, 1), (4, 2), (5, 2), (6, 3)] {
            assert_eq!(Primes { bound }.run(&()), Ok(count), "below {bound}");
            assert_eq!(Primes { bound }.known(Digest::Xxh3), count, "below {bound}");
        }
    }
}
