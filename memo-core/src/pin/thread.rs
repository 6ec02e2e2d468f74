//! A thread's records, by the number of their domain.
#![allow(unsafe_code, reason = "what a thread has until its end")]

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use super::local::Local;
use crate::sync::thread_local;

/// The first domains have their place in the thread's own block of memory, one step away: two KiB of
/// it, which are touched as far as they are used. Hits in later caches cost a few nanoseconds more.
pub(super) const NEAR: usize = 255;

thread_local! {
    static NEAR_RECORDS: NearRecords = const { NearRecords([const { Cell::new(None) }; NEAR + 1]) };
    static FAR: RefCell<Vec<Option<&'static Local>>> = const { RefCell::new(Vec::new()) };
    /// Those to give back when the thread ends.
    static TAKEN: Taken = const { Taken(RefCell::new(Vec::new())) };
}

/// The records of the first domains. The last place stays empty: it is that of all others.
#[derive(Debug)]
struct NearRecords([Cell<Option<&'static Local>>; NEAR + 1]);

struct Taken(RefCell<Vec<&'static Local>>);

impl Drop for Taken {
    fn drop(&mut self) {
        for local in self.0.take() {
            put(local.slot, None);
            local.release();
        }
    }
}

/// A place among the near ones: never outside of them, so that this is not checked at each hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Near(u8);

impl Near {
    pub(super) fn of(slot: usize) -> Self {
        Self(u8::try_from(slot).unwrap_or(u8::MAX))
    }
}

/// The calling thread's record, if it has one. For the first domains without a call, and without asking whether
/// it is one of them: the place of all others is empty.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn get(near: Near, slot: usize) -> Option<&'static Local> {
    let local = nearby().and_then(|nearby| nearby.get(near));
    if local.is_some() { local } else { far(slot) }
}

/// The calling thread's near records.
///
/// To be asked for first and once in a call: the compiler takes this for a function call, for which
/// whatever else is known at that moment has to be saved. That is why it is no closure, either.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn nearby() -> Option<Nearby> {
    let near = NEAR_RECORDS.try_with(|records| Nearby(NonNull::from(records)));
    near.ok()
}

/// The near records of a thread, which it cannot leave.
#[derive(Clone, Copy, Debug)]
pub struct Nearby(NonNull<NearRecords>);

impl Nearby {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn get(self, Near(place): Near) -> Option<&'static Local> {
        // SAFETY: records have no destructor, so they are there for as long as their thread. They are
        // used by no other, as this is not `Send`.
        let records = unsafe { self.0.as_ref() };
        records.0[usize::from(place)].get()
    }
}

#[cold]
#[inline(never)]
fn far(slot: usize) -> Option<&'static Local> {
    if slot < NEAR {
        return None;
    }
    let far = FAR.try_with(|far| far.borrow().get(slot - NEAR).copied().flatten());
    far.ok().flatten()
}

/// Keeps a record that was taken until the thread ends; `false` if it is ending already. Then it is
/// in no list either: whoever took it gives it back, and nobody else.
pub(super) fn keep(local: &'static Local) -> bool {
    if !put(local.slot, Some(local)) {
        return false;
    }
    let kept = TAKEN.try_with(|taken| taken.0.borrow_mut().push(local));
    if kept.is_err() {
        put(local.slot, None);
    }
    kept.is_ok()
}

fn put(slot: usize, local: Option<&'static Local>) -> bool {
    if slot < NEAR {
        return NEAR_RECORDS
            .try_with(|near| near.0[slot].set(local))
            .is_ok();
    }
    let put = FAR.try_with(|far| {
        let mut far = far.borrow_mut();
        let place = slot - NEAR;
        if far.len() <= place {
            far.resize(place + 1, None);
        }
        far[place] = local;
    });
    put.is_ok()
}
