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

use crate::pin::{Local, unlikely};
use crate::policy::Hits;
use crate::sync::atomic::AtomicU64;

const SHARED: u64 = 1;
const THREAD_SHIFT: u32 = 1;
const THREADS: u64 = 127;
const THREAD: u64 = THREADS << THREAD_SHIFT;
/// One access further.
const STEP: u64 = 1 << 8;
/// One counted hit more.
const COUNT: u64 = STEP;
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
pub(crate) struct Epoch {
    now: AtomicU64,
    /// Where hits are counted, the mark at which a count stops; 0 where they note ticks.
    most: u64,
}

impl Epoch {
    pub(crate) fn new(hits: Hits) -> Self {
        Self {
            now: AtomicU64::new(EPOCH),
            most: match hits {
                Hits::Timed => 0,
                Hits::Ignored => with_hits(0),
                Hits::Counted(most) => with_hits(most),
            },
        }
    }

    /// Begins the next epoch and returns its first tick. To be called under the table's lock; where
    /// this returns `None`, no number is left: see [`Self::restart`].
    pub(crate) fn begin(&self) -> Option<u64> {
        if self.most != 0 {
            return Some(with_hits(0));
        }
        // Relaxed: ticks order nothing but themselves. Not a read-modify-write: a thread that
        // overflows its sequence in this moment may be undone, which costs it one more overflow.
        let next = self.now.load(Ordering::Relaxed) + EPOCH;
        if next >= LAST {
            return None;
        }
        self.now.store(next, Ordering::Relaxed);
        Some(next)
    }

    /// Numbers `entries` anew, in their order: the tick of the one at each position. What threads
    /// still note with older, larger ticks ends with their next access.
    pub(crate) fn restart(&self, entries: usize) -> impl Iterator<Item = u64> + use<> {
        let last = (entries as u64 + 1) * EPOCH;
        self.now.store(last, Ordering::Relaxed);
        (1..=entries as u64).map(|n| n * EPOCH)
    }

    /// Notes an access of this thread on an entry that had this tick `before`, when it was found.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn touch(&self, local: &Local, tick: &AtomicU64, before: u64) {
        // Relaxed but for the stores of the tick: every one is a number by itself, and a tick that
        // comes late or is overwritten by another thread's costs exactness of accesses that overlap,
        // no more. The stores are Release: who reads this tick relies on what the one before it stood
        // for, which this thread has read with Acquire: that the value is there.
        let epoch = self.now.load(Ordering::Relaxed);
        let mut now = local.clock.load(Ordering::Relaxed) + STEP;
        if now ^ epoch >= EPOCH {
            unlikely();
            now = self.rebase(local, now, epoch);
        }
        local.clock.store(now, Ordering::Relaxed);
        let differs = now ^ before;
        // The same thread as last time comes first: there is no more to ask then.
        if differs & (THREAD | SHARED) == 0 {
            tick.store(now, Ordering::Release);
            return;
        }
        unlikely();
        if self.most != 0 {
            // Which is always so where hits are counted.
            if before < self.most {
                tick.store(before + COUNT, Ordering::Release);
            }
        } else if differs >= EPOCH || is_untouched(before) {
            tick.store(now, Ordering::Release);
        } else if before & SHARED == 0 {
            // Another thread was here in this epoch.
            tick.store(before | SHARED, Ordering::Release);
        }
    }

    /// A thread's next tick when its clock shows another epoch than the cache.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn rebase(&self, local: &Local, now: u64, epoch: u64) -> u64 {
        if now < epoch {
            epoch | local.mark
        } else {
            self.overtake(local, now, epoch)
        }
    }

    /// Inlined like the rest, though rarely needed: a call in the midst of a hit would cost every
    /// hit a frame.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn overtake(&self, local: &Local, now: u64, epoch: u64) -> u64 {
        if now - epoch > LAST / 2 {
            // The cache has numbered its ticks anew.
            return epoch | local.mark;
        }
        // A million hits in one epoch, or the clock comes from another cache of the group.
        let epoch = now & !(EPOCH - 1);
        self.now.fetch_max(epoch, Ordering::Relaxed);
        epoch | local.mark
    }

    /// How often an entry with this mark was used, as far as it shows, and for how long it was not used:
    /// if that is not noted, by how many came since then, as they came evenly over the `life` of
    /// the cache. The entry came `age` ago. A look tells how often it was used where hits are not counted.
    pub(crate) fn use_of(
        &self,
        mark: u64,
        look: impl FnOnce() -> u8,
        idle: Option<u64>,
        (age, life): (u64, u64),
    ) -> (u64, u64) {
        if self.most != 0 {
            return (1 + u64::from(hits(mark)), idle.unwrap_or(age));
        }
        let now = self.now.load(Ordering::Relaxed);
        let (all, since) = (now / EPOCH, now.saturating_sub(mark) / EPOCH);
        let idle = idle.unwrap_or_else(|| {
            let since = u128::from(life) * u128::from(since) / u128::from(all.max(1));
            u64::try_from(since).unwrap_or(u64::MAX).min(age)
        });
        (1 + u64::from(look()), idle)
    }

    #[cfg(test)]
    pub(crate) fn set_near_end(&self) {
        self.now.store(LAST - 3 * EPOCH, Ordering::Relaxed);
    }
}

/// Where hits are counted instead, this many are noted, in the place of the sequence. The thread is
/// that of no access.
pub(crate) fn with_hits(hits: u8) -> u64 {
    UNORDERED + u64::from(hits) * COUNT
}

/// The hits that such a mark stands for.
#[allow(clippy::cast_possible_truncation, reason = "the part that counts")]
pub(crate) fn hits(mark: u64) -> u8 {
    (mark / COUNT) as u8
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::{Lease, Pin};

    /// The tick of an entry after an access of this thread.
    fn touched(epoch: &Epoch, local: &Local, before: u64) -> u64 {
        let tick = AtomicU64::new(before);
        epoch.touch(local, &tick, before);
        tick.load(Ordering::Relaxed)
    }

    #[test]
    fn ticks_of_a_thread_grow() {
        let (lease, epoch) = (Lease::new(), Epoch::new(Hits::Timed));
        let guard = lease.pin();
        let mut last = epoch.begin().unwrap();
        assert!(is_untouched(last));
        for step in 0..1_000 {
            let next = touched(&epoch, guard.local(), UNORDERED);
            assert!(next > last && !is_untouched(next), "step {step}");
            last = next;
            if step % 10 == 0 {
                let begun = epoch.begin().unwrap();
                assert!(begun > last, "an entry is newer than all accesses before");
                last = begun;
            }
        }
    }

    #[test]
    fn the_second_thread_in_an_epoch_leaves_a_mark() {
        let (lease, epoch) = (Lease::new(), Epoch::new(Hits::Timed));
        let first = lease.pin();
        let second = std::thread::scope(|scope| {
            let other = scope.spawn(|| lease.pin().local());
            other.join().unwrap()
        });
        let begun = epoch.begin().unwrap();
        let by_first = touched(&epoch, first.local(), begun);
        assert_eq!(touched(&epoch, second, by_first), by_first | SHARED);
        // From then on nobody writes there, until the epoch moves.
        assert_eq!(
            touched(&epoch, first.local(), by_first | SHARED),
            by_first | SHARED
        );
        epoch.begin().unwrap();
        assert!(touched(&epoch, second, by_first | SHARED) > by_first | SHARED);
    }

    #[test]
    fn a_sequence_that_is_full_moves_the_epoch() {
        let (lease, epoch) = (Lease::new(), Epoch::new(Hits::Timed));
        let guard = lease.pin();
        let local = guard.local();
        let begun = touched(&epoch, local, epoch.begin().unwrap());
        local.clock.store(begun | (EPOCH - STEP), Ordering::Relaxed);
        let full = local.clock.load(Ordering::Relaxed);
        let next = touched(&epoch, local, UNORDERED);
        assert!(next > full && next >> 28 == (full >> 28) + 1);
        assert_eq!(next & THREAD, local.mark, "no carry into it");
        assert!(epoch.begin().unwrap() > next);
    }

    #[test]
    fn at_the_end_numbers_begin_anew() {
        let (lease, epoch) = (Lease::new(), Epoch::new(Hits::Timed));
        let guard = lease.pin();
        epoch.set_near_end();
        let mut old = 0;
        while let Some(begun) = epoch.begin() {
            old = touched(&epoch, guard.local(), begun);
        }
        let ticks: Vec<u64> = epoch.restart(5).collect();
        assert!(ticks.is_sorted() && ticks.len() == 5 && ticks[0] != ABSENT);
        // The thread's clock is far ahead: it follows back, instead of pulling the epoch along.
        let next = touched(&epoch, guard.local(), ticks[0]);
        assert!(next < old && next > ticks[4]);
        assert!(epoch.begin().unwrap() > next);
    }
}
