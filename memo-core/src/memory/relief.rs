//! Who gives way when all caches together hold too much.
//!
//! The thread that stores something makes the room for it. It asks all caches if there are few of
//! them, else some, drawn by how many entries they have; each offers the worst of a few of its
//! entries, drawn at random; the worst of the offers goes. No cache has a part of its own, and
//! nothing is kept for this but what is known of entries anyway.
//!
//! The worth of an entry is the time that it saves for each byte and second: after *hyperbolic
//! caching* (Blankstein, Sen and Freedman, USENIX ATC 2017), with what the value has cost to compute, and
//! with the time since the last use beside that since it came.

use std::cell::Cell;
use std::sync::Arc;

use super::account::GLOBAL;
use super::lookout::LOOKOUT;
use super::pressure::notice;
use crate::policy::EntryId;
use crate::registry::{self, Control};

/// An entry that a cache would give.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub(crate) worth: f64,
    pub(crate) id: EntryId,
}

/// Up to so many caches, all are asked.
const ALL: usize = 16;
/// Of more, so many.
const SOME: usize = 8;
/// Entries that a cache looks at for an offer.
pub(crate) const LOOKS: usize = 4;
/// So many victims for one entry, at most: a larger one is not stored then.
const VICTIMS: usize = 64;

/// What is known of an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// Nanoseconds that its value has cost.
    pub(crate) cost: u64,
    pub(crate) bytes: u64,
    /// Periods in which it was used, as far as is known: at least 1.
    pub(crate) uses: u64,
    /// Nanoseconds since it came, and since it was last used.
    pub(crate) age: u64,
    pub(crate) idle: u64,
}

impl Known {
    /// Nanoseconds saved for each byte and nanosecond.
    #[allow(clippy::cast_precision_loss, reason = "worths are compared, not added")]
    pub(crate) fn worth(self) -> f64 {
        /// What is not timed is not for nothing.
        const LEAST_COST: u64 = 20;
        /// Younger entries are all alike.
        const YOUNG: u64 = 1_000_000;
        let saved = self.uses as f64 * self.cost.max(LEAST_COST) as f64;
        let time = self.age.saturating_add(self.idle).saturating_add(YOUNG);
        saved / (self.bytes.max(1) as f64 * time as f64)
    }
}

/// Finds room for an entry of so many bytes; `false` if there is none for what it is worth. The caller
/// holds no lock: what gives way is dropped here, and those who want to know are told how scarce memory is.
#[inline(never)]
pub(crate) fn find_room_for(bytes: u64, worth: f64, now: u64) -> bool {
    if LOOKOUT.is_due(now) {
        LOOKOUT.look_in_passing();
    }
    notice();
    let is_there = GLOBAL.has_room_for(bytes) || make_room_for(bytes, worth);
    GLOBAL.raise_ceiling();
    is_there
}

/// Lets entries give way that are worth no more.
#[cold]
pub(super) fn make_room_for(bytes: u64, worth: f64) -> bool {
    if bytes > GLOBAL.room() {
        return false;
    }
    for _ in 0..VICTIMS {
        if GLOBAL.has_room_for(bytes) {
            return true;
        }
        match worst() {
            Some((cache, offer)) if offer.worth <= worth => cache.give(offer),
            _ => return false,
        }
    }
    GLOBAL.has_room_for(bytes)
}

/// The worst of what caches offer.
fn worst() -> Option<(Arc<dyn Control>, Offer)> {
    let mut worst: Option<(Arc<dyn Control>, Offer)> = None;
    for cache in asked() {
        let Some(cache) = cache.asked(draw()) else {
            continue;
        };
        if let Some(offer) = cache.offer(draw())
            && worst
                .as_ref()
                .is_none_or(|(_, other)| offer.worth < other.worth)
        {
            worst = Some((cache, offer));
        }
    }
    worst
}

/// The caches that are asked: all of them, or some, drawn by their entries.
fn asked() -> Vec<Arc<dyn Control>> {
    let all = registry::controls();
    if all.len() <= ALL {
        return all;
    }
    let entries: Vec<u64> = all
        .iter()
        .map(|cache| cache.held().entries as u64)
        .collect();
    let sum: u64 = entries.iter().sum();
    if sum == 0 {
        return Vec::new();
    }
    (0..SOME)
        .map(|_| {
            let mut left = draw() % sum;
            let mut drawn = 0;
            for (place, entries) in entries.iter().enumerate() {
                drawn = place;
                if left < *entries {
                    break;
                }
                left -= entries;
            }
            Arc::clone(&all[drawn])
        })
        .collect()
}

/// A number at random (`SplitMix64`), from a sequence of the thread's own.
pub(crate) fn draw() -> u64 {
    thread_local! {
        static STATE: Cell<u64> = const { Cell::new(0) };
    }
    let next = STATE.try_with(|state| {
        if state.get() == 0 {
            // Another for each thread.
            state.set(std::ptr::from_ref(state).addr() as u64);
        }
        state.set(state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        state.get()
    });
    let next = next.unwrap_or(1);
    let next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    next ^ (next >> 31)
}
