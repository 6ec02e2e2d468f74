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
    /// For so long after its end a value is served while it is computed anew.
    pub(crate) stale: u64,
    /// For so long after its end a value is served if computing it anew fails.
    pub(crate) error: u64,
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
        stale: 0,
        error: 0,
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
            || self.adaptive.is_some()
    }

    /// Whether values are computed anew before they are missed.
    pub(crate) fn refreshes(&self) -> bool {
        self.refresh_ahead < 1.0 || self.stale > 0
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
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a time span, roughly; the cast saturates"
    )]
    fn most(self, ttl: u64) -> u64 {
        match self {
            Self::Part(part) => (ttl as f64 * part) as u64,
            Self::Span(span) => span,
        }
    }
}
