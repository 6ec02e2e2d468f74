//! Who looks how much of the container's memory is used, and when.
//!
//! A thread of its own does, but it may be starved by those that insert, and they may fill the container while it
//! sleeps. So whoever inserts looks as well, as soon as a fast program could have filled a part of what is
//! left since the last look. That is found by a comparison with a time that is at hand: of the end of the
//! computation, exact where that has taken more than a microsecond, so whenever a value is of any size.
//!
//! What the allocator keeps of what was freed is given back to the system before anybody has to shrink for it.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::account::GLOBAL;
use super::container::{Container, Room};
use super::governor::{AIM, Governor, shrink_a_little};
use super::level::percent;
use super::pages;
use crate::clock::exactly_now;
use crate::sync::StaticMutex;

/// Bytes that a program fills in a nanosecond, at most: more than was ever seen.
const FASTEST: u64 = 8;
/// The part of what is left that may be filled between two looks.
const PART: u64 = 4;
/// Nanoseconds between two looks. One takes 50 µs for each group that has a limit.
const SHORTEST: u64 = 2_000_000;
const LONGEST: u64 = 25_000_000;

/// Pages are given back to the system so often at most, in nanoseconds, as long as use does not rise:
const TRIM: u64 = 250_000_000;
/// so often where it is not scarce, but caches may not grow as they would, from so many percent on.
const TRIM_SELDOM: u64 = 1_000_000_000;
const WORTH_IT: f64 = 50.0;
/// By so many points since they were given back last, they are given back again.
const TRIM_RISE: f64 = 3.0;

/// Where nothing limits the process, nobody ever looks.
const NEVER: u64 = u64::MAX;

pub(crate) static LOOKOUT: Lookout = Lookout::new();

/// See the module.
pub(crate) struct Lookout {
    /// When somebody has to look, by the system's clock. Relaxed: a number by itself.
    next: AtomicU64,
    /// Held while the system is asked, and never while values are dropped.
    watch: StaticMutex<Watch>,
}

struct Watch {
    container: Option<Container>,
    governor: Governor,
    looked_at: u64,
    trimmed_at: u64,
    /// Use after that, in percent.
    trimmed_to: f64,
}

/// What a look has shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Caches have to shrink.
    pub(super) is_short: bool,
    /// When to look again.
    pub(super) next: Duration,
}

impl Lookout {
    const fn new() -> Self {
        Self {
            next: AtomicU64::new(NEVER),
            watch: StaticMutex::new(Watch {
                container: None,
                governor: Governor::new(),
                looked_at: 0,
                trimmed_at: 0,
                trimmed_to: 0.0,
            }),
        }
    }

    pub(super) fn begin(&self, container: Container) {
        self.watch.lock().container = Some(container);
        self.next.store(0, Ordering::Relaxed);
    }

    /// Whether somebody has to look, by a clock that may be rough or a user's.
    #[inline]
    pub(crate) fn is_due(&self, now: u64) -> bool {
        now >= self.next.load(Ordering::Relaxed)
    }

    /// Looks for a thread that inserts, unless another one has just done so.
    #[cold]
    pub(super) fn look_in_passing(&self) {
        let (now, next) = (exactly_now(), self.next.load(Ordering::Relaxed));
        let is_mine = now >= next
            && self
                .next
                .compare_exchange(next, now + SHORTEST, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if is_mine && self.look().is_short {
            // A panic of a value's `Drop` is not this caller's.
            let _ = catch_unwind(shrink_a_little);
        }
    }

    /// Asks the system, gives back pages if that helps, and sets the budget.
    pub(super) fn look(&self) -> Seen {
        // Not under the lock: a cache whose last owner is gone meanwhile is dropped here.
        let held = GLOBAL.used_now();
        let mut watch = self.watch.lock();
        let now = exactly_now();
        let Some(mut seen) = watch.read() else {
            return self.after(now, LONGEST, false);
        };
        if watch.is_worth_trimming(now, seen.used) {
            watch.trimmed_at = now;
            drop(watch);
            pages::give_back();
            watch = self.watch.lock();
            let Some(less) = watch.read() else {
                return self.after(now, LONGEST, false);
            };
            watch.trimmed_to = less.used;
            seen = less;
        }
        let since = Duration::from_nanos(now.saturating_sub(watch.looked_at));
        watch.looked_at = now;
        let cap = watch.governor.next(seen.used, held, GLOBAL.limit(), since);
        drop(watch);
        GLOBAL.set_cap(cap);
        let is_short = cap.is_some() && seen.used >= AIM;
        self.after(exactly_now(), seen.left / FASTEST / PART, is_short)
    }

    fn after(&self, now: u64, nanos: u64, is_short: bool) -> Seen {
        let nanos = nanos.clamp(SHORTEST, LONGEST);
        self.next.store(now + nanos, Ordering::Relaxed);
        Seen {
            is_short,
            next: Duration::from_nanos(nanos),
        }
    }
}

/// The container at a moment.
#[derive(Clone, Copy)]
struct Fill {
    /// In percent.
    used: f64,
    /// In bytes.
    left: u64,
}

impl Watch {
    fn read(&self) -> Option<Fill> {
        let Room { limit, used } = self.container.as_ref()?.fullest()?;
        let used = used?;
        Some(Fill {
            used: percent(used, limit),
            left: limit.saturating_sub(used),
        })
    }

    fn is_worth_trimming(&self, now: u64, used: f64) -> bool {
        let since = now.saturating_sub(self.trimmed_at);
        if self.governor.would_shrink(used) {
            // What is only kept by the allocator is nothing that caches should give up.
            return true;
        }
        if used >= AIM {
            return since >= TRIM || used >= self.trimmed_to + TRIM_RISE;
        }
        used >= WORTH_IT && self.governor.is_short() && since >= TRIM_SELDOM
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::container::tests::Fake;

    #[test]
    fn where_nothing_limits_the_process_nobody_has_to_look() {
        let lookout = Lookout::new();
        assert!(!lookout.is_due(u64::MAX - 1));
    }

    #[test]
    fn the_less_is_left_the_sooner_somebody_looks() {
        let lookout = Lookout::new();
        lookout.begin(Container::default());
        assert!(lookout.is_due(0), "the first one at once");
        let after = |left: u64| lookout.after(5, left / FASTEST / PART, false).next;
        assert_eq!(after(u64::MAX), Duration::from_nanos(LONGEST));
        assert_eq!(after(320_000_000), Duration::from_millis(10));
        assert!(!lookout.is_due(10_000_004) && lookout.is_due(10_000_005));
        assert_eq!(after(0), Duration::from_nanos(SHORTEST));
    }

    #[test]
    fn pages_are_given_back_when_it_is_worth_it() {
        let lookout = Lookout::new();
        let mut watch = lookout.watch.lock();
        watch.container = Some(Container::at(&Fake::new().roots()));
        assert!(watch.read().is_none(), "nothing is known of that one");
        (watch.trimmed_at, watch.trimmed_to) = (TRIM, 69.0);
        assert!(!watch.is_worth_trimming(2 * TRIM - 1, 71.9), "just done");
        assert!(watch.is_worth_trimming(2 * TRIM - 1, 72.0), "it has risen");
        assert!(watch.is_worth_trimming(2 * TRIM, 70.0), "it stays high");
        assert!(!watch.is_worth_trimming(u64::MAX, 69.9), "there is room");
        assert!(watch.is_worth_trimming(TRIM, 75.0), "before caches shrink");
    }
}
