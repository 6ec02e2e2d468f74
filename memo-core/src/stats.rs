//! What a cache counts.

mod info;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::event::RemovalCause;
use crate::pin::{Domain, Local, Near};
use crate::sync::Mutex;
use crate::telemetry::Telemetry;

pub use info::{CacheInfo, Removals};

/// What one thread counts for one cache.
///
/// Only the thread that has it writes, so that counting is a load and a store. All accesses are
/// relaxed: each counter is exact by itself, and a snapshot taken while calls run may see one call's
/// counters partly.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
    load_successes: AtomicU64,
    load_nanos: AtomicU64,
    evicted: AtomicU64,
}

/// Sums of what threads have counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    hits: u64,
    misses: u64,
    load_successes: u64,
    load_nanos: u64,
    evicted: u64,
}

impl Totals {
    pub(crate) fn add(&mut self, tally: &Tally) {
        let add = |sum: &mut u64, counter: &AtomicU64| {
            *sum = sum.wrapping_add(counter.load(Ordering::Relaxed));
        };
        add(&mut self.hits, &tally.hits);
        add(&mut self.misses, &tally.misses);
        add(&mut self.load_successes, &tally.load_successes);
        add(&mut self.load_nanos, &tally.load_nanos);
        add(&mut self.evicted, &tally.evicted);
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn bump(counter: &AtomicU64, by: u64) -> u64 {
    let after = counter.load(Ordering::Relaxed).wrapping_add(by);
    counter.store(after, Ordering::Relaxed);
    after
}

/// The live counters of one cache: those of each thread, and those that are rarely written.
#[derive(Debug)]
pub(crate) struct Counters {
    enabled: bool,
    domain: &'static Domain,
    /// The place of the domain's records.
    near: Near,
    /// For threads that are about to end, and have no record any more.
    rest: Tally,
    coalesced: AtomicU64,
    bypassed: AtomicU64,
    rejected: AtomicU64,
    stale: AtomicU64,
    timeouts: AtomicU64,
    load_failures: AtomicU64,
    listener_panics: AtomicU64,
    callback_panics: AtomicU64,
    events_dropped: AtomicU64,
    /// Counted also where nobody wants counters: memory that is gone is not a statistic.
    leaked: AtomicU64,
    removals: [AtomicU64; RemovalCause::ALL.len()],
    /// What the counters showed when they were last zeroed. Subtracting it loses no count of a
    /// call that runs meanwhile, as writing zeroes would.
    zero: Mutex<CacheInfo>,
    pub(crate) telemetry: Telemetry,
}

impl Counters {
    pub(crate) fn new(enabled: bool, domain: &'static Domain) -> Self {
        let counters = Self {
            enabled,
            domain,
            near: domain.near(),
            rest: Tally::default(),
            coalesced: AtomicU64::new(0),
            bypassed: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            stale: AtomicU64::new(0),
            timeouts: AtomicU64::new(0),
            load_failures: AtomicU64::new(0),
            listener_panics: AtomicU64::new(0),
            callback_panics: AtomicU64::new(0),
            events_dropped: AtomicU64::new(0),
            leaked: AtomicU64::new(0),
            removals: Default::default(),
            zero: Mutex::new(CacheInfo::default()),
            telemetry: Telemetry::new(),
        };
        // The domain has counted for others before.
        counters.zero();
        counters.telemetry.begin(|| counters.raw());
        counters
    }

    /// A hit, by the thread with this record.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn hit_by(local: &Local) {
        // Counted also where nobody looks: that is cheaper than to ask.
        bump(&local.tally.hits, 1);
    }

    /// A miss, by the thread with this record, if it has one.
    #[inline]
    pub(crate) fn miss_by(&self, local: Option<&Local>) {
        match local {
            Some(local) => _ = bump(&local.tally.misses, 1),
            None => _ = Self::add(&self.rest.misses, 1),
        }
    }

    pub(crate) fn hit(&self) {
        self.count(|tally, add| add(&tally.hits, 1));
    }

    pub(crate) fn miss(&self) {
        self.count(|tally, add| add(&tally.misses, 1));
    }

    pub(crate) fn coalesced(&self) {
        Self::add(&self.coalesced, 1);
    }

    pub(crate) fn bypassed(&self) {
        Self::add(&self.bypassed, 1);
    }

    /// A hit on a value past its time.
    pub(crate) fn stale(&self) {
        Self::add(&self.stale, 1);
    }

    /// A call waits no longer.
    #[cfg(feature = "async")]
    pub(crate) fn timed_out(&self) {
        self.telemetry.note();
        Self::add(&self.timeouts, 1);
    }

    pub(crate) fn rejected(&self) {
        Self::add(&self.rejected, 1);
    }

    /// A computation ended after this many nanoseconds; `true` if with a value to keep. Returns the
    /// number of such computations by this thread, 0 for others.
    #[inline]
    pub(crate) fn load(&self, kept: bool, nanos: u64) -> u64 {
        if kept {
            self.count(|tally, add| {
                add(&tally.load_nanos, nanos);
                add(&tally.load_successes, 1)
            })
        } else {
            Self::add(&self.load_failures, 1);
            self.count(|tally, add| add(&tally.load_nanos, nanos));
            0
        }
    }

    pub(crate) fn removed(&self, cause: RemovalCause, entries: u64) {
        self.telemetry.note();
        if cause == RemovalCause::Size {
            self.count(|tally, add| add(&tally.evicted, entries));
        } else {
            Self::add(&self.removals[cause as usize], entries);
        }
    }

    pub(crate) fn callback_panicked(&self) {
        Self::add(&self.callback_panics, 1);
    }

    pub(crate) fn listener_panicked(&self) {
        self.telemetry.note();
        Self::add(&self.listener_panics, 1);
    }

    /// There was no place for an event.
    pub(crate) fn event_dropped(&self) {
        Self::add(&self.events_dropped, 1);
    }

    /// So many bytes will never be freed.
    pub(crate) fn leaked(&self, bytes: u64) {
        Self::add(&self.leaked, bytes);
    }

    /// Counts in the calling thread's record, if it has one.
    #[inline]
    fn count<T>(&self, count: impl Fn(&Tally, fn(&AtomicU64, u64) -> u64) -> T) -> T {
        match self.domain.local_at(self.near) {
            Some(local) => count(&local.tally, bump),
            None => count(&self.rest, Self::add),
        }
    }

    fn add(counter: &AtomicU64, n: u64) -> u64 {
        counter.fetch_add(n, Ordering::Relaxed).wrapping_add(n)
    }

    /// The counters since they were last zeroed; sizes are left to the caller.
    pub(crate) fn snapshot(&self) -> CacheInfo {
        if !self.enabled {
            return CacheInfo {
                leaked: self.leaked.load(Ordering::Relaxed),
                ..CacheInfo::default()
            };
        }
        let zero = *self.zero.lock();
        self.raw().minus(&zero)
    }

    pub(crate) fn zero(&self) {
        // Read under the lock, so that of two clears at once the later reading stays.
        let mut zero = self.zero.lock();
        *zero = self.raw();
    }

    /// The counters since the cache was made.
    pub(crate) fn raw(&self) -> CacheInfo {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let removed = |cause: RemovalCause| read(&self.removals[cause as usize]);
        let mut totals = self.domain.totals();
        totals.add(&self.rest);
        CacheInfo {
            hits: totals.hits,
            misses: totals.misses,
            coalesced: read(&self.coalesced),
            bypassed: read(&self.bypassed),
            rejected: read(&self.rejected),
            stale: read(&self.stale),
            timeouts: read(&self.timeouts),
            load_successes: totals.load_successes,
            load_failures: read(&self.load_failures),
            load_time: Duration::from_nanos(totals.load_nanos),
            listener_panics: read(&self.listener_panics),
            callback_panics: read(&self.callback_panics),
            events_dropped: read(&self.events_dropped),
            leaked: read(&self.leaked),
            removals: Removals {
                size: totals.evicted,
                expired: removed(RemovalCause::Expired),
                memory: removed(RemovalCause::Memory),
                explicit: removed(RemovalCause::Explicit),
                replaced: removed(RemovalCause::Replaced),
                collected: removed(RemovalCause::Collected),
            },
            ..CacheInfo::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_numbered_as_listed() {
        for (n, cause) in RemovalCause::ALL.into_iter().enumerate() {
            assert_eq!(cause as usize, n);
        }
    }

    #[test]
    fn zeroing_keeps_later_counts() {
        let lease = crate::pin::Lease::new();
        let counters = Counters::new(true, lease.domain());
        counters.hit();
        counters.zero();
        counters.hit();
        counters.removed(RemovalCause::Memory, 1);
        let info = counters.snapshot();
        assert_eq!((info.hits, info.evictions()), (1, 1));
    }
}
