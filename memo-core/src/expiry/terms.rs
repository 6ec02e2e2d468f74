//! What is noted of an entry that has more than one deadline.
//!
//! A hit compares the time with one number, the entry's *check*: the first moment at which anything
//! is to be decided. What there is to decide is found here then, in the numbers in front of the node.

use std::sync::atomic::Ordering;

use super::{Deadline, Freshness};
use crate::memory::draw;
use crate::sync::atomic::AtomicU64;

/// In front of a node. All relaxed but for one pair: each is a number by itself, and a value that is read a moment too
/// early or too late for another one's change is that of a call a moment earlier or later.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Terms {
    /// When the value has lived for its time.
    expires_at: AtomicU64,
    /// From when on it is to be computed anew, by the first who sees it then; [`CLAIMED`] by whoever
    /// does that.
    refresh_at: AtomicU64,
    /// Until when it is served.
    good_until: AtomicU64,
    /// Next to the node, as where nothing else is noted.
    pub(crate) used_at: AtomicU64,
}

const NEVER: u64 = u64::MAX;
/// Nobody else is to try.
const CLAIMED: u64 = NEVER;

/// How an entry stands at some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    /// As good as new until then.
    Fresh { check: Deadline },
    /// Past its time, but still to be served.
    Stale,
    /// Not to be served.
    Gone,
}

impl Terms {
    pub(crate) fn new() -> Self {
        Self {
            expires_at: AtomicU64::new(NEVER),
            refresh_at: AtomicU64::new(NEVER),
            good_until: AtomicU64::new(NEVER),
            used_at: AtomicU64::new(NEVER),
        }
    }

    /// A value has come that lives until `end` and has taken `cost`: when to look at it first.
    pub(crate) fn begin(&self, now: u64, end: Deadline, cost: u64, rules: &Freshness) -> Deadline {
        let end = end.raw();
        let refresh_at = rules.refresh_at(now, end, cost, draw);
        self.refresh_at.store(refresh_at, Ordering::Relaxed);
        // Release, with the Acquire in `next_change`: of a value that lives anew, nobody takes the new end for the
        // next moment at which there is something to decide, who does not know when it is to be computed.
        self.expires_at.store(end, Ordering::Release);
        self.used_at.store(now, Ordering::Relaxed);
        self.good_until
            .store(end.saturating_add(rules.stale), Ordering::Relaxed);
        self.check(rules)
    }

    /// It is not to be served any more.
    pub(crate) fn end(&self) {
        self.good_until.store(0, Ordering::Relaxed);
    }

    /// The next moment at which there is something to decide; at once, where each hit is counted: that
    /// is something to be done at every look.
    fn check(&self, rules: &Freshness) -> Deadline {
        if rules.counts_hits {
            return Deadline::PAST;
        }
        self.next_change(rules)
    }

    /// The next moment at which the entry is to be looked at in another way.
    pub(crate) fn next_change(&self, rules: &Freshness) -> Deadline {
        let expires_at = self.expires_at.load(Ordering::Acquire);
        let refresh_at = self.refresh_at.load(Ordering::Relaxed);
        Deadline::from_raw(expires_at.min(refresh_at).min(self.idle_end(rules)))
    }

    /// When it was not used for too long.
    fn idle_end(&self, rules: &Freshness) -> u64 {
        self.used_at
            .load(Ordering::Relaxed)
            .saturating_add(rules.tti)
    }

    pub(crate) fn standing(&self, now: u64, rules: &Freshness) -> Standing {
        if Deadline::from_raw(self.ends_at(rules)).has_passed(now) {
            Standing::Gone
        } else if self.expires_at().has_passed(now) {
            Standing::Stale
        } else {
            Standing::Fresh {
                check: self.check(rules),
            }
        }
    }

    /// Until when it is served, if it is not used again.
    fn ends_at(&self, rules: &Freshness) -> u64 {
        self.good_until
            .load(Ordering::Relaxed)
            .min(self.idle_end(rules))
    }

    /// The same as a deadline.
    pub(crate) fn ends(&self, rules: &Freshness) -> Deadline {
        Deadline::from_raw(self.ends_at(rules))
    }

    /// Until when it may be of use: served because of an error, to compare a new value with, or as what a
    /// computation asks for.
    pub(crate) fn kept_until(&self, rules: &Freshness) -> Deadline {
        let expires_at = self.expires_at.load(Ordering::Relaxed);
        let kept = expires_at
            .saturating_add(rules.spare())
            .max(self.good_until.load(Ordering::Relaxed));
        Deadline::from_raw(kept.min(self.idle_end(rules)))
    }

    /// When it has lived for its time, or for too long without a use.
    pub(crate) fn expires(&self, rules: &Freshness) -> Deadline {
        Deadline::from_raw(self.expires_at().raw().min(self.idle_end(rules)))
    }

    pub(crate) fn expires_at(&self) -> Deadline {
        Deadline::from_raw(self.expires_at.load(Ordering::Relaxed))
    }

    /// From when on the value is to be computed anew; never, if somebody does that.
    pub(crate) fn refresh_at(&self) -> Deadline {
        Deadline::from_raw(self.refresh_at.load(Ordering::Relaxed))
    }

    /// Whether the caller is to compute the value anew: one caller is. Under the table's lock.
    pub(crate) fn claim_refresh(&self, now: u64) -> bool {
        let is_due = self.refresh_at().has_passed(now);
        if is_due {
            self.refresh_at.store(CLAIMED, Ordering::Relaxed);
        }
        is_due
    }

    /// Computing it anew has come to nothing: somebody may try again after a while. When to look at it
    /// next.
    pub(crate) fn retry_refresh(&self, now: u64, rules: &Freshness) -> Deadline {
        /// A second, or a tenth of the time that is left to serve it, if that is less.
        const PAUSE: u64 = 1_000_000_000;
        let left = self.ends_at(rules).saturating_sub(now);
        let next = now.saturating_add(PAUSE.min(left / 10).max(1));
        self.refresh_at.store(next, Ordering::Relaxed);
        self.check(rules)
    }

    /// Computing it anew has failed, so that it is served for a while longer, within the bound for that:
    /// whether it is.
    pub(crate) fn forgive(&self, now: u64, rules: &Freshness) -> bool {
        let expires_at = self.expires_at.load(Ordering::Relaxed);
        let bound = expires_at.saturating_add(rules.error);
        if now >= bound || expires_at == NEVER {
            return false;
        }
        let until = now.saturating_add(rules.throttle).min(bound);
        self.good_until.fetch_max(until, Ordering::Relaxed);
        if self.refresh_at.load(Ordering::Relaxed) != CLAIMED && rules.refreshes() {
            self.refresh_at.store(until, Ordering::Relaxed);
        }
        true
    }
}
