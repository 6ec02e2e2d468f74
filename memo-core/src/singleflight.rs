//! One computation per key: the callers of a missing key meet at its flight.
//!
//! The first one leads: it runs the function. The others wait, threads and tasks side by side. When
//! the leader fails (its function panicked, its future was dropped, or its value is not to be kept
//! and cannot be handed over) the flight ends without a value and every waiter starts over; the
//! first of them leads a new flight.

mod led;

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use crate::common::Common;
use crate::nesting::{self, Circle, Edge};
use crate::previous::Offer;
use crate::sync::{Mutex, StaticMutex, park};
use crate::tags::Tag;
use crate::waiter::Waiter;

use led::Private;
pub(crate) use led::{FlightAt, LedFlight};

/// A value that was not stored, on its way to the callers that waited for it.
pub(crate) type Handed = Arc<dyn Any + Send + Sync>;

/// What a waiter got.
#[derive(Clone, Debug)]
pub(crate) enum Landing {
    /// The value was stored; with a copy, if there can be one.
    Stored(Option<Handed>),
    /// The value was not stored, but handed over.
    Handed(Handed),
    /// A bulk computation has ended without a value for this key.
    Absent,
    /// There is no value: start over.
    Failed,
    /// Waiting would never end.
    Circle(Circle),
}

/// The place where the callers of one key meet.
pub struct Flight {
    /// The flight in whose computation this one began. Weak: a chain of inner flights that
    /// somebody holds must not keep all the outer ones.
    outer: Option<Weak<Flight>>,
    notes: Private,
    /// What the computation has said about its entry.
    tags: StaticMutex<Vec<Arc<Tag>>>,
    /// What the computation may ask for.
    offer: StaticMutex<Option<Offer>>,
    /// Of a bulk computation: the flights of its keys.
    keys: StaticMutex<Vec<Weak<Flight>>>,
    state: Mutex<State>,
    landed: AtomicBool,
    /// Whether anybody was sent here to wait.
    awaited: AtomicBool,
    /// Who knows of it, or of whom it knows.
    ties: AtomicU8,
    /// Written and read under the lock of its table.
    rank: AtomicU64,
}

/// Somebody but its leader has, or had, a counted reference to it.
const SHARED: u8 = 1 << 0;
/// It has an outer flight, or is the outer one of others: a reference that does not keep.
const NESTED: u8 = 1 << 1;

struct State {
    /// `None` while the computation runs.
    landing: Option<Landing>,
    /// In the order in which they came, and so in that of their numbers.
    waiters: Vec<(u64, Waiter)>,
    next: u64,
}

impl State {
    /// Where the waiter with this number is, or would be.
    fn place(&self, number: u64) -> Result<usize, usize> {
        self.waiters
            .binary_search_by_key(&number, |(other, _)| *other)
    }
}

impl Flight {
    /// A flight inside the computation that runs on this thread, if there is one.
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self::inside(nesting::outer()))
    }

    fn inside(outer: Option<Weak<Self>>) -> Self {
        Self {
            ties: AtomicU8::new(if outer.is_some() { NESTED } else { 0 }),
            outer,
            notes: Private::new(),
            state: Mutex::new(State {
                landing: None,
                waiters: Vec::new(),
                next: 0,
            }),
            keys: StaticMutex::new(Vec::new()),
            tags: StaticMutex::new(Vec::new()),
            offer: StaticMutex::new(None),
            landed: AtomicBool::new(false),
            awaited: AtomicBool::new(false),
            rank: AtomicU64::new(0),
        }
    }

    /// Somebody gets a reference: under the lock of its table, while the flight is in the table, or
    /// in the computation itself.
    fn note_shared(&self) {
        self.note_tie(SHARED);
    }

    /// A flight begins inside of it, on a thread that runs its computation.
    fn note_nested(&self) {
        self.note_tie(NESTED);
    }

    fn note_tie(&self, tie: u8) {
        // Relaxed, as the loads: the leader asks after it has taken the flight out of the table, and
        // after its computation.
        if self.ties.load(Ordering::Relaxed) & tie == 0 {
            self.ties.fetch_or(tie, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(crate) fn is_shared(&self) -> bool {
        self.ties.load(Ordering::Relaxed) & SHARED != 0
    }

    #[inline]
    fn has_ties(&self) -> bool {
        self.ties.load(Ordering::Relaxed) != 0
    }

    /// A computation begins, inside of this one.
    fn begin_inside(&mut self, outer: Option<Weak<Self>>) {
        *self.ties.get_mut() |= if outer.is_some() { NESTED } else { 0 };
        self.outer = outer;
    }

    /// It is over, and nobody else knows of its flight. Whether it was inside of another.
    fn end_nested(&mut self) -> bool {
        *self.ties.get_mut() = 0;
        self.outer.take().is_some()
    }

    /// Where it stands among the computations of its table: those that began later have larger
    /// numbers.
    pub(crate) fn rank(&self) -> u64 {
        self.rank.load(Ordering::Relaxed)
    }

    pub(crate) fn set_rank(&self, rank: u64) {
        self.rank.store(rank, Ordering::Relaxed);
    }

    /// From now on this is a computation for `key`, too: its results land there.
    pub(crate) fn compute_for(&self, key: &Arc<Self>) {
        self.keys.lock().push(Arc::downgrade(key));
    }

    /// The entry that is computed gets this tag.
    pub(crate) fn add_tag(&self, tag: Arc<Tag>) {
        let mut tags = self.tags.lock();
        if !tags.iter().any(|known| Arc::ptr_eq(known, &tag)) {
            tags.push(tag);
        }
    }

    pub(crate) fn take_tags(&self) -> Vec<Arc<Tag>> {
        std::mem::take(&mut self.tags.lock())
    }

    /// What the computation may ask for; of those that lead a flight that is shared.
    pub(crate) fn offer(&self) -> &StaticMutex<Option<Offer>> {
        &self.offer
    }

    /// Whether its results land in `key`.
    pub(crate) fn computes_for(&self, key: &Arc<Self>) -> bool {
        let at = Arc::as_ptr(key);
        self.keys.lock().iter().any(|key| key.as_ptr() == at)
    }

    /// The flights that cannot land before this computation has ended: the one in which it began,
    /// and those of its keys.
    pub(crate) fn outers(&self) -> impl Iterator<Item = Arc<Self>> + use<> {
        let keys = self.keys.lock().clone();
        let outers = self.outer.clone().into_iter().chain(keys);
        outers.filter_map(|outer| outer.upgrade())
    }

    pub(crate) fn has_landed(&self) -> bool {
        self.landed.load(Ordering::Acquire)
    }

    /// How it landed, once it has.
    pub(crate) fn landing(&self) -> Option<Landing> {
        self.state.lock().landing.clone()
    }

    /// Somebody is on the way here to wait. Called under the table's lock, while the flight is in
    /// the table.
    pub(crate) fn expect_waiter(&self) {
        // Relaxed, as the load below: the table's lock is between the two.
        self.awaited.store(true, Ordering::Relaxed);
    }

    /// Whether anybody waits or is about to. Final once the flight has left the table.
    #[inline]
    pub(crate) fn is_awaited(&self) -> bool {
        self.awaited.load(Ordering::Relaxed)
    }

    /// The flight has ended.
    fn note_landed(&self) {
        // Release, with the Acquire in `has_landed`: whoever sees that this flight has landed
        // also sees what its leader did before.
        self.landed.store(true, Ordering::Release);
    }

    /// Ends the flight and wakes everyone. Where nobody was sent here, its [release](LedFlight::release) is
    /// enough: nobody will be, as the flight has left the table.
    pub(crate) fn land(&self, landing: Landing) {
        if !self.is_awaited() {
            return;
        }
        let waiters = {
            let mut state = self.state.lock();
            state.landing = Some(landing);
            std::mem::take(&mut state.waiters)
        };
        self.note_landed();
        for (_, waiter) in waiters {
            waiter.wake();
        }
    }

    /// Blocks the calling thread until the flight has landed.
    pub(crate) fn wait(self: &Arc<Self>, common: &Arc<Common>) -> Landing {
        let seat = match Seat::take(self, common, Waiter::thread()) {
            Ok(seat) => seat,
            Err(landing) => return landing,
        };
        loop {
            // A thread may be unparked by others; it keeps its seat then.
            park();
            if let Some(landing) = seat.landing() {
                return landing;
            }
        }
    }
}

/// A waiter's place at a flight; given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    flight: Arc<Flight>,
    common: Arc<Common>,
    number: u64,
    /// The caller's own computation waits for the flight meanwhile.
    _edge: Option<Edge>,
}

impl Seat {
    /// Lets `waiter` be woken when the flight lands; what it would be woken for if it has landed
    /// or never would.
    pub(crate) fn take(
        flight: &Arc<Flight>,
        common: &Arc<Common>,
        waiter: Waiter,
    ) -> Result<Self, Landing> {
        let edge = match nesting::innermost() {
            Some(own) => Some(Edge::new(&own, flight).map_err(Landing::Circle)?),
            None => None,
        };
        let mut state = flight.state.lock();
        if let Some(landing) = &state.landing {
            return Err(landing.clone());
        }
        let number = state.next;
        state.next += 1;
        state.waiters.push((number, waiter));
        drop(state);
        // Relaxed: a figure for people.
        common.waiting.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            flight: Arc::clone(flight),
            common: Arc::clone(common),
            number,
            _edge: edge,
        })
    }

    /// How the flight landed, once it has.
    pub(crate) fn landing(&self) -> Option<Landing> {
        self.flight.landing()
    }

    /// The same; while the flight runs, `waiter` takes the place of the one that was there.
    #[cfg(feature = "async")]
    pub(crate) fn landing_or_wake(&self, waiter: Waiter) -> Option<Landing> {
        let mut state = self.flight.state.lock();
        if state.landing.is_some() {
            return state.landing.clone();
        }
        let before = match state.place(self.number) {
            Ok(place) => Some(std::mem::replace(&mut state.waiters[place].1, waiter)),
            Err(place) => {
                state.waiters.insert(place, (self.number, waiter));
                None
            }
        };
        // An executor's code: outside of the lock.
        drop(state);
        drop(before);
        None
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let waiter = {
            let mut state = self.flight.state.lock();
            let place = state.place(self.number);
            place.ok().map(|place| state.waiters.remove(place))
        };
        drop(waiter);
        self.common.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Flight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flight")
            .field("landed", &self.landed)
            .finish_non_exhaustive()
    }
}
