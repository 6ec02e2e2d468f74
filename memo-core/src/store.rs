//! The table: entries by hash, and the order in which they give way.
//!
//! Reading takes no lock: [`Shared`] is what readers see, and what they find stays until they
//! unpin. Writing happens under the table's lock, through a [`Writer`], which knows no user type:
//! keys are compared, values cloned and dropped by the callers, outside of the lock.

mod arena;
mod fetch;
mod flights;
mod front;
mod garbage;
mod index;
mod node;
mod outgoing;
mod past;
mod record;
mod residents;
mod tagged;
mod uses;
mod writer;

use std::iter::Sum;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(crate) use flights::Beside;
pub(crate) use front::Front;
pub(crate) use index::ShortHash;
pub(crate) use node::{AnyKey, Header, Node, NodeAt, NodeRef, NodeType, OwnedKey, TypeNumber};
pub(crate) use outgoing::Outgoing;
pub(crate) use tagged::Tagged;
pub(crate) use writer::{Facts, Renewed, Seen, Slot, Writer};

use crate::expiry::{Deadline, Freshness, Terms};
use crate::key::KeyHashes;
use crate::pin::{Domain, Guard, Local, Near, Nearby, Pin, Pinned};
use crate::policy::{Bound, EvictionPolicy, Hits, Order};
use crate::recency::{ABSENT, Epoch};
use crate::sharing::Sharing;
use crate::sync::atomic::{AtomicPtr, AtomicU64};
use arena::Arena;
use flights::Flights;
use garbage::Garbage;
use index::{Head, Index};
use past::Pasts;
use record::State;

/// What readers see of a table: one cache line, which writers change rarely but for the epoch.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Shared {
    index: AtomicPtr<Head>,
    /// [`TypeNumber`] of the entries; 0 before the first one.
    types: AtomicU64,
    pub(crate) epoch: Epoch,
    pub(crate) domain: &'static Domain,
    /// The domain's, which is one step nearer here.
    near: Near,
    /// Seeded at random for each process, so that nobody can choose keys that collide.
    pub(crate) hasher: KeyHashes,
    /// What is noted of entries beside their deadline.
    fronts: Front,
}

/// How large a table is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Extent {
    /// Entries with a value.
    pub entries: usize,
    /// What they take of memory.
    pub bytes: u64,
}

impl Sum for Extent {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |sum, part| Self {
            entries: sum.entries + part.entries,
            bytes: sum.bytes.saturating_add(part.bytes),
        })
    }
}

/// What entries take of memory, with their nodes.
#[derive(Clone, Copy, Default, Debug)]
struct Bytes {
    /// Those that have a value.
    live: u64,
    /// Those that are out of the table and not freed yet.
    garbage: u64,
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
    bytes: Bytes,
    order: O,
    /// Whether entries count by their bytes in the order.
    weighs: bool,
    flights: Flights,
    garbage: Garbage,
    /// How often it was emptied in one step, and what is left of that.
    era: u32,
    pasts: Pasts<O>,
    tagged: Arc<Tagged>,
    /// When its values end, besides by their deadlines.
    rules: Freshness,
    /// No entry is of no use before this time, as far as it was noted.
    next_end: u64,
    /// Keys and values may be neither `Send` nor `Sync`.
    sharing: PhantomData<S::Key>,
}

// SAFETY: the raw pointers are to memory that the table owns. Keys and values in there are of types
// that `S::Key` stands for: where it is `Send`, `Holds` asks for keys and values that are.
#[allow(unsafe_code, reason = "owned memory behind pointers")]
unsafe impl<S: Sharing<Key: Send>, O: Send> Send for Table<S, O> {}

impl Shared {
    pub(crate) fn new(fronts: Front, domain: &'static Domain, hits: Hits) -> Self {
        Self {
            domain,
            near: domain.near(),
            hasher: KeyHashes::default(),
            index: AtomicPtr::new(Index::empty().into_raw()),
            types: AtomicU64::new(0),
            epoch: Epoch::new(hits),
            fronts,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "never null")]
    fn index(&self, _: &impl Pin) -> Index {
        // Acquire, with the Release in `publish`: its buckets are there.
        let head = self.index.load(Ordering::Acquire);
        // SAFETY: `new` and `publish` store no null.
        Index::from_raw(unsafe { NonNull::new_unchecked(head) })
    }

    fn publish(&self, index: Index) {
        self.index.store(index.into_raw(), Ordering::Release);
    }

    /// What an entry of this type takes of memory, without what it has on the heap.
    #[inline]
    pub(crate) fn bytes_of(&self, node_type: &NodeType) -> u64 {
        arena::bytes_of(node_type, self.fronts)
    }

    /// Pins, if the calling thread has a record and is not pinned already.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pin_first(&self, nearby: Nearby) -> Option<Pinned> {
        self.domain.pin_first(nearby, self.near)
    }

    /// An entry in the first place where it may be. `Err` says whether it may be in another one:
    /// [`Self::find`] looks there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn find_first<K: 'static>(
        &self,
        pinned: Pinned,
        hash: ShortHash,
        types: &TypeNumber<K>,
        is_key: impl Fn(&K) -> bool,
    ) -> Result<Found<Pinned>, Elsewhere> {
        if !self.has_types(types) {
            return Err(Elsewhere::Nowhere);
        }
        let available = |at| Self::available(at, &pinned, &is_key);
        let (at, tick) = self.index(&pinned).first(hash, available)?;
        Ok(Found::new(pinned, at, types, tick))
    }

    /// An entry wherever it is.
    pub(crate) fn find<K: 'static>(
        &self,
        guard: Guard,
        hash: ShortHash,
        types: &TypeNumber<K>,
        is_key: impl Fn(&K) -> bool,
    ) -> Option<Found<Guard>> {
        if !self.has_types(types) {
            return None;
        }
        for at in self.index(&guard).probe(hash) {
            if let Some(tick) = Self::available(at, &guard, &is_key) {
                return Some(Found::new(guard, at, types, tick));
            }
        }
        None
    }

    /// Whether all nodes of this table have these types; not so before the first one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_types<K: 'static>(&self, types: &TypeNumber<K>) -> bool {
        // Acquire, with the Release in `Writer::link`.
        self.types.load(Ordering::Acquire) == types.get()
    }

    /// The tick of a node that has this key, and a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    fn available<K: 'static>(at: NodeAt, _: &impl Pin, is_key: impl Fn(&K) -> bool) -> Option<u64> {
        // SAFETY: the node was linked when it was found, by a reader who is pinned, so it is not
        // freed before that ends. All nodes of this table have keys of this type.
        let (key, header) = unsafe { (node::key(at), at.header()) };
        // Acquire, with the Release in `make_ready`: the value is there.
        if !is_key(key) {
            return None;
        }
        let tick = header.tick.load(Ordering::Acquire);
        (tick != ABSENT).then_some(tick)
    }
}

impl From<Found<Pinned>> for Found<Guard> {
    #[inline]
    fn from(found: Found<Pinned>) -> Self {
        Self {
            kept: Kept {
                guard: found.kept.guard.into(),
                at: found.kept.at,
            },
            types: found.types,
            tick: found.tick,
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

/// An entry with a value, and the pin that keeps it where it is. The table has to outlive it.
#[derive(Debug)]
pub(crate) struct Kept<G> {
    guard: G,
    at: NodeAt,
}

/// The same with the number of its types, as it was found: what finds it is not compiled for each
/// type of values.
#[derive(Debug)]
pub(crate) struct Found<G> {
    kept: Kept<G>,
    types: u64,
    /// As it was when the entry was found. Not a part of [`Kept`], of which two registers have room for all.
    tick: u64,
}

/// The same with its types.
#[derive(Debug)]
pub struct Typed<G, K, V> {
    kept: Kept<G>,
    types: PhantomData<fn() -> (K, V)>,
}

impl<G> Found<G> {
    /// The node was found available under this guard, with this tick, and has these types.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new<K: 'static>(guard: G, at: NodeAt, types: &TypeNumber<K>, tick: u64) -> Self {
        Self {
            kept: Kept { guard, at },
            types: types.get(),
            tick,
        }
    }

    /// The tick of the entry when it was found.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn tick(&self) -> u64 {
        self.tick
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn kept(&self) -> &Kept<G> {
        &self.kept
    }

    /// The entry, if these are its types.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn typed<K: 'static, V: 'static>(self) -> Option<Typed<G, K, V>> {
        if self.types != TypeNumber::<K>::with::<V>().get() {
            return None;
        }
        Some(Typed {
            kept: self.kept,
            types: PhantomData,
        })
    }
}

impl<G: Pin, K: 'static, V: 'static> Typed<G, K, V> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn kept(&self) -> &Kept<G> {
        &self.kept
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn value(&self) -> &V {
        // SAFETY: the node stays for as long as the guard, has these types, and had a tick, read
        // with Acquire.
        unsafe { Node::<K, V>::value(self.kept.at) }
    }

    /// The value, of which the key is not needed any more.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn hold(self) -> Held<G, V> {
        let value = NonNull::from(self.value());
        Held {
            guard: self.kept.guard,
            value,
        }
    }

    /// The same without its types.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn found(self) -> Found<G> {
        let (tick, types) = (self.kept.tick(), TypeNumber::<K>::with::<V>());
        Found::new(self.kept.guard, self.kept.at, &types, tick)
    }
}

impl<G: Pin> Kept<G> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn local(&self) -> &'static Local {
        self.guard.local()
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn header(&self) -> &Header {
        // SAFETY: the node stays for as long as the guard.
        unsafe { self.at.header() }
    }

    /// Its tick by now.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn tick(&self) -> u64 {
        // Relaxed: that there is a value was seen before.
        self.header().tick.load(Ordering::Relaxed)
    }

    /// What its tags say, if it has any. Of one that has left the table meanwhile nobody knows; its time has
    /// passed then.
    pub(crate) fn tags(&self, tagged: &Tagged) -> Option<tagged::Look> {
        if self.header().deadline() != Deadline::LOOK {
            return None;
        }
        tagged.look(self.at)
    }

    /// Notes when it was used, where that is noted.
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn note_use(&self, shared: &Shared, now: u64) {
        if shared.fronts.notes_use() {
            // SAFETY: the node stays for as long as the guard; its arena has room for
            // this, as `fronts` says.
            unsafe { front::note_use(self.at, now) };
        }
    }

    /// Counts a hit on it, where these are counted one by one.
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn count_hit(&self, shared: &Shared) {
        if shared.fronts.counts_hits() {
            // SAFETY: as in `note_use`.
            unsafe { front::count_hit(self.at) };
        }
    }

    /// What else is noted of it.
    #[allow(unsafe_code, reason = "a node that was found while pinned")]
    pub(crate) fn terms(&self, shared: &Shared) -> Option<&Terms> {
        if !shared.fronts.has_terms() {
            return None;
        }
        // SAFETY: as in `note_use`.
        Some(unsafe { front::terms_of(self.at) })
    }
}

impl NodeRef<'_> {
    /// Counts a hit on it, where these are counted one by one. It is a node of this table.
    #[allow(unsafe_code, reason = "a node that stays where it is")]
    pub(crate) fn count_hit(self, shared: &Shared) {
        if shared.fronts.counts_hits() {
            // SAFETY: the node stays while this lives; its arena has room for this, as `fronts` says.
            unsafe { front::count_hit(self.at()) };
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
        // SAFETY: by `Typed::hold`, which had a reference to it: the value stays for as long as the
        // guard.
        unsafe { self.value.as_ref() }
    }
}

impl<S: Sharing, O: Order> Table<S, O> {
    pub(crate) fn new(
        fronts: Front,
        rules: Freshness,
        policy: EvictionPolicy,
        bound: Bound,
    ) -> Self {
        Self {
            arena: Arena::new(fronts),
            rules,
            next_end: u64::MAX,
            index: Index::empty(),
            linked: 0,
            room: 0,
            ready: 0,
            bytes: Bytes::default(),
            order: O::new(policy, bound),
            weighs: bound.is_in_bytes(),
            flights: Flights::default(),
            garbage: Garbage::default(),
            era: 0,
            pasts: Pasts::default(),
            tagged: Arc::default(),
            sharing: PhantomData,
        }
    }

    /// Its entries with tags.
    pub(crate) fn tagged(&self) -> &Arc<Tagged> {
        &self.tagged
    }

    /// What hits leave on entries.
    pub(crate) fn hits(&self) -> Hits {
        self.order.hits()
    }
}

/// Drops what is left: there are no readers any more, and nobody computes.
impl<S: Sharing, O> Drop for Table<S, O> {
    #[allow(unsafe_code, reason = "the last one to see these nodes")]
    fn drop(&mut self) {
        struct Rest(Vec<(u32, Arena)>);
        impl Drop for Rest {
            fn drop(&mut self) {
                if let Some((era, mut arena)) = self.0.pop() {
                    // Also when a user's `Drop` panics there.
                    let _others = Self(std::mem::take(&mut self.0));
                    drop_nodes(era, &mut arena);
                }
            }
        }
        let pasts = Rest(std::mem::take(&mut self.pasts).arenas().collect());
        self.garbage.free_indexes();
        // SAFETY: whoever drops the table is its only user.
        unsafe { std::mem::replace(&mut self.index, Index::empty()).free() };
        drop_nodes(self.era, &mut self.arena);
        drop(pasts);
    }
}

/// Drops the keys and values that are left in an arena. Its memory is given back also when a user's
/// `Drop` panics.
fn drop_nodes(era: u32, arena: &mut Arena) {
    struct Emptied<'a>(&'a mut Arena);
    impl Drop for Emptied<'_> {
        fn drop(&mut self) {
            self.0.forget_all();
        }
    }
    let mut dead = outgoing::Dead::default();
    for slot in arena.slots() {
        let has_value = match arena.record(slot).state() {
            State::Free | State::Dying => continue,
            State::Ready | State::Retired => true,
            State::Pending | State::Lost | State::RetiredKey => false,
        };
        dead.push(era, slot, arena.at(slot), has_value);
    }
    let arena = Emptied(arena);
    dead.set_type(arena.0.node_type());
    dead.drop_all();
}
