//! The computations that run on a thread, inside of each other.
//!
//! References are not counted: each entry goes before its flight does.
#![allow(unsafe_code, reason = "references that are not counted")]

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Weak};

use crate::singleflight::{Flight, FlightAt};
use crate::sync::thread_local;

/// What a miss looks at. It drops nothing, so that it is there at once, and until the thread's end.
struct Here {
    /// `None` only if there are no outer ones.
    innermost: Cell<Option<FlightAt>>,
    /// How many there are in the list of [`Inner`].
    outer: Cell<usize>,
}

/// What computations have to do with that are inside of others.
struct Inner {
    /// Those that the innermost one is inside of, the outermost first; `None` for one that ended before
    /// those inside of it.
    outer: Vec<Option<FlightAt>>,
    /// Flights that nobody uses.
    spare: Vec<Arc<Flight>>,
}

/// At most so many are kept.
const SPARE: usize = 16;

thread_local! {
    static HERE: Here = const {
        Here {
            innermost: Cell::new(None),
            outer: Cell::new(0),
        }
    };
    static INNER: RefCell<Inner> = const {
        RefCell::new(Inner {
            outer: Vec::new(),
            spare: Vec::new(),
        })
    };
    /// A flight that nobody uses, for a computation that is inside of no other.
    static OUTERMOST: Cell<Option<Arc<Flight>>> = const { Cell::new(None) };
}

/// The innermost computation that runs on this thread. While a thread is torn down, inner ones are
/// not noted: a recursion may go undetected there.
pub(crate) fn innermost() -> Option<Arc<Flight>> {
    let innermost = HERE.with(|here| here.innermost.get());
    // SAFETY: it has not left yet, and is not released before.
    innermost.map(|at| unsafe { at.share() })
}

/// The same for one that begins inside of it.
pub(crate) fn outer() -> Option<Weak<Flight>> {
    let innermost = HERE.with(|here| here.innermost.get());
    // SAFETY: as above.
    innermost.map(|at| unsafe { at.enclose() })
}

/// Whether this thread runs any computation.
#[inline]
pub(crate) fn is_inside() -> bool {
    HERE.with(|here| here.innermost.get().is_some())
}

/// How many computations run on this thread, inside of each other.
pub(crate) fn depth() -> usize {
    HERE.with(|here| here.outer.get() + usize::from(here.innermost.get().is_some()))
}

/// A flight that was used on this thread before, for a computation that is inside of no other.
#[inline]
pub(crate) fn take_spare() -> Option<Arc<Flight>> {
    OUTERMOST.try_with(Cell::take).ok().flatten()
}

#[inline]
pub(crate) fn keep_spare(flight: Arc<Flight>) {
    match OUTERMOST.try_with(|spare| spare.replace(Some(flight))) {
        Ok(None) => {}
        before => drop_flight(before.ok().flatten()),
    }
}

#[cold]
#[inline(never)]
fn drop_flight(flight: Option<Arc<Flight>>) {
    drop(flight);
}

/// The same for one that is inside of another.
pub(crate) fn take_inner_spare() -> Option<Arc<Flight>> {
    let spare = INNER.try_with(|inner| inner.borrow_mut().spare.pop());
    spare.ok().flatten()
}

pub(crate) fn keep_inner_spare(flight: Arc<Flight>) {
    let kept = INNER.try_with(|inner| {
        let spare = &mut inner.borrow_mut().spare;
        if spare.len() < SPARE {
            spare.push(flight);
            return None;
        }
        Some(flight)
    });
    drop(kept);
}

/// Where a computation is noted on its thread: at so many outer ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place(usize);

impl Place {
    /// That of one that is not noted.
    pub(crate) const NOWHERE: Self = Self(usize::MAX);
}

/// From now on what runs on this thread belongs to the computation of this flight, until it
/// [leaves](leave).
///
/// # Safety
/// The flight is not released before it has left.
#[inline]
pub(crate) unsafe fn enter(at: FlightAt) -> Place {
    HERE.with(|here| match here.innermost.get() {
        None => {
            here.innermost.set(Some(at));
            Place(0)
        }
        Some(outer) => here.enter_within(outer, at),
    })
}

/// The computation that has entered at this place does not run on this thread any more. Whether no thread
/// has an entry of it now: if not, its flight has to stay for ever.
#[must_use]
#[inline]
pub(crate) fn leave(at: FlightAt, place: Place) -> bool {
    HERE.with(|here| {
        if place.0 | here.outer.get() == 0 && here.is_innermost(at) {
            here.innermost.set(None);
            return true;
        }
        here.leave_among(at, place)
    })
}

impl Here {
    /// As addresses: an absent one has none of a flight.
    #[inline]
    fn is_innermost(&self, at: FlightAt) -> bool {
        self.innermost.get().map_or(0, FlightAt::address) == at.address()
    }

    #[inline(never)]
    fn enter_within(&self, outer: FlightAt, at: FlightAt) -> Place {
        let noted = INNER.try_with(|inner| {
            let list = &mut inner.borrow_mut().outer;
            list.push(Some(outer));
            self.outer.set(list.len());
            self.innermost.set(Some(at));
            Place(list.len())
        });
        noted.unwrap_or(Place::NOWHERE)
    }

    #[inline(never)]
    fn leave_among(&self, at: FlightAt, place: Place) -> bool {
        if place == Place::NOWHERE {
            return true;
        }
        let is_innermost = place.0 == self.outer.get() && self.is_innermost(at);
        let left = INNER.try_with(|inner| {
            let list = &mut inner.borrow_mut().outer;
            if is_innermost {
                // Outer ones that have ended go with it.
                while let Some(None) = list.last() {
                    list.pop();
                }
                self.innermost.set(list.pop().flatten());
                self.outer.set(list.len());
                return true;
            }
            match list.get_mut(place.0) {
                Some(entry) if *entry == Some(at) => *entry = None,
                // Another thread has it.
                _ => return false,
            }
            true
        });
        left.unwrap_or_else(|_| {
            // The list of outer ones is gone. Whether this was one of them, nobody knows.
            if is_innermost {
                self.innermost.set(None);
                self.outer.set(0);
            }
            is_innermost
        })
    }
}

/// While it lives, what runs on this thread belongs to a flight's computation, for one that others may have
/// a reference to: one poll of a future.
#[derive(Debug)]
#[must_use]
pub(crate) struct InsideShared {
    place: Place,
    flight: Arc<Flight>,
}

impl InsideShared {
    pub(crate) fn of(flight: &Arc<Flight>) -> Self {
        Self {
            // SAFETY: the reference beside it is dropped after it has left.
            place: unsafe { enter(FlightAt::of(flight)) },
            flight: Arc::clone(flight),
        }
    }
}

impl Drop for InsideShared {
    fn drop(&mut self) {
        if !leave(FlightAt::of(&self.flight), self.place) {
            std::mem::forget(Arc::clone(&self.flight));
        }
    }
}
