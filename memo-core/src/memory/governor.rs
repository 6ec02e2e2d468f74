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

use std::panic::catch_unwind;
use std::sync::Once;
use std::thread;
use std::time::Duration;

use super::account::{Account, GLOBAL};
use super::container::{Container, Room};
use super::level::percent;
use super::{make_room, pages};

/// How often the container is asked, and how often if it is nearly full: a look takes some 0.1 ms.
const INTERVAL: Duration = Duration::from_millis(25);
const SOON: Duration = Duration::from_millis(5);
const NEARLY_FULL: f64 = 60.0;

/// From here on caches shrink, in percent of the container's limit.
const SCARCE: f64 = 80.0;
/// To this part of what they hold.
const SHRINK_TO: f64 = 0.75;
/// Only if use has risen by so many points since they did so last.
const RISEN: f64 = 1.0;
/// Below this they may grow again, by this part in a second.
const AMPLE: f64 = 70.0;
const GROWTH: f64 = 0.25;
/// Pages are given back to the system so often at most.
const TRIM: Duration = Duration::from_millis(250);

/// What was decided so far. Apart from the system, so that it can be tested.
#[derive(Debug)]
pub(super) struct Governor {
    /// The budget, as far as it is lower than the limit.
    cap: Option<u64>,
    /// Use when caches shrank last.
    shrank_at: f64,
}

impl Governor {
    pub(super) fn new() -> Self {
        Self {
            cap: None,
            shrank_at: 0.0,
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
        if used >= SCARCE && used >= self.shrank_at + RISEN {
            self.shrank_at = used;
            self.cap = Some((held.min(limit) as f64 * SHRINK_TO) as u64);
        } else if used < AMPLE {
            self.shrank_at = 0.0;
            self.cap = self.cap.and_then(|cap| {
                let more = cap as f64 * GROWTH * since.as_secs_f64();
                let cap = cap.saturating_add((more as u64).max(4096));
                (cap < limit).then_some(cap)
            });
        } else if used < SCARCE {
            // It has fallen: the next rise counts from here.
            self.shrank_at = self.shrank_at.min(used);
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
            // Where no thread can be had, the budget as it is has to do.
            let _ = thread::Builder::new()
                .name("memokit-memory".to_owned())
                .spawn(move || govern(&container, &GLOBAL));
        }
    });
}

fn govern(container: &Container, account: &Account) {
    let mut governor = Governor::new();
    let mut interval = INTERVAL;
    let mut since_trim = TRIM;
    loop {
        thread::park_timeout(interval);
        since_trim += interval;
        let Some(Room {
            limit,
            used: Some(used),
        }) = container.fullest()
        else {
            continue;
        };
        let used = percent(used, limit);
        let before = governor.cap;
        let cap = governor.next(used, account.used(), account.limit(), interval);
        account.set_cap(cap);
        if cap.is_some() && cap < before.or(Some(u64::MAX)) {
            // Values are dropped here, and listeners told; a panic there is not the end of this.
            let _ = catch_unwind(|| make_room(0));
            if since_trim >= TRIM {
                since_trim = Duration::ZERO;
                pages::give_back();
            }
        }
        interval = if used >= NEARLY_FULL { SOON } else { INTERVAL };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn ample_memory_changes_nothing() {
        let mut governor = Governor::new();
        for used in [0.0, 50.0, 79.9] {
            assert_eq!(governor.next(used, 1_000, 10_000, SECOND), None);
        }
    }

    #[test]
    fn it_does_not_chase_what_does_not_fall() {
        let mut governor = Governor::new();
        assert_eq!(
            governor.next(85.0, 1_000_000, 2_000_000, SECOND),
            Some(750_000)
        );
        // Freed, but kept by the allocator.
        for _ in 0..1_000 {
            assert_eq!(
                governor.next(85.5, 750_000, 2_000_000, SECOND),
                Some(750_000)
            );
        }
        // More than before: once more.
        assert_eq!(
            governor.next(86.5, 750_000, 2_000_000, SECOND),
            Some(562_500)
        );
        assert_eq!(
            governor.next(86.5, 562_500, 2_000_000, SECOND),
            Some(562_500)
        );
        // It falls and rises again.
        assert_eq!(
            governor.next(75.0, 562_500, 2_000_000, SECOND),
            Some(562_500)
        );
        assert_eq!(
            governor.next(80.0, 562_500, 2_000_000, SECOND),
            Some(421_875)
        );
    }

    #[test]
    fn budgets_grow_back_slowly_and_wholly() {
        let mut governor = Governor::new();
        governor.next(90.0, 1_000_000, 2_000_000, SECOND);
        assert_eq!(
            governor.next(60.0, 750_000, 2_000_000, SECOND),
            Some(937_500)
        );
        let mut seconds = 1;
        while governor.next(60.0, 0, 2_000_000, SECOND).is_some() {
            seconds += 1;
        }
        assert_eq!(seconds, 5);
        assert_eq!(governor.next(60.0, 0, 2_000_000, SECOND), None);
    }

    #[test]
    fn nothing_held_can_grow_again() {
        let mut governor = Governor::new();
        assert_eq!(governor.next(90.0, 0, 100_000, SECOND), Some(0));
        let mut steps = 0;
        while governor.next(10.0, 0, 100_000, SECOND).is_some() {
            steps += 1;
        }
        assert!(steps < 30, "{steps}");
    }
}
