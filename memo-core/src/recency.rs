//! The order of accesses, noted by each thread for itself.
//!
//! A *tick* is a number that grows with time: `[epoch 36 | sequence 20 | thread 7 | shared 1]`. The
//! epoch is the cache's and moves with every entry that becomes available; the sequence is the
//! thread's. So ticks of one thread are in the order of its accesses, and those of different threads
//! are in order if an insertion lies between them. A hit notes its tick on the entry with one plain
//! store: no counter is shared, and no lock taken.
//!
//! Two threads that hit the same entry would pass its cache line to and fro. So the second one in an
//! epoch sets the `shared` bit instead, and then nobody writes there until the epoch moves.
//!
//! Ticks of thread 0 are those of entries that nobody has used since they became available.

use std::sync::atomic::Ordering;

use crate::pin::Local;
use crate::sync::atomic::AtomicU64;

const SHARED: u64 = 1;
const THREAD_SHIFT: u32 = 1;
const THREADS: u64 = 127;
const THREAD: u64 = THREADS << THREAD_SHIFT;
/// One access further.
const STEP: u64 = 1 << 8;
/// One epoch further.
const EPOCH: u64 = 1 << 28;
/// At this epoch the ticks are numbered anew: after 34 thousand million insertions.
const LAST: u64 = 1 << 63;

/// The tick of an entry that is not available.
pub(crate) const ABSENT: u64 = 0;
/// The tick of every available entry of a cache that keeps no order.
pub(crate) const UNORDERED: u64 = EPOCH;

/// A cache's epoch.
#[derive(Debug)]
pub(crate) struct Epoch(AtomicU64);

impl Epoch {
    pub(crate) fn new() -> Self {
        Self(AtomicU64::new(EPOCH))
    }

    /// Begins the next epoch and returns its first tick. To be called under the table's lock; where
    /// this returns `None`, no number is left: see [`Self::restart`].
    pub(crate) fn begin(&self) -> Option<u64> {
        // Relaxed: ticks order nothing but themselves. Not a read-modify-write: a thread that
        // overflows its sequence in this moment may be undone, which costs it one more overflow.
        let next = self.0.load(Ordering::Relaxed) + EPOCH;
        if next >= LAST {
            return None;
        }
        self.0.store(next, Ordering::Relaxed);
        Some(next)
    }

    /// Numbers `entries` anew, in their order: the tick of the one at each position. What threads
    /// still note with older, larger ticks ends with their next access.
    pub(crate) fn restart(&self, entries: usize) -> impl Iterator<Item = u64> + use<> {
        let last = (entries as u64 + 1) * EPOCH;
        self.0.store(last, Ordering::Relaxed);
        (1..=entries as u64).map(|n| n * EPOCH)
    }

    /// Notes an access of this thread on an entry.
    #[inline(always)]
    pub(crate) fn touch(&self, local: &Local, tick: &AtomicU64) {
        // All relaxed: every one is a number by itself, and a tick that comes late or is
        // overwritten by another thread's costs exactness of accesses that overlap, no more.
        let epoch = self.0.load(Ordering::Relaxed);
        let mut now = local.clock.load(Ordering::Relaxed) + STEP;
        if now ^ epoch >= EPOCH {
            now = self.rebase(local, now, epoch);
        }
        local.clock.store(now, Ordering::Relaxed);
        let before = tick.load(Ordering::Relaxed);
        let differs = now ^ before;
        // The same thread as last time comes first: there is no more to ask then.
        if differs & (THREAD | SHARED) == 0 || differs >= EPOCH || is_untouched(before) {
            tick.store(now, Ordering::Relaxed);
        } else if before & SHARED == 0 {
            // Another thread was here in this epoch.
            tick.store(before | SHARED, Ordering::Relaxed);
        }
    }

    /// A thread's next tick when its clock shows another epoch than the cache.
    #[inline(always)]
    fn rebase(&self, local: &Local, now: u64, epoch: u64) -> u64 {
        if now < epoch {
            epoch | local.mark
        } else {
            self.overtake(local, now, epoch)
        }
    }

    /// Inlined like the rest, though rarely needed: a call in the midst of a hit would cost every
    /// hit a frame.
    #[inline(always)]
    fn overtake(&self, local: &Local, now: u64, epoch: u64) -> u64 {
        if now - epoch > LAST / 2 {
            // The cache has numbered its ticks anew.
            return epoch | local.mark;
        }
        // A million hits in one epoch, or the clock comes from another cache of the group.
        let epoch = now & !(EPOCH - 1);
        self.0.fetch_max(epoch, Ordering::Relaxed);
        epoch | local.mark
    }

    #[cfg(test)]
    pub(crate) fn set_near_end(&self) {
        self.0.store(LAST - 3 * EPOCH, Ordering::Relaxed);
    }
}

/// What the ticks of a thread have in common. With more threads than numbers two of them may look
/// like one: their accesses within one epoch are then not told apart.
pub(crate) fn thread_mark(number: u64) -> u64 {
    (1 + number % THREADS) << THREAD_SHIFT
}

/// Whether an entry was not used since it became available.
pub(crate) fn is_untouched(tick: u64) -> bool {
    tick & THREAD == 0
}
