//! A computation under way, and what its leader knows of it.

use std::sync::Arc;
use std::time::Duration;

use crate::nesting::Place;
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
    /// Of a leader that is a thread; a task is inside at each poll.
    place: Place,
    /// Bytes that the value has on the heap.
    pub(super) heap: u64,
    /// The value is in the node.
    pub(super) has_value: bool,
    /// The computation has ended and was counted.
    pub(super) is_counted: bool,
    /// Whether `rest` may be anything else than [`Rest::NONE`].
    has_rest: bool,
    rest: Rest,
}

/// What there is to note of few computations.
#[derive(Debug)]
pub(super) struct Rest {
    /// The entry that is served until the value is there.
    pub(super) older: Option<Slot>,
    /// The entry whose value takes the place of this one's, as that is an error.
    pub(super) served: Option<Slot>,
    /// How long the value lives, if it says so itself.
    pub(super) ttl: Option<Duration>,
    /// For how many keys the computation is: each has its share of the time.
    pub(super) keys: u32,
    /// Its caller has gone on without its value.
    pub(super) is_left: bool,
}

impl Rest {
    const NONE: Self = Self {
        older: None,
        served: None,
        ttl: None,
        keys: 1,
        is_left: false,
    };
}

impl Notes {
    /// Those of no computation.
    pub(crate) const NONE: Self = Self {
        hash: ShortHash::NONE,
        slot: Slot::NONE,
        started: Started::NEVER,
        began: 0,
        place: Place::NOWHERE,
        heap: 0,
        has_value: false,
        is_counted: false,
        has_rest: false,
        rest: Rest::NONE,
    };

    /// A computation begins, of this entry. Field by field: the rest is as it was left.
    #[inline]
    pub(in crate::engine) fn begin(&mut self, hash: ShortHash, slot: Slot, started: Started) {
        debug_assert!(!self.has_rest, "the one before has ended");
        (self.hash, self.slot, self.started) = (hash, slot, started);
        (self.began, self.heap) = (tags::generation(), 0);
        (self.has_value, self.is_counted) = (false, false);
    }

    /// The computation runs on this thread, where it has this place.
    #[inline]
    pub(crate) fn enter(&mut self, place: Place) {
        debug_assert_eq!(self.place, Place::NOWHERE, "it enters once");
        self.place = place;
    }

    /// The value is to take the place of this one.
    pub(in crate::engine) fn replace(&mut self, older: Slot) {
        self.rest_mut().older = Some(older);
    }

    /// The computation is over. Its place on the thread that runs it, to be left.
    #[inline]
    pub(crate) fn end(&mut self) -> Place {
        if self.has_rest {
            self.forget_rest();
        }
        std::mem::replace(&mut self.place, Place::NOWHERE)
    }

    #[cold]
    #[inline(never)]
    fn forget_rest(&mut self) {
        (self.rest, self.has_rest) = (Rest::NONE, false);
    }

    #[inline]
    pub(super) fn rest(&self) -> &Rest {
        &self.rest
    }

    #[inline]
    pub(super) fn rest_mut(&mut self) -> &mut Rest {
        self.has_rest = true;
        &mut self.rest
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
    pub(super) fn enter(&mut self) {
        self.flight_mut().enter();
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
        Self::tags_of(flight)
    }

    #[inline(never)]
    fn tags_of(flight: &LedFlight) -> Option<Arc<EntryTags>> {
        EntryTags::new(flight.notes().began, flight.take_tags())
    }

    /// Where the entry of the computation is.
    pub(in crate::engine) fn place(&self) -> (ShortHash, Slot) {
        let notes = self.notes();
        (notes.hash, notes.slot)
    }

    /// The value of this entry is served in the place of its own.
    #[inline]
    pub(in crate::engine) fn note_served(&mut self, older: Slot) {
        self.notes_mut().rest_mut().served = Some(older);
    }

    #[inline]
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
    #[inline(never)]
    pub(super) fn land(&mut self, landing: Landing) {
        self.flight().land(landing);
        self.land_alone();
    }

    /// The same where nobody waits.
    #[inline]
    #[allow(unsafe_code, reason = "the last use of a flight")]
    pub(super) fn land_alone(&mut self) {
        if let Some(mut flight) = self.0.take() {
            // SAFETY: the table and this thread's list have forgotten it.
            unsafe { flight.release() };
        }
    }
}
