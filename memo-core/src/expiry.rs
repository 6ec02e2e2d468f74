//! When an entry stops being valid: deadlines are plain numbers beside the entry.

mod freshness;
mod terms;

use std::time::Duration;

pub(crate) use freshness::{Freshness, Jitter};
pub(crate) use terms::{Standing, Terms};

/// A moment on the cache's clock, in nanoseconds; [`Deadline::NEVER`] is no deadline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Deadline(u64);

impl Deadline {
    pub(crate) const NEVER: Self = Self(u64::MAX);
    /// Has passed at any time.
    pub(crate) const PAST: Self = Self(0);
    /// The same in an entry's header: there is always something to decide.
    pub(crate) const LOOK: Self = Self::PAST;

    pub(crate) const fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    pub(crate) const fn raw(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) fn is_never(self) -> bool {
        self == Self::NEVER
    }

    /// An entry is gone at exactly `stored + ttl`, not one nanosecond later.
    #[inline]
    pub(crate) fn has_passed(self, now: u64) -> bool {
        !self.is_never() && now >= self.0
    }

    /// Whether this is `lag` or less after `now`, so that the time has to be known better.
    #[inline]
    pub(crate) fn is_near(self, now: u64, lag: u64) -> bool {
        self.0.wrapping_sub(now) <= lag
    }

    /// How long the entry has still to live; `None` if for ever.
    pub(crate) fn remaining(self, now: u64) -> Option<Duration> {
        (!self.is_never()).then(|| Duration::from_nanos(self.0.saturating_sub(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(now: u64, ttl: Duration) -> Deadline {
        Freshness::PLAIN.deadline(now, Some(ttl), || 0)
    }

    #[test]
    fn passes_at_the_very_nanosecond() {
        let deadline = after(100, Duration::from_nanos(50));
        assert!(!deadline.has_passed(149));
        assert!(deadline.has_passed(150));
    }

    #[test]
    fn extremes_have_a_meaning() {
        assert!(after(7, Duration::ZERO).has_passed(7));
        assert!(!after(7, Duration::MAX).has_passed(u64::MAX));
        let never = Freshness::PLAIN.deadline(7, None, || 0);
        assert!(!never.has_passed(u64::MAX));
    }
}
