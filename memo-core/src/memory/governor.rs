//! What the system says of the process's memory, and what follows for the budget.
//!
//! What caches account for is not all that a process takes: there is what they do not know of (heap
//! memory of values that nobody measures), what allocators keep, and the rest of the program. So where a
//! container limits the process, a thread looks at how much of that limit is used, and lowers the budget
//! when it gets short: at once to less than what is held, so that caches shrink.
//!
//! Freed memory mostly stays with the allocator, so use does not fall by what is freed, and shedding more
//! because of that would empty all caches. Therefore the budget is lowered again only when use has *risen*
//! since. It grows back slowly when there is room again.
//!
//! Before it comes to that, caches may grow only as far as there is room for what they really take: by how
//! much use has risen with what they hold tells that.

use std::panic::catch_unwind;
use std::sync::Once;
use std::thread;
use std::time::Duration;

use super::lookout::{self, LOOKOUT};
use super::relief::make_room_for;
use super::{container::Container, make_room};
use crate::registry;

/// Up to here, in percent of the container's limit, nothing is limited.
const WATCHED: f64 = 35.0;
/// Caches may grow as far as use will be this, if it goes on growing with them as it has done so far.
pub(super) const AIM: f64 = 70.0;
/// From here on they shrink,
pub(super) const SCARCE: f64 = 75.0;
/// to this part of what they hold, and to less the nearer the limit is: to nothing at the limit.
const SHRINK_TO: f64 = 0.75;
/// Only if use has risen by so many points since they did so last.
const RISEN: f64 = 1.0;
/// Caches that had to shrink grow by this part of their budget in a second at most: so half of it is in
/// use again after four.
const GROWTH: f64 = 0.125;
/// As long as there is room, caches may grow by so much at least, whatever was learnt: else one that
/// holds nothing could never grow.
const STEP: f64 = 4096.0;

/// What was decided so far. Apart from the system, so that it can be tested.
#[derive(Debug)]
pub(super) struct Governor {
    /// The budget, as far as it is lower than the limit.
    cap: Option<u64>,
    /// The least use that was seen: what the program takes without its caches, at most.
    base: f64,
    /// Use when caches shrank last, as long as they have not grown back since.
    shrank_at: Option<f64>,
}

impl Governor {
    pub(super) const fn new() -> Self {
        Self {
            cap: None,
            base: 100.0,
            shrank_at: None,
        }
    }

    /// What follows from a look: how much caches may hold from now on, at most.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a number of bytes, roughly"
    )]
    pub(super) fn next(
        &mut self,
        used: f64,
        held: u64,
        limit: u64,
        since: Duration,
    ) -> Option<u64> {
        self.base = self.base.min(used);
        let held = held.min(limit) as f64;
        let has_risen = self.shrank_at.is_none_or(|before| used >= before + RISEN);
        if used >= SCARCE && has_risen {
            self.shrank_at = Some(used);
            let left = ((100.0 - used) / (100.0 - SCARCE)).clamp(0.0, 1.0);
            self.cap = Some((held * SHRINK_TO * left) as u64);
        } else if used < AIM {
            // When it rises again, that counts from here.
            self.shrank_at = self.shrank_at.map(|before| before.min(used));
            let mut cap = if used < WATCHED {
                f64::INFINITY
            } else {
                // What they hold may be a small part of what they take. It grows with that.
                let grown = (used - self.base).max(f64::EPSILON);
                held + ((AIM - used) * held / grown).max(STEP)
            };
            if self.shrank_at.is_some() {
                let more = limit as f64 * GROWTH * since.as_secs_f64();
                cap = cap.min(self.cap.unwrap_or(limit) as f64 + more.max(STEP));
            }
            self.cap = (cap < limit as f64).then_some(cap as u64);
            if self.cap.is_none() {
                self.shrank_at = None;
            }
        }
        self.cap
    }
}

/// Starts the thread, if a container limits the process. Once.
#[cold]
pub(super) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let container = Container::of_this_process();
        if container.fullest().is_some() {
            LOOKOUT.begin(container);
            // Where no thread can be had, those that insert look alone.
            let _ = thread::Builder::new()
                .name("memokit-memory".to_owned())
                .spawn(govern);
        }
    });
}

/// Looks also when nobody inserts: the rest of the program may take memory.
fn govern() {
    let mut interval = Duration::ZERO;
    loop {
        thread::park_timeout(interval);
        let seen = LOOKOUT.look();
        if seen.is_short {
            // Values are dropped here, and listeners told; a panic there is not the end of this.
            let _ = catch_unwind(shrink);
        }
        interval = seen.next;
    }
}

/// Lets caches shrink to the budget as it is now.
fn shrink() {
    // What they hold is known to the byte afterwards.
    collect();
    make_room(0);
    collect();
}

/// The same for a thread that has something else to do: a few entries go, whatever they are worth.
pub(super) fn shrink_a_little() {
    collect();
    make_room_for(0, f64::INFINITY);
}

fn collect() {
    for cache in registry::controls() {
        cache.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn next(governor: &mut Governor, used: f64, held: u64) -> Option<u64> {
        governor.next(used, held, 2_000_000, SECOND)
    }

    #[test]
    fn ample_memory_changes_nothing() {
        let mut governor = Governor::new();
        for used in [0.0, 10.0, 34.9] {
            assert_eq!(next(&mut governor, used, 1_000), None);
        }
    }

    #[test]
    fn caches_grow_no_further_than_there_is_room_for_what_they_really_take() {
        let mut governor = Governor::new();
        next(&mut governor, 10.0, 0);
        // With a thousand bytes came 30 points: another thousand fit.
        assert_eq!(next(&mut governor, 40.0, 1_000), Some(2_000));
        assert_eq!(next(&mut governor, 55.0, 1_500), Some(2_000));
        assert_eq!(next(&mut governor, 69.9, 1_997), Some(2_000));
        // What they account for is what they take: there is no cap but the limit.
        let mut governor = Governor::new();
        next(&mut governor, 10.0, 0);
        assert_eq!(next(&mut governor, 40.0, 1_500_000), None);
    }

    #[test]
    fn it_does_not_chase_what_does_not_fall() {
        let mut governor = Governor::new();
        assert_eq!(next(&mut governor, 75.0, 1_000_000), Some(750_000));
        // Freed, but kept by the allocator.
        for _ in 0..1_000 {
            assert_eq!(next(&mut governor, 75.5, 750_000), Some(750_000));
        }
        // More than before: once more, and to less.
        assert_eq!(next(&mut governor, 87.5, 800_000), Some(300_000));
        assert_eq!(next(&mut governor, 87.5, 300_000), Some(300_000));
        // It falls and rises again.
        assert_eq!(next(&mut governor, 72.0, 300_000), Some(300_000));
        assert_eq!(next(&mut governor, 101.0, 300_000), Some(0));
    }

    #[test]
    fn budgets_grow_back_slowly_and_wholly() {
        let mut governor = Governor::new();
        next(&mut governor, 75.0, 1_000_000);
        assert_eq!(next(&mut governor, 30.0, 750_000), Some(937_500));
        let mut seconds = 1;
        while next(&mut governor, 30.0, 0).is_some() {
            seconds += 1;
        }
        assert_eq!(seconds, 4);
        assert_eq!(next(&mut governor, 30.0, 0), None);
    }

    #[test]
    fn nothing_held_can_grow_again() {
        let mut governor = Governor::new();
        assert_eq!(governor.next(99.0, 0, 100_000, SECOND), Some(0));
        let mut steps = 0;
        while governor.next(10.0, 0, 100_000, SECOND).is_some() {
            steps += 1;
        }
        assert!(steps < 30, "{steps}");
    }

    /// A cache that takes a thousand times what it accounts for, and grows as fast as it may.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers"
    )]
    #[test]
    fn what_is_not_accounted_for_settles_below_the_limit() {
        let mut governor = Governor::new();
        let (mut held, mut shrank) = (0.0_f64, 0);
        let mut cap = next(&mut governor, 5.0, 0);
        for _ in 0..10_000 {
            let before = cap;
            // Three points in a step, if it may.
            held = (held + 3.0).min(cap.map_or(f64::INFINITY, |cap| cap as f64));
            let used = 5.0 + held;
            assert!(used < 90.0, "{used}");
            cap = next(&mut governor, used, held as u64);
            shrank += u32::from(cap < before);
        }
        assert!((40.0..76.0).contains(&held), "{held}");
        assert!(shrank < 40, "{shrank}");
    }
}
