//! What follows for the budget from what the system says of the process's memory.
//!
//! What caches account for is not all that a process takes: there is what they do not know of (heap
//! memory of values that nobody measures), what allocators keep, and the rest of the program. So where a
//! container limits the process, the budget follows how much of that limit is used. It is lowered when that gets short, to
//! less than what is held, so that caches shrink.
//!
//! Freed memory may stay with the allocator, so use need not fall by what is freed, and shedding more
//! because of that would empty all caches. Therefore the budget is lowered again only when use has *risen*
//! since. It grows back slowly when there is room again.
//!
//! Before it comes to that, caches may grow only as far as there is room for what they really take: by how
//! much use has risen with what they hold tells that.

use std::panic::catch_unwind;
use std::sync::Once;
use std::thread;
use std::time::Duration;

use super::account::GLOBAL;
use super::container::Container;
use super::lookout::LOOKOUT;
use super::make_room;
use super::relief::make_room_for;
use super::shed::Shedder;
use super::watch::Watch;
use crate::registry;

/// How often the thread asks as long as there is no limit: there may be one yet.
const SELDOM: Duration = Duration::from_secs(1);
/// Up to here, in percent of the container's limit, nothing is limited.
const WATCHED: f64 = 35.0;
/// Caches may grow as far as use will be this, if it goes on growing with them as it has done so far.
pub(super) const AIM: f64 = 70.0;
/// From here on they shrink: to what would have taken use to the aim, and to less the nearer the limit is,
/// to nothing at the limit.
const SCARCE: f64 = 75.0;
/// Only if use has risen by so many points since they did so last.
const RISEN: f64 = 1.0;
/// Caches that had to shrink grow by this part of their budget in a second at most, up to half of it: so that is
/// in use again after four.
const GROWTH: f64 = 0.125;
/// The same above half of it, so that what was too much is not reached again soon.
const LATE_GROWTH: f64 = 1.0 / 256.0;
/// As long as there is room, caches may grow by so much at least, whatever was learnt: else one that
/// holds nothing could never grow.
const STEP: f64 = 4096.0;

/// What caches hold is less than their budget, by what they keep free of it. So a budget that is to be just enough
/// is by so much more than what they hold.
const LEEWAY: f64 = 1.08;

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

    /// Whether caches may hold less than their limit says.
    pub(super) const fn is_short(&self) -> bool {
        self.cap.is_some()
    }

    /// Whether caches are to shrink at this use.
    pub(super) fn would_shrink(&self, used: f64) -> bool {
        used >= SCARCE && self.shrank_at.is_none_or(|before| used >= before + RISEN)
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
        let (held, limit) = (held.min(limit) as f64, limit as f64);
        // What they hold may be a small part of what they take. It grows, and shrinks, with that.
        let grown = (used - self.base).max(f64::EPSILON);
        let more = (AIM - used) * held / grown;
        if self.would_shrink(used) {
            self.shrank_at = Some(used);
            let left = ((100.0 - used) / (100.0 - SCARCE)).clamp(0.0, 1.0);
            self.cap = Some((held + more).min(held * left).max(0.0) as u64);
        } else if used < AIM {
            // When it rises again, that counts from here.
            self.shrank_at = self.shrank_at.map(|before| before.min(used));
            let mut cap = if used < WATCHED {
                f64::INFINITY
            } else {
                (held + more.max(STEP)) * LEEWAY
            };
            if self.shrank_at.is_some() {
                let before = self.cap.map_or(limit, |cap| cap as f64);
                let part = if before < limit / 2.0 {
                    GROWTH
                } else {
                    LATE_GROWTH
                };
                cap = cap.min(before + (limit * part * since.as_secs_f64()).max(STEP));
            }
            self.cap = (cap < limit).then_some(cap as u64);
            if self.cap.is_none() {
                self.shrank_at = None;
            }
        } else {
            // It may stay as it is.
            let cap = self.cap.map_or(limit, |cap| cap as f64);
            self.cap = Some(cap.min((held * LEEWAY).max(STEP)) as u64);
        }
        self.cap
    }
}

/// Starts the thread, if a container limits the process, or somebody says when memory is short. Once.
#[cold]
pub(super) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let container = Container::of_this_process();
        let watch = Watch::from_environment();
        let is_limited = container.fullest().is_some();
        if is_limited || watch.is_there() {
            let unlimited = if is_limited {
                LOOKOUT.begin(container.keep_open());
                None
            } else {
                Some(container)
            };
            // Where no thread can be had, those that insert look alone.
            let _ = thread::Builder::new()
                .name("memokit-memory".to_owned())
                .spawn(move || govern(unlimited, watch));
        }
    });
}

/// Looks also when nobody inserts: the rest of the program may take memory.
fn govern(mut unlimited: Option<Container>, mut watch: Watch) {
    let mut shedder = Shedder::default();
    let mut interval = Duration::ZERO;
    loop {
        if watch.wait(interval) {
            shedder.shed(&GLOBAL);
        }
        if let Some(container) = unlimited.take_if(|container| container.fullest().is_some()) {
            LOOKOUT.begin(container.keep_open());
        }
        if unlimited.is_some() {
            interval = SELDOM;
            continue;
        }
        let seen = LOOKOUT.look();
        if seen.is_short {
            // Values are dropped here, and listeners told; a panic there is not the end of this.
            let _ = catch_unwind(shrink);
        }
        interval = seen.next;
    }
}

/// Lets caches shrink to the budget as it is now.
pub(super) fn shrink() {
    // What they hold is known to the byte afterwards.
    collect();
    make_room(&GLOBAL, 0);
    collect();
}

/// The same for a thread that has something else to do: a few entries go, whatever they are worth.
pub(super) fn shrink_a_little() {
    collect();
    make_room_for(&GLOBAL, 0, f64::INFINITY);
}

fn collect() {
    for cache in registry::controls() {
        cache.collect();
    }
}

#[cfg(test)]
mod tests;
