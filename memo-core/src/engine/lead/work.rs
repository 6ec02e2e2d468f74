//! A computation under way, and what its leader knows of it.

use std::sync::Arc;
use std::time::Duration;

use crate::nesting::Inside;
use crate::singleflight::{Landing, LedFlight};
use crate::store::{NodeAt, ShortHash, Slot};
use crate::tags::{self, EntryTags};
use crate::timing::Started;

/// A computation under way; empty once it is over. What is known of it is beside its flight, so that
/// little has to be moved about.
pub(crate) struct Work(pub(super) Option<LedFlight>);

/// What the leader knows of its computation.
#[derive(Debug)]
pub(crate) struct Notes {
    pub(super) hash: ShortHash,
    pub(super) slot: Slot,
    pub(super) started: Started,
    /// The generation of tags in which the computation began.
    pub(super) began: u64,
    /// For a leader that is a thread; a task is inside at each poll.
    pub(super) inside: Option<Inside>,
    /// The entry that is served until the value is there.
    pub(super) older: Option<Slot>,
    /// The entry whose value takes the place of this one's, as that is an error.
    pub(super) served: Option<Slot>,
    /// How long the value lives, if it says so itself.
    pub(super) ttl: Option<Duration>,
    /// Bytes that the value has on the heap.
    pub(super) heap: u64,
    /// For how many keys the computation is: each has its share of the time.
    pub(super) keys: u32,
    /// The value is in the node.
    pub(super) has_value: bool,
    /// The computation has ended and was counted.
    pub(super) is_counted: bool,
    /// Its caller has gone on without its value.
    pub(super) is_left: bool,
}

impl Notes {
    /// Those of no computation.
    pub(crate) const NONE: Self = Self {
        hash: ShortHash::NONE,
        slot: Slot::NONE,
        started: Started::NEVER,
        began: 0,
        inside: None,
        older: None,
        served: None,
        ttl: None,
        heap: 0,
        keys: 1,
        has_value: false,
        is_counted: false,
        is_left: false,
    };

    /// A computation begins, of this entry. Field by field: most of it is as it was left.
    #[inline]
    pub(in crate::engine) fn begin(&mut self, hash: ShortHash, slot: Slot, started: Started) {
        debug_assert!(self.inside.is_none(), "the one before has ended");
        (self.hash, self.slot, self.started) = (hash, slot, started);
        self.began = tags::generation();
    }

    /// The value is to take the place of this one.
    pub(in crate::engine) fn replace(&mut self, older: Slot) {
        self.older = Some(older);
    }

    /// The computation is over: it does not run on this thread any more.
    #[inline]
    pub(crate) fn end(&mut self) {
        (self.inside, self.ttl) = (None, None);
        (self.older, self.served) = (None, None);
        (self.heap, self.keys) = (0, 1);
        (self.has_value, self.is_counted, self.is_left) = (false, false, false);
    }

    pub(in crate::engine) fn slot(&self) -> Slot {
        self.slot
    }
}

impl Work {
    /// A computation that runs on this thread from now on.
    #[inline]
    pub(in crate::engine) fn entered(flight: LedFlight) -> Self {
        let mut work = Self(Some(flight));
        work.enter();
        work
    }

    #[inline]
    #[allow(unsafe_code, reason = "a guard beside what it is for")]
    pub(super) fn enter(&mut self) {
        let flight = self.flight_mut();
        // SAFETY: who releases the flight ends it first.
        flight.notes_mut().inside = Some(unsafe { Inside::of(flight) });
    }

    /// Where the value is to be put: it is there from now on.
    #[inline]
    pub(super) fn begin_publishing(&mut self) -> NodeAt {
        let notes = self.notes_mut();
        notes.has_value = true;
        notes.slot.at
    }

    /// What the computation has said about its entry. Nobody else has had its flight otherwise.
    #[inline]
    pub(super) fn tags(&self) -> Option<Arc<EntryTags>> {
        let flight = self.flight();
        if !flight.is_shared() {
            return None;
        }
        EntryTags::new(self.notes().began, flight.take_tags())
    }

    /// Where the entry of the computation is.
    pub(in crate::engine) fn place(&self) -> (ShortHash, Slot) {
        let notes = self.notes();
        (notes.hash, notes.slot)
    }

    /// The value of this entry is served in the place of its own.
    #[inline]
    pub(in crate::engine) fn note_served(&mut self, older: Slot) {
        self.notes_mut().served = Some(older);
    }

    pub(super) fn flight(&self) -> &LedFlight {
        match &self.0 {
            Some(flight) => flight,
            None => unreachable!("a computation ends once"),
        }
    }

    #[inline]
    pub(super) fn flight_mut(&mut self) -> &mut LedFlight {
        match &mut self.0 {
            Some(flight) => flight,
            None => unreachable!("a computation ends once"),
        }
    }

    #[inline]
    pub(super) fn notes(&self) -> &Notes {
        self.flight().notes()
    }

    #[inline]
    pub(super) fn notes_mut(&mut self) -> &mut Notes {
        self.flight_mut().notes_mut()
    }

    /// The entry is settled or given up.
    pub(super) fn land(&mut self, landing: Landing) {
        self.flight().land(landing);
        self.end();
    }

    /// The same where nobody waits.
    #[inline]
    pub(super) fn land_alone(&mut self) {
        self.flight().land_alone();
        self.end();
    }

    #[inline]
    #[allow(unsafe_code, reason = "the last use of a flight")]
    pub(super) fn end(&mut self) {
        if let Some(mut flight) = self.0.take() {
            // SAFETY: the table and this thread's list have forgotten it.
            unsafe { flight.release() };
        }
    }
}
