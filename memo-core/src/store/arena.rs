//! The memory of all nodes of one table: segments that never move, and notes about each node.
//!
//! What a hit needs is in the node. What only the holder of the lock needs is beside it, in a
//! [`Record`], so that nodes stay small and many of them fit into the processor's caches. Nodes are
//! named by a slot number; segments grow with their number, so that a small cache takes little and
//! a large one has few segments.
#![allow(unsafe_code, reason = "nodes of a type that the arena does not know")]

mod chain;
mod segments;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::fetch::fetch;
use super::front::{self, Front};
use super::node::{Header, NodeAt, NodeType};
use super::record::{Record, State};
use crate::expiry::Terms;
use crate::policy::EntryId;
use segments::{Extents, Segments};

pub(super) use chain::Chain;

/// Where an entry is. Without meaning when its slot has another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot(NonNull<Record>, NodeAt);

impl Spot {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn at(self) -> NodeAt {
        self.1
    }
}

/// Memory of nodes.
#[derive(Debug)]
pub(super) struct Arena {
    /// Known from the first node on.
    node_type: Option<&'static NodeType>,
    /// Whether key or value do something when they are dropped.
    needs_drop: bool,
    /// Whether an entry has anything on the heap, as far as that is known.
    has_heaps: bool,
    /// What is noted in front of each node.
    fronts: Front,
    extents: Extents,
    /// What an entry takes that has nothing on the heap.
    node_bytes: u64,
    segments: Segments,
    /// Slots from here on were never used. There is memory for those below.
    unused: u32,
    /// The generation of slots that were never used.
    generation: u32,
    /// The highest that an entry has had.
    latest: u32,
    /// The first free slot; [`NONE`] if there is none.
    free: u32,
    in_use: usize,
}

/// Allocators give no less, and so one can note up to 64 GiB.
const UNIT: u64 = 16;

const NONE: u32 = u32::MAX;

/// All that an entry of this type takes of memory, without what it has on the heap.
#[inline]
pub(super) fn bytes_of(node_type: &NodeType, fronts: Front) -> u64 {
    if fronts == Front::Nothing {
        // A type's size is a multiple of its alignment.
        with_shares(node_type.layout.size())
    } else {
        bytes_with_front(node_type, fronts)
    }
}

/// Apart from those that have nothing in front.
#[inline(never)]
fn bytes_with_front(node_type: &NodeType, fronts: Front) -> u64 {
    with_shares(Extents::of(node_type, fronts.size()).stride)
}

fn with_shares(stride: usize) -> u64 {
    /// A bucket of 64 bytes for three entries, and a number of 8 bytes in the order.
    const SHARES: usize = 64 / 3 + 8;
    (stride + size_of::<Record>() + SHARES) as u64
}

impl Arena {
    pub(super) fn new(fronts: Front) -> Self {
        Self {
            node_type: None,
            needs_drop: false,
            has_heaps: false,
            fronts,
            extents: Extents::default(),
            node_bytes: 0,
            segments: Segments::default(),
            unused: 0,
            generation: 0,
            latest: 0,
            free: NONE,
            in_use: 0,
        }
    }

    /// An empty one for what comes next; this one's entries are none of it.
    pub(super) fn successor(&self) -> Self {
        let latest = self.generation.max(self.latest);
        let generation = (latest + 1) % Record::GENERATIONS;
        let mut next = Self::new(self.fronts);
        if let Some(node_type) = self.node_type {
            next.set_type(node_type);
        }
        next.generation = generation;
        next
    }

    pub(super) fn node_type(&self) -> Option<&'static NodeType> {
        self.node_type
    }

    /// Nodes that are not free.
    pub(super) fn in_use(&self) -> usize {
        self.in_use
    }

    /// Slots that were ever used.
    pub(super) fn slots(&self) -> Range<u32> {
        0..self.unused
    }

    fn set_type(&mut self, node_type: &'static NodeType) {
        self.node_type = Some(node_type);
        self.needs_drop = node_type.needs_drop;
        self.extents = Extents::of(node_type, self.fronts.size());
        self.node_bytes = with_shares(self.extents.stride);
    }

    /// All that an entry takes of memory: its node, what is noted beside it, its share of the index and
    /// of the order, and what it has on the heap.
    #[inline]
    pub(super) fn bytes_of(&self, slot: u32) -> u64 {
        if self.has_heaps {
            self.node_bytes + self.heap(slot)
        } else {
            self.node_bytes
        }
    }

    /// Bytes of a node with what belongs to it.
    pub(super) fn bytes_per_node(&self) -> usize {
        self.extents.stride + size_of::<Record>()
    }

    /// Whether key or value do something when they are dropped.
    pub(super) fn needs_drop(&self) -> bool {
        self.needs_drop
    }

    #[inline]
    fn heap(&self, slot: u32) -> u64 {
        // Whoever computes a value may ask for a slot of an earlier arena.
        let beside = self.segments.beside(slot);
        let units = beside.map_or(0, |(beside, position)| beside.heap(position));
        u64::from(units) * UNIT
    }

    /// An entry has so many bytes more on the heap.
    #[inline]
    pub(super) fn add_heap(&mut self, slot: u32, bytes: u64) {
        if bytes > 0 {
            self.set_heap(slot, self.heap(slot).saturating_add(bytes));
        }
    }

    #[cold]
    fn set_heap(&mut self, slot: u32, bytes: u64) {
        self.has_heaps = true;
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        if let Some((beside, position)) = self.segments.beside_mut(slot) {
            beside.set_heap(position, units);
        }
    }

    /// A look at an entry with this mark: between how many looks it was used.
    pub(super) fn uses_at_look(&mut self, id: EntryId, mark: u64) -> u8 {
        match self.segments.beside_mut(id.slot) {
            Some((beside, position)) => beside.uses_mut(position).look(id.generation, mark),
            None => 0,
        }
    }

    /// A node for an entry: without tick and deadline, in the state [`State::Lost`].
    ///
    /// # Panics
    /// When there are 2^32 nodes.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn take(&mut self, node_type: &'static NodeType) -> (EntryId, NodeAt, &mut Record) {
        if self.node_type.is_none() {
            self.set_type(node_type);
        }
        let slot = self.free;
        if slot == NONE {
            return self.take_unused();
        }
        self.in_use += 1;
        let (mut record, at) = self.spot(slot);
        // SAFETY: of a slot of this arena, which only its owner reaches.
        let record = unsafe { record.as_mut() };
        self.free = record.hash;
        record.next_generation();
        let generation = record.generation();
        self.latest = self.latest.max(generation);
        self.prepare(slot, at);
        record.set_state(State::Lost);
        (EntryId { slot, generation }, at, record)
    }

    /// The node of a slot that an entry gets: it has neither tick nor deadline.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn prepare(&mut self, slot: u32, at: NodeAt) {
        // SAFETY: in a segment, at a place for a header; nobody else knows of a free node.
        unsafe { at.0.write(Header::new()) };
        if self.fronts != Front::Nothing {
            // SAFETY: there is room for it in front of each node, which nobody else knows of.
            unsafe { self.fronts.clear(at) };
        }
        if self.has_heaps {
            self.set_heap(slot, 0);
        }
    }

    #[cold]
    fn take_unused(&mut self) -> (EntryId, NodeAt, &mut Record) {
        let slot = self.unused;
        assert!(slot < NONE, "a cache holds fewer than 2^32 entries");
        let Some(node_type) = self.node_type else {
            unreachable!("the type is known before there are segments")
        };
        self.segments
            .reach(slot, self.extents, node_type.layout.align());
        self.unused += 1;
        self.in_use += 1;
        let generation = self.generation;
        self.latest = self.latest.max(generation);
        let (mut record, at) = self.spot(slot);
        // SAFETY: memory of this arena, in which there is nothing yet.
        unsafe { record.write(Record::new(generation)) };
        self.prepare(slot, at);
        // SAFETY: as above; now there is a record.
        let record = unsafe { record.as_mut() };
        record.set_state(State::Lost);
        (EntryId { slot, generation }, at, record)
    }

    /// The node is free for another entry. Key and value are gone.
    pub(super) fn give_back(&mut self, slot: u32) {
        let next = self.free;
        let record = self.record_mut(slot);
        debug_assert_ne!(record.state(), State::Free);
        record.set_state(State::Free);
        record.hash = next;
        self.free = slot;
        self.in_use -= 1;
    }

    /// The same for nodes that were retired one after another, in one step.
    pub(super) fn give_back_all(&mut self, chain: Chain) {
        if chain.is_empty() {
            return;
        }
        self.record_mut(chain.last()).hash = self.free;
        self.free = chain.first();
        self.in_use -= chain.len();
    }

    /// Nodes that are garbage, without a `Drop`, are none of its entries any more.
    pub(super) fn forget_some(&mut self, count: usize) {
        self.in_use -= count;
    }

    /// Record and node of a slot.
    ///
    /// # Panics
    /// When it was never used.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn spot(&self, slot: u32) -> (NonNull<Record>, NodeAt) {
        assert!(slot < self.unused, "a slot of this arena");
        // SAFETY: there is memory for all slots below.
        unsafe { self.segments.spot(slot, self.extents.stride) }
    }

    pub(super) fn record(&self, slot: u32) -> &Record {
        // SAFETY: of a slot that was used, so that there is a record.
        unsafe { self.spot(slot).0.as_ref() }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn record_mut(&mut self, slot: u32) -> &mut Record {
        // SAFETY: as in `record`; only the owner of the arena reaches it.
        unsafe { self.spot(slot).0.as_mut() }
    }

    /// Record and node of a slot.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn entry(&mut self, slot: u32) -> (&mut Record, NodeAt) {
        let (mut record, at) = self.spot(slot);
        // SAFETY: as in `record_mut`.
        (unsafe { record.as_mut() }, at)
    }

    /// The same by its address.
    ///
    /// # Safety
    /// This arena has said so, and has not given its memory back since.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) unsafe fn entry_at(&mut self, Spot(mut record, at): Spot) -> (&mut Record, NodeAt) {
        debug_assert!(self.in_use > 0);
        // SAFETY: by the caller, it is there; only the owner of the arena reaches it.
        (unsafe { record.as_mut() }, at)
    }

    /// The record of an entry, if it is still there, in whatever state.
    #[inline]
    pub(super) fn get(&self, id: EntryId) -> Option<&Record> {
        let (record, _) = self.find_spot(id)?;
        Some(record)
    }

    /// Record and node of a slot, if it was ever used.
    #[inline]
    pub(super) fn look(&self, slot: u32) -> Option<(&Record, NodeAt)> {
        if slot >= self.unused {
            return None;
        }
        let (record, at) = self.spot(slot);
        // SAFETY: as in `record`.
        Some((unsafe { record.as_ref() }, at))
    }

    /// The record of an entry, if it is still there, to be changed.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn get_mut(&mut self, id: EntryId) -> Option<&mut Record> {
        if id.slot >= self.unused {
            return None;
        }
        let record = self.record_mut(id.slot);
        (record.generation() == id.generation).then_some(record)
    }

    /// The record of an entry, and the place of both, if it is still there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn find_spot(&self, id: EntryId) -> Option<(&Record, Spot)> {
        if id.slot >= self.unused {
            return None;
        }
        let (record, at) = self.spot(id.slot);
        // SAFETY: as in `record`.
        let known = unsafe { record.as_ref() };
        (known.generation() == id.generation).then_some((known, Spot(record, at)))
    }

    /// Lets the processor fetch record and node of a slot while it does other things.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn prefetch(&self, slot: u32) {
        if slot < self.unused {
            let (record, at) = self.spot(slot);
            fetch(record.as_ptr());
            fetch(at.0.as_ptr());
        }
    }

    /// The same with all that is noted of the slot, for somebody who weighs its entry.
    pub(super) fn prefetch_all(&self, slot: u32) {
        self.prefetch(slot);
        if let Some((beside, position)) = self.segments.beside(slot) {
            beside.prefetch(position);
        }
    }

    pub(super) fn id(&self, slot: u32) -> EntryId {
        EntryId {
            slot,
            generation: self.record(slot).generation(),
        }
    }

    /// Where a slot's node is.
    pub(super) fn at(&self, slot: u32) -> NodeAt {
        self.spot(slot).1
    }

    /// The slot of a node of this arena. A search over segments: for rare use.
    pub(super) fn slot_of(&self, node: NodeAt) -> Option<u32> {
        self.segments.slot_of(node, self.extents.stride)
    }

    /// When a node was last used, if that is noted.
    pub(super) fn used_at(&self, slot: u32) -> Option<u64> {
        if !self.fronts.notes_use() {
            return None;
        }
        // SAFETY: there is one in front of each node that was taken.
        let at = unsafe { front::used_at(self.at(slot)).as_ref() }.load(Ordering::Relaxed);
        (at != u64::MAX).then_some(at)
    }

    /// How often a node was hit, if that is counted.
    pub(super) fn hits(&self, slot: u32) -> Option<u64> {
        if !self.fronts.counts_hits() {
            return None;
        }
        // SAFETY: the count is in front of each node that was taken.
        Some(unsafe { front::hits(self.at(slot)) })
    }

    /// Whether more than the last use is noted in front of each node.
    #[inline]
    pub(super) fn has_terms(&self) -> bool {
        self.fronts.has_terms()
    }

    /// What is noted in front of a node, if that is more than its last use.
    #[inline]
    pub(super) fn terms(&self, slot: u32) -> Option<&Terms> {
        if !self.fronts.has_terms() {
            return None;
        }
        // SAFETY: they are in front of each node that was taken, for as long as there are segments.
        Some(unsafe { front::terms_of(self.at(slot)) })
    }

    /// All nodes were freed in one go, or are leaked.
    pub(super) fn forget_all(&mut self) {
        self.in_use = 0;
    }

    /// Gives all memory back. The ids of its entries stay theirs: whoever has noted one, with an
    /// address that is gone now, finds that the entry is gone too.
    ///
    /// # Safety
    /// No node is in use, and nobody looks at one.
    pub(super) unsafe fn reset(&mut self) {
        debug_assert_eq!(self.in_use, 0);
        // A generation of which there was no entry.
        if self.unused > 0 {
            self.generation = (self.latest + 1) % Record::GENERATIONS;
        }
        if let Some(node_type) = self.node_type {
            // SAFETY: made for these; by the caller, nobody uses it any more.
            unsafe { self.segments.free(self.extents, node_type.layout.align()) };
        }
        self.unused = 0;
        self.free = NONE;
    }
}

/// Nodes that are still in use are leaked: the table frees them first.
impl Drop for Arena {
    fn drop(&mut self) {
        if self.in_use == 0 {
            // SAFETY: no node is in use, and the arena is not shared any more.
            unsafe { self.reset() };
        }
    }
}
