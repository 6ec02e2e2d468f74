//! Who gives way when all caches together hold too much.
//!
//! The thread that stores something makes the room for it. It asks all caches if there are few of
//! them, else some that are drawn; each offers the worst of a few of its
//! entries, drawn at random; the worst of the offers goes. No cache has a part of its own, and
//! nothing is kept for this but what is known of entries anyway.
//!
//! The worth of an entry is the time that it saves for each byte and second: after *hyperbolic
//! caching* (Blankstein, Sen and Freedman, USENIX ATC 2017), with what the value has cost to compute, and
//! with the time since the last use beside that since it came.

use std::cell::Cell;
use std::sync::Arc;

use super::account::Account;
use super::level::Pressure;
use super::lookout::LOOKOUT;
use super::pressure::notice;
use crate::policy::EntryId;
use crate::registry::Control;

/// An entry that a cache would give.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub(crate) worth: f64,
    /// Of any of its entries, not just of the worst.
    pub(crate) any: f64,
    pub(crate) id: EntryId,
}

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
    /// How often it was used, as far as is known: at least 1.
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
pub(crate) fn find_room_for(account: &'static Account, bytes: u64, worth: f64, now: u64) -> bool {
    if LOOKOUT.is_due(now) {
        LOOKOUT.look_in_passing();
    }
    account.line().all(|account| {
        let is_scarce = notice(account) >= Pressure::High;
        let is_there = !(is_scarce && is_poor(account, worth))
            && (account.has_room_for(bytes) || make_room_for(account, bytes, worth));
        account.raise_ceiling();
        is_there
    })
}

/// Where memory is scarce, what is worth less than half of what is there does not come in.
fn is_poor(account: &'static Account, worth: f64) -> bool {
    /// One in so many looks for what is there, if nobody does so to make room.
    const SAMPLE: u64 = 32;
    if account.worth.get() == 0.0 || draw().is_multiple_of(SAMPLE) {
        worst(account);
    }
    worth < account.worth.get()
}

/// Lets entries give way that are worth no more.
#[cold]
pub(super) fn make_room_for(account: &'static Account, bytes: u64, worth: f64) -> bool {
    if bytes > account.room() {
        return false;
    }
    for _ in 0..VICTIMS {
        if account.has_room_for(bytes) {
            return true;
        }
        match worst(account) {
            Some((cache, offer)) if offer.worth <= worth => cache.give(offer),
            _ => return false,
        }
    }
    account.has_room_for(bytes)
}

/// The worst of what caches offer.
fn worst(account: &'static Account) -> Option<(Arc<dyn Control>, Offer)> {
    let mut worst: Option<(Arc<dyn Control>, Offer)> = None;
    for cache in account.roster.asked(account) {
        let Some(cache) = cache.asked(draw()) else {
            continue;
        };
        if cache.held().bytes <= cache.common().settings().limits.min_bytes {
            continue;
        }
        let Some(offer) = cache.offer(draw()) else {
            continue;
        };
        account.worth.note(offer.any);
        if worst
            .as_ref()
            .is_none_or(|(_, other)| offer.worth < other.worth)
        {
            worst = Some((cache, offer));
        }
    }
    worst
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
