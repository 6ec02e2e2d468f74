//! The flight of a leader, which costs no more than it has to where nobody waits.
//!
//! The leader owns its flight. The table and the thread's list of computations only know where it
//! is: the leader takes its entry out of both before it gives the flight back. So a call that
//! nobody waits for counts no references, and its thread uses the flight again for its next one.
#![allow(unsafe_code, reason = "references that are not counted")]

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use super::Flight;
use crate::engine::Notes;
use crate::nesting;

/// The leader's flight. Never freed if this is forgotten or dropped: see [`Self::release`].
pub(crate) struct LedFlight(ManuallyDrop<Arc<Flight>>);

/// Where a flight is that somebody leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FlightAt(NonNull<Flight>);

// SAFETY: an address of something that threads share; whoever follows it answers for that.
unsafe impl Send for FlightAt {}

/// What only the leader of a flight sees.
#[derive(Debug)]
pub(super) struct Private(UnsafeCell<Notes>);

// SAFETY: only a leader looks inside, of whom there is one.
unsafe impl Sync for Private {}

impl Private {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(Notes::NONE))
    }
}

impl LedFlight {
    /// A flight inside the computation that runs on this thread, if there is one.
    #[inline]
    pub(crate) fn start() -> Self {
        if !nesting::is_inside()
            && let Some(spare) = nesting::take_spare()
        {
            return Self(ManuallyDrop::new(spare));
        }
        Self::start_inside()
    }

    /// The same where there is such a computation, or no flight that was used before.
    #[inline(never)]
    fn start_inside() -> Self {
        let outer = nesting::outer();
        let spare = outer.as_ref().and_then(|_| nesting::take_inner_spare());
        let Some(mut flight) = spare else {
            return Self(ManuallyDrop::new(Arc::new(Flight::inside(outer))));
        };
        match Arc::get_mut(&mut flight) {
            Some(own) => own.begin_inside(outer),
            None => flight = Arc::new(Flight::inside(outer)),
        }
        Self(ManuallyDrop::new(flight))
    }

    /// A flight that is inside of no computation: it begins when this thread is elsewhere.
    pub(crate) fn apart() -> Self {
        Self(ManuallyDrop::new(Arc::new(Flight::inside(None))))
    }

    /// From now on what runs on this thread belongs to the computation, until it is over.
    #[inline]
    pub(crate) fn enter(&mut self) {
        // SAFETY: `release` leaves first.
        let place = unsafe { nesting::enter(self.at()) };
        self.notes_mut().enter(place);
    }

    /// A reference that is counted.
    pub(crate) fn share(&self) -> Arc<Flight> {
        self.note_shared();
        Arc::clone(&self.0)
    }

    #[inline]
    pub(crate) fn at(&self) -> FlightAt {
        FlightAt::of(&self.0)
    }

    /// What the leader notes.
    #[inline]
    pub(crate) fn notes(&self) -> &Notes {
        // SAFETY: there is one `LedFlight` of a flight, and no other way to this.
        unsafe { &*self.0.notes.0.get() }
    }

    #[inline]
    pub(crate) fn notes_mut(&mut self) -> &mut Notes {
        // SAFETY: as in `notes`.
        unsafe { &mut *self.0.notes.0.get() }
    }

    /// Gives the leader's reference up. The computation is over: it does not run on this thread any more.
    /// Whoever waits for it has been woken before.
    ///
    /// # Safety
    /// Neither this nor a [`FlightAt`] of it is used any more.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn release(&mut self) {
        let place = self.notes_mut().end();
        if !nesting::leave(self.at(), place) {
            self.stay();
        }
        // SAFETY: by the caller, this is the last use.
        let flight = unsafe { ManuallyDrop::take(&mut self.0) };
        if flight.has_ties() {
            flight.end_tied();
        } else {
            nesting::keep_spare(flight);
        }
    }

    /// Another thread has an entry of it, for ever: so it is there for ever, too.
    #[cold]
    #[inline(never)]
    fn stay(&self) {
        std::mem::forget(self.share());
    }
}

impl Flight {
    /// The computation of a flight that others know of, or that knows of others, is over.
    #[inline(never)]
    fn end_tied(mut self: Arc<Self>) {
        if !self.is_shared()
            && let Some(own) = Arc::get_mut(&mut self)
        {
            if own.end_nested() {
                nesting::keep_inner_spare(self);
            } else {
                nesting::keep_spare(self);
            }
        } else {
            self.note_landed();
        }
    }
}

impl Deref for LedFlight {
    type Target = Flight;

    fn deref(&self) -> &Flight {
        &self.0
    }
}

impl FlightAt {
    #[inline]
    pub(crate) fn of(flight: &Arc<Flight>) -> Self {
        // SAFETY: an `Arc` is never null.
        Self(unsafe { NonNull::new_unchecked(Arc::as_ptr(flight).cast_mut()) })
    }

    #[inline]
    pub(crate) fn address(self) -> usize {
        self.0.addr().get()
    }

    /// The flight there.
    ///
    /// # Safety
    /// Its leader has not released it, and does not while the reference lives.
    pub(crate) unsafe fn flight<'a>(self) -> &'a Flight {
        // SAFETY: by the caller.
        unsafe { self.0.as_ref() }
    }

    /// A reference for a flight that begins inside of this one.
    ///
    /// # Safety
    /// Its leader has not released it.
    pub(crate) unsafe fn enclose(self) -> Weak<Flight> {
        // SAFETY: the address is that of an `Arc`'s content, which is there by the caller. What counts for
        // it is not given up here.
        let flight = ManuallyDrop::new(unsafe { Arc::from_raw(self.0.as_ptr()) });
        flight.note_nested();
        Arc::downgrade(&flight)
    }

    /// A reference that is counted.
    ///
    /// # Safety
    /// Its leader has not released it.
    pub(crate) unsafe fn share(self) -> Arc<Flight> {
        // SAFETY: the address is that of an `Arc`'s content, which is there by the caller.
        let flight = unsafe {
            Arc::increment_strong_count(self.0.as_ptr());
            Arc::from_raw(self.0.as_ptr())
        };
        flight.note_shared();
        flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::StaticMutex;

    /// A flight that stays for ever, where leak checkers see it.
    static STAYING: StaticMutex<Option<Arc<Flight>>> = StaticMutex::new(None);

    fn entered() -> LedFlight {
        let mut flight = LedFlight::start();
        flight.enter();
        flight
    }

    fn end(mut flight: LedFlight) {
        // SAFETY: no table has it, and it is not used any more.
        unsafe { flight.release() };
    }

    #[test]
    fn flights_are_used_again_where_they_were() {
        let run = || {
            let (outer, inner) = (entered(), entered());
            assert_eq!(inner.outers().count(), 1);
            let at = [outer.at(), inner.at()];
            end(inner);
            end(outer);
            let alone = entered();
            assert_eq!(alone.outers().count(), 0);
            let at = (at, alone.at());
            end(alone);
            at
        };
        let first = run();
        assert_eq!(run(), first);
        assert_eq!(first.0[0], first.1);
    }

    #[test]
    fn an_outer_flight_is_not_used_again_while_an_inner_one_knows_it() {
        let (outer, inner) = (entered(), entered());
        let held = inner.share();
        end(inner);
        assert!(held.has_landed());
        assert!(held.outers().any(|flight| Arc::ptr_eq(&flight, &outer.0)));
        end(outer);
        let next = entered();
        assert_eq!(held.outers().count(), 0);
        end(next);
    }

    #[test]
    fn an_outer_one_may_end_first() {
        let (outer, inner) = (entered(), entered());
        end(outer);
        assert!(nesting::is_inside());
        assert_eq!(inner.outers().count(), 0);
        end(inner);
        assert!(!nesting::is_inside());
    }

    #[test]
    fn one_that_ends_on_another_thread_stays() {
        let flight = entered();
        let held = flight.share();
        let elsewhere = std::thread::spawn(move || end(flight));
        assert!(elsewhere.join().is_ok());
        assert!(nesting::innermost().is_some_and(|innermost| Arc::ptr_eq(&innermost, &held)));
        assert!(held.has_landed());
        assert_eq!(Arc::strong_count(&held), 2);
        *STAYING.lock() = Some(held);
    }
}
