//! What is typical of a stream of numbers.

use std::sync::atomic::{AtomicU64, Ordering};

/// About half of the last numbers are greater: *frugal streaming* (Ma, Muthukrishnan and Sandler, 2013), one
/// number of memory, with steps in proportion, as what is noted here differs by orders of magnitude.
#[derive(Debug)]
pub(crate) struct Median(AtomicU64);

const STEP: f64 = 1.1;

impl Median {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// 0 before anything was noted.
    pub(super) fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }

    /// What comes is another stream.
    pub(super) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn note(&self, number: f64) {
        let before = self.get();
        let next = if before == 0.0 {
            number
        } else if number > before {
            (before * STEP).min(number)
        } else {
            (before / STEP).max(number)
        };
        // Relaxed, and one of two that come at once is lost: it is an estimate.
        self.0.store(next.to_bits(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_more() {
        let median = Median::new();
        assert!(median.get().abs() < f64::EPSILON);
        // 1, 10, .. 10^8: the middle one is 10^4.
        let numbers = (0..9).map(|exponent| 10_f64.powi(exponent));
        let numbers: Vec<f64> = numbers.collect();
        for round in 0..2_000 {
            median.note(numbers[round * 7 % 9]);
        }
        assert!((1e3..1e5).contains(&median.get()), "{}", median.get());
        // And follows when all of them fall.
        for round in 0..2_000 {
            median.note(numbers[round * 7 % 9] / 1e6);
        }
        assert!((1e-3..1e-1).contains(&median.get()), "{}", median.get());
    }

    #[test]
    fn nothing_but_zeros_is_zero() {
        let median = Median::new();
        (0..10).for_each(|_| median.note(0.0));
        assert!(median.get().abs() < f64::EPSILON);
    }
}
