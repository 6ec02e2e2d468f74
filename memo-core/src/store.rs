//! The table: entries by hash, and the order in which they give way.
//!
//! Reading takes no lock: [`Shared`] is what readers see, and what they find stays until they
//! unpin. Writing happens under the table's lock, through a [`Writer`], which knows no user type:
//! keys are compared, values cloned and dropped by the callers, outside of the lock.

mod arena;
mod flights;
mod garbage;
mod index;
mod node;
mod outgoing;
mod writer;

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

pub(crate) use index::ShortHash;
pub(crate) use node::{AnyKey, Node, NodeAt, NodeRef, OwnedKey};
pub(crate) use outgoing::Outgoing;
pub(crate) use writer::{Facts, Seen, Slot, Writer};

use crate::pin::Pinned;
use crate::policy::Order;
use crate::recency::{ABSENT, Epoch};
use crate::sharing::Sharing;
use crate::sync::atomic::{AtomicPtr, AtomicU64};
use arena::{Arena, State};
use flights::Flights;
use garbage::Garbage;
use index::{Head, Index};

/// What readers see of a table: one cache line, which writers change rarely but for the epoch.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Shared {
    index: AtomicPtr<Head>,
    /// [`Node::type_number`] of the entries; 0 before the first one.
    types: AtomicU64,
    pub(crate) epoch: Epoch,
    /// Whether the time of the last use is noted on entries with a deadline.
    notes_use: bool,
}

/// What the holder of the lock sees.
#[derive(Debug)]
pub(crate) struct Table<S: Sharing, O> {
    arena: Arena,
    index: Index,
    /// Nodes in the index.
    linked: usize,
    /// Those of them with a value; the others are being computed.
    ready: usize,
    order: O,
    flights: Flights,
    garbage: Garbage,
    /// Keys and values may be neither `Send` nor `Sync`.
    sharing: PhantomData<S::Key>,
}

// SAFETY: the raw pointers are to memory that the table owns. Keys and values in there are of types
// that `S::Key` stands for: where it is `Send`, `Holds` asks for keys and values that are.
#[allow(unsafe_code, reason = "owned memory behind pointers")]
unsafe impl<S: Sharing<Key: Send>, O: Send> Send for Table<S, O> {}

impl Shared {
    pub(crate) fn new(notes_use: bool) -> Self {
        Self {
            index: AtomicPtr::new(Index::empty().into_raw()),
            types: AtomicU64::new(0),
            epoch: Epoch::new(),
            notes_use,
        }
    }

    #[inline(always)]
    fn index(&self, _: &Pinned) -> Index {
        // Acquire, with the Release in `publish`: its buckets are there.
        match NonNull::new(self.index.load(Ordering::Acquire)) {
            Some(head) => Index::from_raw(head),
            None => Index::empty(),
        }
    }

    fn publish(&self, index: Index) {
        self.index.store(index.into_raw(), Ordering::Release);
    }

    /// The value of a key in the first place where it may be. `Err` means: look again, with
    /// [`Self::find`], unless it says that there is none.
    #[inline(always)]
    pub(crate) fn find_first<'p, K: 'static, V: 'static>(
        &self,
        pinned: &'p Pinned,
        hash: ShortHash,
        is_key: impl Fn(&K) -> bool,
    ) -> Result<Found<'p, V>, Elsewhere> {
        // Acquire, with the Release in `Writer::link`.
        if self.types.load(Ordering::Acquire) != Node::<K, V>::type_number() {
            return Err(Elsewhere::Nowhere);
        }
        let index = self.index(pinned);
        match index.first(hash) {
            Ok(at) => Self::examine(at, &is_key).ok_or(Elsewhere::Perhaps),
            Err(elsewhere) => Err(elsewhere),
        }
    }

    /// The value of a key wherever it is.
    pub(crate) fn find<'p, K: 'static, V: 'static>(
        &self,
        pinned: &'p Pinned,
        hash: ShortHash,
        is_key: impl Fn(&K) -> bool,
    ) -> Option<Found<'p, V>> {
        if self.types.load(Ordering::Acquire) != Node::<K, V>::type_number() {
            return None;
        }
        let mut nodes = self.index(pinned).probe(hash);
        nodes.find_map(|at| Self::examine(at, &is_key))
    }

    #[inline(always)]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    fn examine<'p, K: 'static, V: 'static>(
        at: NodeAt,
        is_key: &impl Fn(&K) -> bool,
    ) -> Option<Found<'p, V>> {
        // SAFETY: the node was linked when it was found, by a reader who is pinned for `'p`, so it
        // is not freed before. All nodes of this table have these types.
        unsafe {
            if !is_key(Node::<K, V>::key(at)) {
                return None;
            }
            // Acquire, with the Release in `Writer::make_ready`: the value is there.
            if at.header().tick.load(Ordering::Acquire) == ABSENT {
                return None;
            }
            Some(Found {
                at,
                value: Node::<K, V>::value(at),
            })
        }
    }
}

/// A place where to look next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Elsewhere {
    /// There is no entry.
    Nowhere,
    /// There may be one further on.
    Perhaps,
}

/// An entry that was found; it stays while the reader is pinned.
#[derive(Debug)]
pub(crate) struct Found<'p, V> {
    at: NodeAt,
    pub(crate) value: &'p V,
}

impl<V> Found<'_, V> {
    #[inline(always)]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn header(&self) -> &node::Header {
        // SAFETY: the node stays for as long as the value.
        unsafe { self.at.header() }
    }

    /// Notes when it was used, where that is noted.
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn note_use(&self, shared: &Shared, now: u64) {
        if shared.notes_use {
            // SAFETY: as in `header`; the arena has room for it, as `notes_use` says.
            unsafe { arena::note_use(self.at, now) };
        }
    }
}

impl<S: Sharing, O: Order> Table<S, O> {
    pub(crate) fn new(notes_use: bool) -> Self {
        Self {
            arena: Arena::new(notes_use),
            index: Index::empty(),
            linked: 0,
            ready: 0,
            order: O::default(),
            flights: Flights::default(),
            garbage: Garbage::default(),
            sharing: PhantomData,
        }
    }
}

/// Drops what is left: there are no readers any more, and nobody computes.
impl<S: Sharing, O> Drop for Table<S, O> {
    #[allow(unsafe_code, reason = "the last one to see these nodes")]
    fn drop(&mut self) {
        self.garbage.free_indexes();
        // SAFETY: whoever drops the table is its only user.
        unsafe { std::mem::replace(&mut self.index, Index::empty()).free() };
        let mut dead = outgoing::Dead::default();
        for slot in self.arena.slots() {
            let has_value = match self.arena.record(slot).state() {
                State::Free => continue,
                State::Ready | State::Retired => true,
                State::Pending | State::Lost | State::RetiredKey => false,
            };
            dead.push(slot, self.arena.at(slot), has_value);
        }
        struct Emptied<'a>(&'a mut Arena);
        impl Drop for Emptied<'_> {
            fn drop(&mut self) {
                self.0.forget_all();
            }
        }
        // The memory is given back also when a user's `Drop` panics.
        let arena = Emptied(&mut self.arena);
        dead.set_type(arena.0.node_type());
        dead.drop_all();
    }
}
