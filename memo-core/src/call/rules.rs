//! What a function says about its results: which of them are stored, and how large they are.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::accounting::{Heap, weighed};
use crate::clock::nanos;
use crate::common::Common;
use crate::outcome::Outcome;
use crate::protection::Protection;

/// The options of a function that look at its results. Functions without what is around them, so that a static
/// can hold them.
pub struct Rules<R> {
    keep_if: Option<fn(&R) -> bool>,
    weigher: Option<fn(&R) -> usize>,
    expires: Option<fn(&R) -> Option<Duration>>,
    same: Option<fn(&R, &R) -> bool>,
    err_ttl: Option<Duration>,
    /// Whether there is any of these: all in one, as each result asks.
    has_any: bool,
}

impl<R> Rules<R> {
    /// Whatever can be stored is stored, and nothing is known about its size.
    pub const fn new() -> Self {
        Self {
            keep_if: None,
            weigher: None,
            expires: None,
            same: None,
            err_ttl: None,
            has_any: false,
        }
    }

    /// `cache_if`: what it refuses is not stored.
    #[must_use]
    pub const fn cache_if(mut self, keep: fn(&R) -> bool) -> Self {
        self.keep_if = Some(keep);
        self.has_any = true;
        self
    }

    /// `weigher`: the bytes that a result takes, what it points to included.
    #[must_use]
    pub const fn weigher(mut self, weigh: fn(&R) -> usize) -> Self {
        self.weigher = Some(weigh);
        self.has_any = true;
        self
    }

    /// `expires`: how long a result lives; `None` if for as long as others.
    #[must_use]
    pub const fn expires(mut self, life: fn(&R) -> Option<Duration>) -> Self {
        self.expires = Some(life);
        self.has_any = true;
        self
    }

    /// `adaptive_ttl`: whether a result is the same as the one before.
    #[must_use]
    pub const fn adaptive(mut self, same: fn(&R, &R) -> bool) -> Self {
        self.same = Some(same);
        self.has_any = true;
        self
    }

    /// `err_ttl`: errors are stored, and live for so long.
    #[must_use]
    pub const fn err_ttl(mut self, ttl: Duration) -> Self {
        self.err_ttl = Some(ttl);
        self.has_any = true;
        self
    }

    /// Whether anything is asked when a result comes.
    #[inline]
    pub(super) fn has_any(&self) -> bool {
        self.has_any
    }

    /// What is asked when a result comes, besides whether it is kept.
    pub(super) fn has_lives(&self) -> bool {
        self.expires.is_some() || self.same.is_some() || self.err_ttl.is_some()
    }

    /// How long a result lives, if it says so. `older` gives the one before, with its time to live; it was to
    /// live at least and at most for the time `between`.
    ///
    /// A panic in what the user has written says nothing, and is counted.
    pub(super) fn life<O: Outcome<Ret = R>>(
        &self,
        value: &R,
        between: Option<(u64, u64)>,
        common: &Common,
        older: impl FnOnce() -> Option<(R, Duration)>,
    ) -> Option<Duration> {
        if O::is_failure(value) {
            return self.err_ttl;
        }
        if let Some(expires) = self.expires {
            let life = catch_unwind(AssertUnwindSafe(|| expires(value)));
            return common.said(life).flatten();
        }
        let (same, (least, most)) = self.same.zip(between)?;
        let Some((older, lived)) = older() else {
            return Some(Duration::from_nanos(least));
        };
        let is_same = catch_unwind(AssertUnwindSafe(|| same(&older, value)));
        let lived = nanos(lived);
        let next = if common.said(is_same)? {
            lived.saturating_mul(2)
        } else {
            lived / 2
        };
        Some(Duration::from_nanos(next.clamp(least, most)))
    }

    pub(super) fn keeps(&self, value: &R) -> bool {
        self.keep_if.is_none_or(|keep| keep(value))
    }

    /// Whether the size of results is said by a weigher. A store that measures nothing asks none.
    pub(super) fn has_weigher<P: Protection>(&self) -> bool {
        P::MEASURES && self.weigher.is_some()
    }

    /// What the weigher says, if there is one.
    pub(super) fn weighed<P, O>(&self, value: &R, common: &Common) -> Option<Heap>
    where
        P: Protection,
        O: Outcome<Ret = R>,
    {
        let weigh = self.weigher.filter(|_| P::MEASURES)?;
        let said = common.said(catch_unwind(AssertUnwindSafe(|| weigh(value))));
        Some(weighed(size_of::<O::Stored>(), said))
    }
}

impl<R> Clone for Rules<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rules<R> {}

impl<R> Default for Rules<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> fmt::Debug for Rules<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rules")
    }
}
