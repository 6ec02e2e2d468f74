//! Nodes that were retired one after another.

use super::NONE;
use crate::store::record::Record;

/// Retired nodes, each of which names the one that was retired before it, in its record. So a batch of them
/// takes no memory of its own, and becomes free in one step.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Chain {
    first: u32,
    last: u32,
    len: usize,
    /// What they take of memory.
    bytes: u64,
}

impl Chain {
    pub(in crate::store) const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
        len: 0,
        bytes: 0,
    };

    /// A node that is in no chain.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(in crate::store) fn push(&mut self, slot: u32, record: &mut Record, bytes: u64) {
        record.hash = self.first;
        self.first = slot;
        if self.len == 0 {
            self.last = slot;
        }
        self.len += 1;
        self.bytes += bytes;
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(in crate::store) fn len(&self) -> usize {
        self.len
    }

    pub(in crate::store) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The one that was retired last.
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// The one that was retired first.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    /// Visits all slots; `visit` answers with what a slot's record names.
    pub(in crate::store) fn visit(self, mut visit: impl FnMut(u32) -> u32) {
        let mut slot = self.first;
        for _ in 0..self.len {
            slot = visit(slot);
        }
    }
}
