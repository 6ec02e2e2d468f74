//! How long values of a cache are good, and what follows when they are not.

use std::time::Duration;

use super::Deadline;
use crate::clock::nanos;

/// A cache's rules besides its time to live, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Freshness {
    /// Without a use for so long, a value is gone; the largest number is for ever.
    pub(crate) tti: u64,
    pub(crate) jitter: Jitter,
    /// At this part of its life a value is computed anew, if it is used then; 1 is never.
    pub(crate) refresh_ahead: f64,
    /// By how many times its cost, on average, a value is computed anew before its end, if it is used
    /// then; 0 is never.
    pub(crate) early: f64,
    /// For so long after its end a value is served while it is computed anew.
    pub(crate) stale: u64,
    /// For so long after its end a value is served if computing it anew fails.
    pub(crate) error: u64,
    /// For so long after its end a value is kept for the computation of its successor, which can ask for it;
    /// `None` if it cannot.
    pub(crate) kept: Option<u64>,
    /// What is added to the end of a value that is served because of an error.
    pub(crate) throttle: u64,
    /// Whether the hits on each entry are counted.
    pub(crate) counts_hits: bool,
    /// Times to live between these two, by whether values change; `None` if it is fixed.
    pub(crate) adaptive: Option<(u64, u64)>,
}

/// What is added to times to live, so that values that came together do not end together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Jitter {
    /// At most this part of the time to live.
    Part(f64),
    /// At most so many nanoseconds.
    Span(u64),
}

/// For how long an error puts off the next attempt.
const THROTTLE: u64 = 30_000_000_000;

impl Freshness {
    pub(crate) const PLAIN: Self = Self {
        tti: u64::MAX,
        jitter: Jitter::Part(0.0),
        refresh_ahead: 1.0,
        early: 0.0,
        stale: 0,
        error: 0,
        kept: None,
        throttle: THROTTLE,
        counts_hits: false,
        adaptive: None,
    };

    /// Whether more than a deadline has to be noted of each entry.
    pub(crate) fn needs_terms(&self) -> bool {
        self.counts_hits
            || self.tti != u64::MAX
            || self.refreshes()
            || self.error > 0
            || self.kept.is_some()
            || self.adaptive.is_some()
    }

    /// Whether values are computed anew before they are missed.
    pub(crate) fn refreshes(&self) -> bool {
        self.refresh_ahead < 1.0 || self.early > 0.0 || self.stale > 0
    }

    /// Whether the older value may take the place of what a computation gives.
    pub(crate) fn keeps_older(&self) -> bool {
        self.error > 0 || self.kept.is_some()
    }

    /// Whether it is of use to know exactly what each value has cost.
    pub(crate) fn asks_for_costs(&self) -> bool {
        self.early > 0.0
    }

    /// From when on a value is to be computed anew that is stored now, lives until `end` and has taken
    /// `cost`. `random` gives any number.
    pub(super) fn refresh_at(&self, now: u64, end: u64, cost: u64, random: fn() -> u64) -> u64 {
        if end == u64::MAX || !self.refreshes() {
            return u64::MAX;
        }
        if self.early > 0.0 {
            return end.saturating_sub(self.head_start(cost, random)).max(now);
        }
        let life = end.saturating_sub(now);
        let part = if self.refresh_ahead >= 1.0 {
            life
        } else {
            part_of(life, self.refresh_ahead)
        };
        now.saturating_add(part)
    }

    /// How long before its end a value is computed anew, by the distribution of `XFetch` (Vattani, Chierichetti
    /// and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015): exponential, with `early`
    /// times its cost as the mean.
    ///
    /// There each request draws for itself; here one draw counts for all requests of one value in this process, so
    /// that a request only compares. What is spread is the same: the first attempts of many processes.
    fn head_start(&self, cost: u64, random: fn() -> u64) -> u64 {
        const BITS: u32 = 53;
        // Above 0, and up to 1.
        let uniform = as_float((random() >> (u64::BITS - BITS)) + 1) / as_float(1 << BITS);
        part_of(cost, -self.early * uniform.ln())
    }

    /// For how long after its end a value may be of use without being fresh.
    pub(super) fn spare(&self) -> u64 {
        let longest = self.adaptive.map_or(0, |(_, most)| most);
        self.error.max(longest).max(self.kept.unwrap_or(0))
    }

    /// The end of a value stored now. A time to live of zero ends at once; one beyond the end of the
    /// clock (584 years) never does. `random` gives any number.
    pub(crate) fn deadline(
        &self,
        now: u64,
        ttl: Option<Duration>,
        random: fn() -> u64,
    ) -> Deadline {
        let Some(ttl) = ttl.map(nanos) else {
            return Deadline::NEVER;
        };
        // What is to expire at once does so.
        let most = if ttl == 0 { 0 } else { self.jitter.most(ttl) };
        let more = if most == 0 {
            0
        } else {
            // Up to and with `most`.
            most.checked_add(1)
                .map_or_else(random, |count| random() % count)
        };
        Deadline::from_raw(now.saturating_add(ttl).saturating_add(more))
    }
}

impl Jitter {
    fn most(self, ttl: u64) -> u64 {
        match self {
            Self::Part(part) => part_of(ttl, part),
            Self::Span(span) => span,
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a time span, roughly; the cast saturates"
)]
fn part_of(span: u64, part: f64) -> u64 {
    (as_float(span) * part) as u64
}

#[allow(clippy::cast_precision_loss, reason = "roughly")]
fn as_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn early(early: f64) -> Freshness {
        Freshness {
            early,
            ..Freshness::PLAIN
        }
    }

    #[test]
    fn head_starts_are_spread_exponentially() {
        const DRAWS: u64 = 10_000;
        static DRAWN: AtomicU64 = AtomicU64::new(0);
        // One number from each of as many equal parts.
        let random =
            || DRAWN.fetch_add(1, Ordering::Relaxed) * (u64::MAX / DRAWS) + u64::MAX / DRAWS / 2;
        let rules = early(2.0);
        let starts: Vec<u64> = (0..DRAWS)
            .map(|_| rules.head_start(SECOND, random))
            .collect();
        let mean = starts.iter().sum::<u64>() / DRAWS;
        assert!(mean.abs_diff(2 * SECOND) < SECOND / 100, "{mean}");
        // Half of them are less than the mean times the logarithm of 2.
        let small = starts.iter().filter(|start| **start < 1_386_294_361);
        assert!(small.count().abs_diff(5_000) <= 1);
    }

    #[test]
    fn the_extremes_of_what_is_drawn_have_a_meaning() {
        let least = || u64::MAX;
        let most = || 0;
        let rules = early(1.0);
        assert_eq!(
            rules.refresh_at(100, 500, 50, least),
            500,
            "not past the end"
        );
        assert_eq!(
            rules.refresh_at(100, 500, 50, most),
            100,
            "not before it is stored"
        );
        assert_eq!(
            rules.refresh_at(100, 500, 0, most),
            500,
            "what costs nothing"
        );
        assert_eq!(rules.refresh_at(100, u64::MAX, 50, most), u64::MAX);
        assert_eq!(early(f64::MAX).refresh_at(100, 500, u64::MAX, most), 100);
        assert_eq!(
            early(f64::MIN_POSITIVE).refresh_at(100, 500, u64::MAX, most),
            500
        );
    }
}
