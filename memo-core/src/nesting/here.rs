//! The computations that run on a thread, the innermost one last.
//!
//! References are not counted: each entry goes before its flight does.
#![allow(unsafe_code, reason = "references that are not counted")]

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use crate::singleflight::{Flight, FlightAt, LedFlight};
use crate::sync::thread_local;

struct Here {
    /// From the outermost to the innermost; `None` for one that ended before those inside of it.
    running: RefCell<Vec<Option<FlightAt>>>,
    /// A flight that nobody uses.
    spare: Cell<Option<Arc<Flight>>>,
}

thread_local! {
    static HERE: Here = const {
        Here {
            running: RefCell::new(Vec::new()),
            spare: Cell::new(None),
        }
    };
}

/// The innermost computation that runs on this thread. While a thread is torn down nothing is
/// noted: a recursion would go undetected there.
pub(crate) fn innermost() -> Option<Arc<Flight>> {
    let innermost = HERE.try_with(|here| here.running.borrow().last().copied().flatten());
    // SAFETY: its `Inside` has not been dropped yet, by whose contract the flight is there.
    innermost.ok().flatten().map(|at| unsafe { at.share() })
}

/// How many computations run on this thread, inside of each other.
pub(crate) fn depth() -> usize {
    let depth = HERE.try_with(|here| here.running.borrow().len());
    depth.unwrap_or(0)
}

/// A flight that was used on this thread before.
pub(crate) fn take_spare() -> Option<Arc<Flight>> {
    HERE.try_with(|here| here.spare.take()).ok().flatten()
}

pub(crate) fn keep_spare(flight: Arc<Flight>) {
    let before = HERE.try_with(|here| here.spare.replace(Some(flight)));
    drop(before);
}

/// While it lives, what runs on this thread belongs to a flight's computation: a function's whole
/// run, or one poll of a future.
#[derive(Debug)]
#[must_use]
pub(crate) struct Inside {
    at: FlightAt,
    place: usize,
}

/// The place of one that was not noted.
const NOWHERE: usize = usize::MAX;

impl Inside {
    /// # Safety
    /// The flight is not released while the guard lives.
    #[inline]
    pub(crate) unsafe fn of(flight: &LedFlight) -> Self {
        Self::at(flight.at())
    }

    fn at(at: FlightAt) -> Self {
        let place = HERE.try_with(|here| {
            let mut running = here.running.borrow_mut();
            running.push(Some(at));
            running.len() - 1
        });
        Self {
            at,
            place: place.unwrap_or(NOWHERE),
        }
    }

    /// Whether it is not noted on this thread any more, if it was.
    #[inline]
    fn leave(&self) -> bool {
        let left = HERE.try_with(|here| {
            let mut running = here.running.borrow_mut();
            match running.get_mut(self.place) {
                Some(entry) if *entry == Some(self.at) => *entry = None,
                _ => return self.place == NOWHERE,
            }
            while let Some(None) = running.last() {
                running.pop();
            }
            true
        });
        // Without a list there is no entry.
        left.unwrap_or(true)
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        if !self.leave() {
            // Another thread has the entry, for ever. So its flight stays for ever, too.
            // SAFETY: it is there as long as this guard is.
            std::mem::forget(unsafe { self.at.share() });
        }
    }
}

/// The same with a reference that is counted.
#[derive(Debug)]
#[must_use]
pub(crate) struct InsideShared {
    // Dropped before the flight.
    _inside: Inside,
    _flight: Arc<Flight>,
}

impl InsideShared {
    pub(crate) fn of(flight: &Arc<Flight>) -> Self {
        Self {
            _inside: Inside::at(FlightAt::of(flight)),
            _flight: Arc::clone(flight),
        }
    }
}
