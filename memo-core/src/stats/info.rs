//! The snapshot that users see.

use std::fmt;
use std::time::Duration;

use crate::event::RemovalCause;

/// A snapshot of a cache's counters, in the habit of Python's `functools.lru_cache`.
///
/// Every call is counted once: `hits + misses + coalesced` is the number of calls that used the cache,
/// `bypassed` that of the others.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().maxsize(8).build();
/// cache.get_or_insert_with(&1, || 10);
/// cache.get_or_insert_with(&1, || 10);
/// let info = cache.stats();
/// assert_eq!(info.to_string(), "CacheInfo(hits=1, misses=1, maxsize=8, currsize=1)");
/// assert_eq!(info.hit_rate(), 0.5);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct CacheInfo {
    /// Calls answered from the cache.
    pub hits: u64,
    /// Calls that ran the function, as the cache had no value. In [`read_only`](crate::read_only) they
    /// are no loads.
    pub misses: u64,
    /// The bound on the number of entries; `None` is no bound.
    pub maxsize: Option<usize>,
    /// Entries held now.
    pub currsize: usize,
    /// Entries that left, by cause.
    pub removals: Removals,
    /// Calls that waited for another call's computation of the same key.
    pub coalesced: u64,
    /// Calls that ran the function without asking the cache, as [`bypass`](crate::bypass) or
    /// [`set_enabled`](crate::set_enabled) said.
    pub bypassed: u64,
    /// Calls that wait for another call's computation at this moment.
    pub waiting: usize,
    /// Values that were returned but not kept: there was no room for them, or their key was
    /// invalidated while they were computed.
    pub rejected: u64,
    /// Calls answered with a value past its time to live.
    pub stale: u64,
    /// Calls of async functions that a timeout has ended: `soft_timeout` with an older value, `hard_timeout` with
    /// such a one or an error.
    pub timeouts: u64,
    /// Computations that gave a value to keep.
    pub load_successes: u64,
    /// Computations that panicked or gave a value that is not kept, such as an `Err`.
    pub load_failures: u64,
    /// Time spent in computations.
    pub load_time: Duration,
    /// Panics in listeners; they are caught and change nothing.
    pub listener_panics: u64,
    /// Panics in other callbacks, such as `expires` or a weigher; they are caught, and say nothing. A value that
    /// nobody can weigh is not kept: it counts in `rejected`, too.
    pub callback_panics: u64,
    /// Events that were not delivered to [`on_event`](crate::CacheBuilder::on_event), as too many waited.
    pub events_dropped: u64,
    /// Bytes held; `None` where they are not measured.
    pub bytes: Option<u64>,
    /// Bytes of values that have left a cache with the option `leak`, which never frees them: of each
    /// entry what it takes in the cache itself, without what it points to. Zeroing the counters does
    /// not change it, as the memory stays taken. 0 for other caches.
    pub leaked: u64,
}

impl CacheInfo {
    /// Calls so far, without those that bypassed the cache.
    ///
    /// ```
    /// assert_eq!(memokit::CacheInfo::default().calls(), 0);
    /// ```
    pub fn calls(&self) -> u64 {
        // Sums of several caches end at the largest number.
        let calls = self.hits.saturating_add(self.misses);
        calls.saturating_add(self.coalesced)
    }

    /// The share of calls that did not run the function, from 0 to 1; 0 before the first call.
    ///
    /// ```
    /// let mut info = memokit::CacheInfo::default();
    /// (info.hits, info.misses) = (3, 1);
    /// assert_eq!(info.hit_rate(), 0.75);
    /// ```
    #[allow(
        clippy::cast_precision_loss,
        reason = "a ratio needs no more than 52 bits"
    )]
    pub fn hit_rate(&self) -> f64 {
        match self.calls() {
            0 => 0.0,
            calls => self.hits.saturating_add(self.coalesced) as f64 / calls as f64,
        }
    }

    /// Entries that the cache gave up to make room.
    ///
    /// ```
    /// assert_eq!(memokit::CacheInfo::default().evictions(), 0);
    /// ```
    pub fn evictions(&self) -> u64 {
        RemovalCause::ALL
            .into_iter()
            .filter(|cause| cause.is_eviction())
            .map(|cause| self.removals.of(cause))
            .fold(0, u64::saturating_add)
    }

    /// Entries that left because their time to live had passed.
    ///
    /// ```
    /// assert_eq!(memokit::CacheInfo::default().expirations(), 0);
    /// ```
    pub fn expirations(&self) -> u64 {
        self.removals.expired
    }

    /// What happened since an earlier snapshot: counters are subtracted (never below zero),
    /// `maxsize`, `currsize`, `waiting`, `bytes` and `leaked`
    /// stay those of `self`.
    ///
    /// ```
    /// let mut before = memokit::CacheInfo::default();
    /// before.hits = 2;
    /// let mut now = before;
    /// now.hits = 5;
    /// assert_eq!(now.minus(&before).hits, 3);
    /// ```
    #[must_use]
    pub fn minus(&self, earlier: &Self) -> Self {
        self.combine(earlier, u64::saturating_sub, Duration::saturating_sub)
    }

    /// The sum over two caches: sizes, bounds, bytes and leaked bytes are added too; no bound or an unknown
    /// number of bytes in either is none in the sum.
    ///
    /// ```
    /// let mut one = memokit::CacheInfo::default();
    /// (one.hits, one.currsize) = (2, 1);
    /// let sum = one.plus(&one);
    /// assert_eq!((sum.hits, sum.currsize), (4, 2));
    /// ```
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            maxsize: self
                .maxsize
                .zip(other.maxsize)
                .map(|(a, b)| a.saturating_add(b)),
            currsize: self.currsize.saturating_add(other.currsize),
            waiting: self.waiting.saturating_add(other.waiting),
            bytes: self
                .bytes
                .zip(other.bytes)
                .map(|(a, b)| a.saturating_add(b)),
            leaked: self.leaked.saturating_add(other.leaked),
            ..self.combine(other, u64::saturating_add, Duration::saturating_add)
        }
    }

    fn combine(
        &self,
        other: &Self,
        count: fn(u64, u64) -> u64,
        time: fn(Duration, Duration) -> Duration,
    ) -> Self {
        Self {
            hits: count(self.hits, other.hits),
            misses: count(self.misses, other.misses),
            removals: self.removals.combine(&other.removals, count),
            coalesced: count(self.coalesced, other.coalesced),
            bypassed: count(self.bypassed, other.bypassed),
            rejected: count(self.rejected, other.rejected),
            stale: count(self.stale, other.stale),
            timeouts: count(self.timeouts, other.timeouts),
            load_successes: count(self.load_successes, other.load_successes),
            load_failures: count(self.load_failures, other.load_failures),
            load_time: time(self.load_time, other.load_time),
            listener_panics: count(self.listener_panics, other.listener_panics),
            callback_panics: count(self.callback_panics, other.callback_panics),
            events_dropped: count(self.events_dropped, other.events_dropped),
            ..*self
        }
    }
}

/// As functools prints it.
impl fmt::Display for CacheInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "CacheInfo(hits={}, misses={}, maxsize=",
            self.hits, self.misses
        )?;
        match self.maxsize {
            Some(maxsize) => write!(f, "{maxsize}")?,
            None => f.write_str("None")?,
        }
        write!(f, ", currsize={})", self.currsize)
    }
}

/// Entries that left a cache, by cause.
///
/// ```
/// use memokit::RemovalCause;
///
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// cache.insert(1, 10);
/// cache.insert(1, 11);
/// cache.remove(&1);
/// let removals = cache.stats().removals;
/// assert_eq!((removals.replaced, removals.of(RemovalCause::Explicit)), (1, 1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Removals {
    /// No room within `maxsize`.
    pub size: u64,
    /// Time to live passed.
    pub expired: u64,
    /// Memory needed elsewhere.
    pub memory: u64,
    /// Invalidated or cleared.
    pub explicit: u64,
    /// Overwritten by a newer value.
    pub replaced: u64,
    /// What a weak entry pointed to was dropped.
    pub collected: u64,
}

impl Removals {
    /// The number for one cause.
    ///
    /// ```
    /// use memokit::{CacheInfo, RemovalCause};
    /// assert_eq!(CacheInfo::default().removals.of(RemovalCause::Size), 0);
    /// ```
    pub fn of(&self, cause: RemovalCause) -> u64 {
        match cause {
            RemovalCause::Size => self.size,
            RemovalCause::Expired => self.expired,
            RemovalCause::Memory => self.memory,
            RemovalCause::Explicit => self.explicit,
            RemovalCause::Replaced => self.replaced,
            RemovalCause::Collected => self.collected,
        }
    }

    fn combine(&self, other: &Self, count: fn(u64, u64) -> u64) -> Self {
        Self {
            size: count(self.size, other.size),
            expired: count(self.expired, other.expired),
            memory: count(self.memory, other.memory),
            explicit: count(self.explicit, other.explicit),
            replaced: count(self.replaced, other.replaced),
            collected: count(self.collected, other.collected),
        }
    }
}
