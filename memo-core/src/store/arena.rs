//! The memory of all nodes of one table: segments that never move, and notes about each node.
//!
//! What a hit needs is in the node. What only the holder of the lock needs is beside it, in a
//! [`Record`], so that nodes stay small and many of them fit into the processor's caches. Nodes are
//! named by a slot number; segments grow with their number, so that a small cache takes little and
//! a large one has few segments.
#![allow(unsafe_code, reason = "nodes of a type that the arena does not know")]

#[cfg(test)]
mod tests;

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::fetch::fetch;
use super::front::{self, Front};
use super::node::{Header, NodeAt, NodeType};
use super::record::{Record, State};
use super::uses::Uses;
use crate::expiry::Terms;
use crate::policy::EntryId;

/// Segments of nodes.
#[derive(Debug)]
pub(super) struct Arena {
    /// Known from the first node on.
    node_type: Option<&'static NodeType>,
    /// What is noted in front of each node.
    fronts: Front,
    /// From the start of a node to that of the next, and to its header.
    stride: usize,
    /// What an entry takes that has nothing on the heap.
    node_bytes: u64,
    front: usize,
    segments: Vec<Segment>,
    /// Slots from here on were never used.
    unused: u32,
    /// The generation of slots that were never used.
    generation: u32,
    /// The highest that a used one has come to.
    latest: u32,
    /// The first free slot; [`NONE`] if there is none.
    free: u32,
    in_use: usize,
    /// Whether an entry has anything on the heap, as far as that is known.
    has_heaps: bool,
}

#[derive(Debug)]
struct Segment {
    nodes: NonNull<u8>,
    records: Vec<Record>,
    /// What each entry has on the heap, in [`UNIT`]s; empty where entries have nothing there.
    heaps: Vec<u32>,
    /// What looks have shown of each entry; empty as long as nobody looks.
    uses: Vec<Uses>,
}

/// Allocators give no less, and so one can note up to 64 GiB.
const UNIT: u64 = 16;

const CACHE_LINE: usize = 64;
const NONE: u32 = u32::MAX;
/// Nodes in the first segment; the next ones double the whole.
const FIRST: u32 = 16;
/// Nodes in the largest segments.
const LARGE: u32 = 1 << 14;

/// Segment and position of a slot.
#[inline]
fn place(slot: u32) -> (usize, usize) {
    let (segment, start) = if slot < LARGE {
        // As if the first slots were those of one magnitude.
        let magnitude = (slot | (FIRST - 1)).ilog2();
        (
            magnitude + 1 - FIRST.ilog2(),
            (1 << magnitude) & !(FIRST - 1),
        )
    } else {
        let large = slot / LARGE;
        (LARGE.ilog2() - FIRST.ilog2() + large, large * LARGE)
    };
    (segment as usize, (slot - start) as usize)
}

/// The first slot of a segment, and the number of its slots.
fn extent(segment: usize) -> (u32, u32) {
    let doublings = LARGE.ilog2() - FIRST.ilog2();
    match u32::try_from(segment) {
        Ok(0) => (0, FIRST),
        Ok(n) if n <= doublings => (FIRST << (n - 1), FIRST << (n - 1)),
        Ok(n) => ((n - doublings) * LARGE, LARGE),
        Err(_) => unreachable!("there are fewer than 2^32 nodes"),
    }
}

/// From the start of a node of this type to its header, and to the next node.
fn extents(node_type: &NodeType, fronts: Front) -> (usize, usize) {
    let align = node_type.layout.align();
    let front = fronts.size().next_multiple_of(align);
    let stride = (front + node_type.layout.size()).next_multiple_of(align);
    (front, stride)
}

/// All that an entry of this type takes of memory, without what it has on the heap.
#[inline]
pub(super) fn bytes_of(node_type: &NodeType, fronts: Front) -> u64 {
    if fronts == Front::Nothing {
        // A type's size is a multiple of its alignment.
        with_shares(node_type.layout.size())
    } else {
        with_shares(extents(node_type, fronts).1)
    }
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
            fronts,
            stride: 0,
            node_bytes: 0,
            front: 0,
            segments: Vec::new(),
            unused: 0,
            generation: 0,
            latest: 0,
            free: NONE,
            in_use: 0,
            has_heaps: false,
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
        (self.front, self.stride) = extents(node_type, self.fronts);
        self.node_bytes = with_shares(self.stride);
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
        self.stride + size_of::<Record>()
    }

    #[inline]
    fn heap(&self, slot: u32) -> u64 {
        let (segment, position) = place(slot);
        // Whoever computes a value may ask for a slot of an earlier arena.
        let heaps = self.segments.get(segment).map(|segment| &segment.heaps);
        let heap = heaps.and_then(|heaps| heaps.get(position));
        u64::from(heap.copied().unwrap_or(0)) * UNIT
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
        let (segment, position) = place(slot);
        let Segment { records, heaps, .. } = &mut self.segments[segment];
        if position >= heaps.len() {
            heaps.reserve_exact(records.capacity() - heaps.len());
            heaps.resize(position + 1, 0);
        }
        heaps[position] = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
    }

    /// A look at an entry with this mark: between how many looks it was used.
    pub(super) fn uses_at_look(&mut self, id: EntryId, mark: u64) -> u8 {
        let (segment, position) = place(id.slot);
        let Segment { records, uses, .. } = &mut self.segments[segment];
        if position >= uses.len() {
            uses.reserve_exact(records.capacity() - uses.len());
            uses.resize(position + 1, Uses::default());
        }
        uses[position].look(id.generation, mark)
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
        let is_free = self.free != NONE;
        let slot = if is_free {
            self.free
        } else {
            self.take_unused()
        };
        self.in_use += 1;
        let (at, place) = self.node(slot);
        if is_free {
            self.free = self.record_at(place).hash;
        }
        // SAFETY: in a segment, at a place for a header; nobody else knows of a free node.
        unsafe { at.0.write(Header::new()) };
        if self.fronts != Front::Nothing {
            // SAFETY: `stride` leaves room for it in front of each node, which nobody else knows of.
            unsafe { self.fronts.clear(at) };
        }
        if self.has_heaps
            && let Some(heap) = self.segments[place.0].heaps.get_mut(place.1)
        {
            *heap = 0;
        }
        let record = self.record_at_mut(place);
        record.set_state(State::Lost);
        let generation = record.generation();
        (EntryId { slot, generation }, at, record)
    }

    #[cold]
    fn take_unused(&mut self) -> u32 {
        let slot = self.unused;
        assert!(slot < NONE, "a cache holds fewer than 2^32 entries");
        let (segment, position) = place(slot);
        if segment == self.segments.len() {
            self.add_segment();
        }
        let records = &mut self.segments[segment].records;
        debug_assert_eq!(records.len(), position);
        records.push(Record::new(self.generation));
        self.unused += 1;
        slot
    }

    fn add_segment(&mut self) {
        let (_, count) = extent(self.segments.len());
        let layout = self.layout(count as usize);
        // SAFETY: a header is larger than nothing.
        let memory = unsafe { alloc(layout) };
        let Some(nodes) = NonNull::new(memory) else {
            handle_alloc_error(layout)
        };
        self.segments.push(Segment {
            nodes,
            records: Vec::with_capacity(count as usize),
            heaps: Vec::new(),
            uses: Vec::new(),
        });
    }

    fn layout(&self, count: usize) -> Layout {
        let Some(node_type) = self.node_type else {
            unreachable!("the type is known before there are segments")
        };
        // Nodes whose size divides a cache line lie in one.
        let align = node_type.layout.align().max(CACHE_LINE);
        let size = self.stride.checked_mul(count);
        let layout = size.and_then(|size| Layout::from_size_align(size, align).ok());
        match layout {
            Some(layout) => layout,
            None => panic!("a segment of {count} entries is larger than memory"),
        }
    }

    /// The node is free for another entry. Key and value are gone.
    #[inline]
    pub(super) fn give_back(&mut self, slot: u32) {
        let next = self.free;
        let record = self.record_mut(slot);
        debug_assert_ne!(record.state(), State::Free);
        record.next_generation();
        record.set_state(State::Free);
        record.hash = next;
        let generation = record.generation();
        self.latest = self.latest.max(generation);
        self.free = slot;
        self.in_use -= 1;
    }

    pub(super) fn record(&self, slot: u32) -> &Record {
        self.record_at(place(slot))
    }

    pub(super) fn record_mut(&mut self, slot: u32) -> &mut Record {
        self.record_at_mut(place(slot))
    }

    #[inline]
    fn record_at(&self, (segment, position): (usize, usize)) -> &Record {
        &self.segments[segment].records[position]
    }

    #[inline]
    fn record_at_mut(&mut self, (segment, position): (usize, usize)) -> &mut Record {
        &mut self.segments[segment].records[position]
    }

    /// Record and node of a slot.
    #[inline]
    pub(super) fn entry(&mut self, slot: u32) -> (&mut Record, NodeAt) {
        let (at, place) = self.node(slot);
        (self.record_at_mut(place), at)
    }

    /// The record of an entry, if it is still there, in whatever state.
    #[inline]
    pub(super) fn get(&self, id: EntryId) -> Option<&Record> {
        let (segment, position) = place(id.slot);
        let record = self.segments.get(segment)?.records.get(position)?;
        (record.generation() == id.generation).then_some(record)
    }

    /// Record and node of a slot, if it was ever used.
    #[inline]
    pub(super) fn look(&self, slot: u32) -> Option<(&Record, NodeAt)> {
        if slot >= self.unused {
            return None;
        }
        let (at, place) = self.node(slot);
        Some((self.record_at(place), at))
    }

    /// The record of an entry with its node, if it is still there.
    #[inline]
    pub(super) fn find(&self, id: EntryId) -> Option<(&Record, NodeAt)> {
        let (segment, position) = place(id.slot);
        let Segment { nodes, records, .. } = self.segments.get(segment)?;
        let record = records.get(position)?;
        if record.generation() != id.generation {
            return None;
        }
        // SAFETY: a node with a record is in its segment.
        let node = unsafe { nodes.add(position * self.stride + self.front) };
        Some((record, NodeAt(node.cast())))
    }

    /// Lets the processor fetch record and node of a slot while it does other things.
    #[inline]
    pub(super) fn prefetch(&self, slot: u32) {
        let (segment, position) = place(slot);
        if let Some(segment) = self.segments.get(segment) {
            self.fetch_entry(segment, position);
        }
    }

    /// The same with all that is noted of the slot, for somebody who weighs its entry.
    #[inline]
    pub(super) fn prefetch_all(&self, slot: u32) {
        let (segment, position) = place(slot);
        if let Some(segment) = self.segments.get(segment) {
            self.fetch_entry(segment, position);
            // Empty where there are none: any address is a good one then.
            fetch(segment.heaps.as_ptr().wrapping_add(position));
            fetch(segment.uses.as_ptr().wrapping_add(position));
        }
    }

    #[inline]
    fn fetch_entry(&self, segment: &Segment, position: usize) {
        fetch(segment.records.as_ptr().wrapping_add(position));
        let nodes = segment.nodes.as_ptr();
        fetch(nodes.wrapping_add(position * self.stride + self.front));
    }

    /// The record of an entry, if it is still there, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, id: EntryId) -> Option<&mut Record> {
        let (segment, position) = place(id.slot);
        let record = self.segments.get_mut(segment)?.records.get_mut(position)?;
        (record.generation() == id.generation).then_some(record)
    }

    pub(super) fn id(&self, slot: u32) -> EntryId {
        EntryId {
            slot,
            generation: self.record(slot).generation(),
        }
    }

    /// Where a slot's node is.
    pub(super) fn at(&self, slot: u32) -> NodeAt {
        self.node(slot).0
    }

    #[inline]
    fn node(&self, slot: u32) -> (NodeAt, (usize, usize)) {
        let (segment, position) = place(slot);
        let distance = position * self.stride + self.front;
        // SAFETY: the segment has that many nodes, as `place` and `extent` agree.
        let node = unsafe { self.segments[segment].nodes.add(distance) };
        (NodeAt(node.cast()), (segment, position))
    }

    /// The slot of a node of this arena. A search over segments: for rare use.
    pub(super) fn slot_of(&self, node: NodeAt) -> Option<u32> {
        let address = node.0.addr().get();
        let segments = self.segments.iter().enumerate().rev();
        for (number, segment) in segments {
            let (start, count) = extent(number);
            let distance = address.wrapping_sub(segment.nodes.addr().get());
            if distance < self.stride * count as usize {
                let position = u32::try_from(distance / self.stride).ok()?;
                return Some(start + position);
            }
        }
        None
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
        // Each node has moved on to a generation of which there was no entry.
        self.generation = self.generation.max(self.latest);
        while let Some(segment) = self.segments.pop() {
            let (_, count) = extent(self.segments.len());
            let layout = self.layout(count as usize);
            // SAFETY: allocated with this layout; by the caller, nobody uses it any more.
            unsafe { dealloc(segment.nodes.as_ptr(), layout) };
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
