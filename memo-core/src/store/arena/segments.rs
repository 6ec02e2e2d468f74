//! Where nodes and records are: segments that never move.
//!
//! Segments grow with their number, so that a small cache takes little and a large one has few of them.
//! Whoever holds the lock asks for a place several times in a miss, so of each segment is noted where
//! its nodes and records *would* begin if it went back to slot 0: then a slot's place takes one multiplication.
#![allow(unsafe_code, reason = "nodes of a type that the arena does not know")]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use crate::store::fetch::fetch;
use crate::store::node::{Header, NodeAt, NodeType};
use crate::store::record::Record;
use crate::store::uses::Uses;

const CACHE_LINE: usize = 64;
/// Nodes in the first segment; the next ones double the whole.
const FIRST: u32 = 16;
/// Nodes in the largest segments.
const LARGE: u32 = 1 << 14;

/// From the start of a node to its header, and to the start of the next.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Extents {
    pub(super) front: usize,
    pub(super) stride: usize,
}

impl Extents {
    /// Of a type of nodes with so many bytes in front of each.
    pub(super) fn of(node_type: &NodeType, front: usize) -> Self {
        let align = node_type.layout.align();
        let front = front.next_multiple_of(align);
        let stride = (front + node_type.layout.size()).next_multiple_of(align);
        Self { front, stride }
    }
}

#[derive(Default, Debug)]
pub(super) struct Segments {
    bases: Vec<Base>,
    beside: Vec<Beside>,
}

/// Where a segment would begin if it went back to slot 0. Only addresses of its own slots are looked at.
#[derive(Clone, Copy, Debug)]
struct Base {
    /// The header of a node.
    node: *mut u8,
    record: *mut Record,
}

/// What is noted of few entries, or only when somebody asks.
#[derive(Debug)]
pub(super) struct Beside {
    memory: NonNull<u8>,
    count: usize,
    /// What each entry has on the heap, in units; empty where entries have nothing there.
    heaps: Vec<u32>,
    /// What looks have shown of each entry; empty as long as nobody looks.
    uses: Vec<Uses>,
}

/// The segment of a slot.
#[cfg_attr(not(debug_assertions), inline(always))]
fn segment_of(slot: u32) -> usize {
    let segment = if slot < LARGE {
        // As if the first slots were those of one magnitude.
        (slot | (FIRST - 1)).ilog2() + 1 - FIRST.ilog2()
    } else {
        slot / LARGE + (LARGE.ilog2() - FIRST.ilog2())
    };
    segment as usize
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

/// The memory of a segment, and where in it the records are.
fn layout(count: usize, stride: usize, align: usize) -> (Layout, usize) {
    // Nodes whose size divides a cache line lie in one.
    let align = align.max(CACHE_LINE);
    let size = stride.checked_mul(count);
    let nodes = size.and_then(|size| Layout::from_size_align(size, align).ok());
    let both = nodes.and_then(|nodes| nodes.extend(Layout::array::<Record>(count).ok()?).ok());
    match both {
        Some(both) => both,
        None => panic!("a segment of {count} entries is larger than memory"),
    }
}

impl Segments {
    /// Memory for more slots than there are: those from this one on.
    pub(super) fn reach(&mut self, slot: u32, extents: Extents, align: usize) {
        if segment_of(slot) == self.bases.len() {
            self.add(extents, align);
        }
    }

    fn add(&mut self, Extents { front, stride }: Extents, align: usize) {
        let (start, count) = extent(self.bases.len());
        let (start, count) = (start as usize, count as usize);
        let (layout, records) = layout(count, stride, align);
        // SAFETY: a header is larger than nothing.
        let memory = unsafe { alloc(layout) };
        let Some(memory) = NonNull::new(memory) else {
            handle_alloc_error(layout)
        };
        let first = memory.as_ptr();
        #[allow(clippy::cast_ptr_alignment, reason = "aligned as the layout says")]
        let record = first.wrapping_add(records).cast::<Record>();
        self.bases.push(Base {
            node: first.wrapping_add(front).wrapping_sub(start * stride),
            record: record.wrapping_sub(start),
        });
        self.beside.push(Beside {
            memory,
            count,
            heaps: Vec::new(),
            uses: Vec::new(),
        });
    }

    /// Record and node of a slot.
    ///
    /// # Safety
    /// There is memory for this slot, which has this stride.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) unsafe fn spot(&self, slot: u32, stride: usize) -> (NonNull<Record>, NodeAt) {
        let segment = segment_of(slot);
        debug_assert!(segment < self.bases.len());
        // SAFETY: by the caller there is such a segment.
        let base = unsafe { self.bases.get_unchecked(segment) };
        let slot = slot as usize;
        #[allow(
            clippy::cast_ptr_alignment,
            reason = "as the stride is a multiple of it"
        )]
        let node = base.node.wrapping_add(slot * stride).cast::<Header>();
        let record = base.record.wrapping_add(slot);
        // SAFETY: as `add` has set the bases, both are in the memory of that segment.
        unsafe {
            (
                NonNull::new_unchecked(record),
                NodeAt(NonNull::new_unchecked(node)),
            )
        }
    }

    /// What is beside a slot, and its place there, if there is memory for the slot.
    pub(super) fn beside(&self, slot: u32) -> Option<(&Beside, usize)> {
        let segment = segment_of(slot);
        let position = slot - extent(segment).0;
        Some((self.beside.get(segment)?, position as usize))
    }

    pub(super) fn beside_mut(&mut self, slot: u32) -> Option<(&mut Beside, usize)> {
        let segment = segment_of(slot);
        let position = slot - extent(segment).0;
        Some((self.beside.get_mut(segment)?, position as usize))
    }

    /// The slot of a node. A search over segments: for rare use.
    pub(super) fn slot_of(&self, node: NodeAt, stride: usize) -> Option<u32> {
        let address = node.0.addr().get();
        let segments = self.beside.iter().enumerate().rev();
        for (number, segment) in segments {
            let distance = address.wrapping_sub(segment.memory.addr().get());
            if distance < stride * segment.count {
                let position = u32::try_from(distance / stride).ok()?;
                return Some(extent(number).0 + position);
            }
        }
        None
    }

    /// Gives all memory back.
    ///
    /// # Safety
    /// Nobody uses it any more. It was made for these sizes.
    pub(super) unsafe fn free(&mut self, Extents { stride, .. }: Extents, align: usize) {
        self.bases.clear();
        for segment in self.beside.drain(..) {
            let (layout, _) = layout(segment.count, stride, align);
            // SAFETY: allocated with this layout; by the caller, nobody uses it any more.
            unsafe { dealloc(segment.memory.as_ptr(), layout) };
        }
    }
}

impl Beside {
    pub(super) fn heap(&self, position: usize) -> u32 {
        self.heaps.get(position).copied().unwrap_or(0)
    }

    pub(super) fn set_heap(&mut self, position: usize, units: u32) {
        if position >= self.heaps.len() {
            if units == 0 {
                return;
            }
            self.heaps.reserve_exact(self.count - self.heaps.len());
            self.heaps.resize(position + 1, 0);
        }
        self.heaps[position] = units;
    }

    pub(super) fn uses_mut(&mut self, position: usize) -> &mut Uses {
        if position >= self.uses.len() {
            self.uses.reserve_exact(self.count - self.uses.len());
            self.uses.resize(position + 1, Uses::default());
        }
        &mut self.uses[position]
    }

    /// Lets the processor fetch what is noted here.
    pub(super) fn prefetch(&self, position: usize) {
        // Empty where there is nothing: any address is a good one then.
        fetch(self.heaps.as_ptr().wrapping_add(position));
        fetch(self.uses.as_ptr().wrapping_add(position));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_its_segment() {
        let mut slot = 0;
        for segment in 0..30 {
            let (start, count) = extent(segment);
            assert_eq!(start, slot);
            for probe in [start, start + 1, start + count - 1] {
                assert_eq!(segment_of(probe), segment);
            }
            slot += count;
        }
    }
}
