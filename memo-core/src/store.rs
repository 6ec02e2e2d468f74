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
mod record;
mod writer;

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

pub(crate) use index::ShortHash;
pub(crate) use node::{AnyKey, Header, Node, NodeAt, NodeRef, OwnedKey};
pub(crate) use outgoing::Outgoing;
pub(crate) use writer::{Facts, Seen, Slot, Writer};

use foldhash::fast::RandomState;

use crate::pin::{Domain, Guard, Local, Pinned};
use crate::policy::Order;
use crate::recency::{ABSENT, Epoch};
use crate::sharing::Sharing;
use crate::sync::atomic::{AtomicPtr, AtomicU64};
use arena::Arena;
use flights::Flights;
use garbage::Garbage;
use index::{Head, Index};
use record::State;

/// What readers see of a table: one cache line, which writers change rarely but for the epoch.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Shared {
    index: AtomicPtr<Head>,
    /// [`Node::type_number`] of the entries; 0 before the first one.
    types: AtomicU64,
    pub(crate) epoch: Epoch,
    pub(crate) domain: &'static Domain,
    /// The domain's, which is one step nearer here.
    slot: usize,
    /// Seeded at random for each process, so that nobody can choose keys that collide.
    pub(crate) hasher: RandomState,
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
    /// At this many a larger index is worth its memory.
    room: usize,
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
    pub(crate) fn new(notes_use: bool, domain: &'static Domain) -> Self {
        Self {
            domain,
            slot: domain.slot(),
            hasher: RandomState::default(),
            index: AtomicPtr::new(Index::empty().into_raw()),
            types: AtomicU64::new(0),
            epoch: Epoch::new(),
            notes_use,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "never null")]
    fn index(&self, _: &Pinned) -> Index {
        // Acquire, with the Release in `publish`: its buckets are there.
        let head = self.index.load(Ordering::Acquire);
        // SAFETY: `new` and `publish` store no null.
        Index::from_raw(unsafe { NonNull::new_unchecked(head) })
    }

    fn publish(&self, index: Index) {
        self.index.store(index.into_raw(), Ordering::Release);
    }

    /// Pins, if the calling thread has a record and is not pinned already.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pin_first(&self) -> Option<Pinned> {
        self.domain.pin_first(self.slot)
    }

    /// An entry in the first place where it may be. `Err` says whether it may be in another one:
    /// [`Self::find`] looks there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn find_first<K: 'static, V: 'static>(
        &self,
        pinned: Pinned,
        hash: ShortHash,
        is_key: impl Fn(&K) -> bool,
    ) -> Result<Kept<Pinned, K, V>, Elsewhere> {
        if !self.has_types::<K, V>() {
            return Err(Elsewhere::Nowhere);
        }
        let at = self.index(&pinned).first(hash)?;
        if Self::is_available::<K, V>(at, &pinned, is_key) {
            Ok(Kept::new(pinned, at))
        } else {
            Err(Elsewhere::Perhaps)
        }
    }

    /// An entry wherever it is.
    pub(crate) fn find<K: 'static, V: 'static>(
        &self,
        guard: Guard,
        hash: ShortHash,
        is_key: impl Fn(&K) -> bool,
    ) -> Option<Kept<Guard, K, V>> {
        if !self.has_types::<K, V>() {
            return None;
        }
        let mut nodes = self.index(&guard).probe(hash);
        let at = nodes.find(|at| Self::is_available::<K, V>(*at, &guard, &is_key))?;
        Some(Kept::new(guard, at))
    }

    /// Whether all nodes of this table have these types; not so before the first one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_types<K: 'static, V: 'static>(&self) -> bool {
        // Acquire, with the Release in `Writer::link`.
        self.types.load(Ordering::Acquire) == Node::<K, V>::type_number()
    }

    /// Whether a node has this key, and a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    fn is_available<K: 'static, V: 'static>(
        at: NodeAt,
        _: &Pinned,
        is_key: impl Fn(&K) -> bool,
    ) -> bool {
        // SAFETY: the node was linked when it was found, by a reader who is pinned, so it is not
        // freed before that ends. All nodes of this table have these types.
        let (key, header) = unsafe { (Node::<K, V>::key(at), at.header()) };
        // Acquire, with the Release in `Writer::make_ready`: the value is there.
        is_key(key) && header.tick.load(Ordering::Acquire) != ABSENT
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

/// An entry with a value, and the pin that keeps it where it is. The table has to outlive it.
#[derive(Debug)]
pub(crate) struct Kept<G, K, V> {
    guard: G,
    at: NodeAt,
    types: PhantomData<fn() -> (K, V)>,
}

impl<G: Borrow<Pinned>, K, V> Kept<G, K, V> {
    /// The node was found available under this guard, and has these types; or they were forgotten.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new(guard: G, at: NodeAt) -> Self {
        Self {
            guard,
            at,
            types: PhantomData,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn local(&self) -> &'static Local {
        self.guard.borrow().local()
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn header(&self) -> &Header {
        // SAFETY: by `new`, the node stays for as long as the guard.
        unsafe { self.at.header() }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn value(&self) -> &V
    where
        K: 'static,
        V: 'static,
    {
        // SAFETY: by `new`, the node stays for as long as the guard, has these types, and had a
        // tick, read with Acquire.
        unsafe { Node::<K, V>::value(self.at) }
    }

    /// The value, of which the key is not needed any more.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn hold(self) -> Held<G, V>
    where
        K: 'static,
        V: 'static,
    {
        let value = NonNull::from(self.value());
        Held {
            guard: self.guard,
            value,
        }
    }

    /// The same without types, for a time.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn forget_types(self) -> Untyped<G> {
        Untyped(Kept::new(self.guard, self.at))
    }

    /// Notes when it was used, where that is noted.
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn note_use(&self, shared: &Shared, now: u64) {
        if shared.notes_use {
            // SAFETY: by `new`, the node stays for as long as the guard; its arena has room for
            // this, as `notes_use` says.
            unsafe { arena::note_use(self.at, now) };
        }
    }
}

/// A value where it is stored, and the pin that keeps it there. The table has to outlive it.
#[derive(Debug)]
pub struct Held<G, V> {
    #[allow(dead_code, reason = "for its `Drop`")]
    guard: G,
    value: NonNull<V>,
}

impl<G, V: 'static> Held<G, V> {
    /// The value of a node.
    ///
    /// # Safety
    /// The node has values of this type, and one that the caller has put there or may read. The guard
    /// keeps it from being freed.
    #[allow(unsafe_code, reason = "a node whose type the caller knows")]
    pub(crate) unsafe fn at<K: 'static>(guard: G, at: NodeAt) -> Self {
        // SAFETY: by the caller.
        let value = unsafe { Node::<K, V>::value(at) };
        Self {
            guard,
            value: NonNull::from(value),
        }
    }

    /// The value for ever.
    ///
    /// # Safety
    /// The table frees no values, nor is it ever dropped.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a value that is never freed")]
    pub(crate) unsafe fn for_ever(self) -> &'static V {
        // SAFETY: as in `get`, and by the caller without an end.
        unsafe { self.value.as_ref() }
    }
}

impl<G, V> Held<G, V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a value that was found while pinned")]
    pub(crate) fn get(&self) -> &V {
        // SAFETY: by `Kept::hold`, which had a reference to it: the value stays for as long as the
        // guard.
        unsafe { self.value.as_ref() }
    }
}

/// An entry whose types are not known here.
#[derive(Debug)]
pub(crate) struct Untyped<G>(Kept<G, (), ()>);

impl<G: Borrow<Pinned>> Untyped<G> {
    /// The same with its types.
    ///
    /// # Safety
    /// These are the types that were forgotten.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "types that were forgotten")]
    pub(crate) unsafe fn remember<K, V>(self) -> Kept<G, K, V> {
        Kept::new(self.0.guard, self.0.at)
    }
}

impl<S: Sharing, O: Order> Table<S, O> {
    pub(crate) fn new(notes_use: bool) -> Self {
        Self {
            arena: Arena::new(notes_use),
            index: Index::empty(),
            linked: 0,
            room: 0,
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
        struct Emptied<'a>(&'a mut Arena);
        impl Drop for Emptied<'_> {
            fn drop(&mut self) {
                self.0.forget_all();
            }
        }
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
        // The memory is given back also when a user's `Drop` panics.
        let arena = Emptied(&mut self.arena);
        dead.set_type(arena.0.node_type());
        dead.drop_all();
    }
}
