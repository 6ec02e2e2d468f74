//! When an entry stops being valid: deadlines are plain numbers beside the entry.

use std::time::Duration;

use crate::clock::nanos;

/// A moment on the cache's clock, in nanoseconds; [`Deadline::NEVER`] is no deadline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Deadline(u64);

impl Deadline {
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The deadline of a value stored at `now`. A time to live of zero has passed at once; one
    /// beyond the end of the clock (584 years) never passes.
    pub(crate) fn after(now: u64, ttl: Option<Duration>) -> Self {
        ttl.map_or(Self::NEVER, |ttl| Self(now.saturating_add(nanos(ttl))))
    }

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

    #[test]
    fn passes_at_the_very_nanosecond() {
        let deadline = Deadline::after(100, Some(Duration::from_nanos(50)));
        assert!(!deadline.has_passed(149));
        assert!(deadline.has_passed(150));
    }

    #[test]
    fn extremes_have_a_meaning() {
        assert!(Deadline::after(7, Some(Duration::ZERO)).has_passed(7));
        assert!(!Deadline::after(7, Some(Duration::MAX)).has_passed(u64::MAX));
        assert!(!Deadline::after(7, None).has_passed(u64::MAX));
    }
}
