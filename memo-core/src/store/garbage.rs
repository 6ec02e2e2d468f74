//! What was taken out of a table while readers may still look at it.
//!
//! Garbage is collected in batches: a batch is sealed with a new epoch, and free once all readers have
//! passed that. A reader that stays inside (preempted, or in a long `Clone`) holds up what is
//! behind it; [`Limits`] says how much that may become.

use std::collections::VecDeque;

use super::arena::Chain;
use super::index::Index;
use super::record::Record;
use crate::pin::{Domain, Effort};
use crate::sharing::Sharing;

/// Nodes and index arrays, in the order in which they were retired.
#[derive(Debug)]
pub(super) struct Garbage {
    /// With the epoch after which they are free.
    batches: VecDeque<(u64, Chain)>,
    /// Nodes in no batch yet.
    open: Chain,
    /// All nodes.
    len: usize,
    /// With the epoch after which they are free, once sealed.
    indexes: Vec<(Option<u64>, Index)>,
    /// Slots at which the next fence in all threads is worth its price.
    patience: usize,
    /// An index is large: it does not wait for a batch.
    has_open_index: bool,
    /// As of the last collection.
    limits: Limits,
}

/// How much garbage there may be, in nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// A batch.
    batch: usize,
    /// From here on a fence in all threads is worth its price.
    heavy: usize,
    /// At this much the table takes no new entries.
    most: usize,
}

/// Those of a table without entries: the first piece of garbage leads to a collection.
impl Default for Limits {
    fn default() -> Self {
        Self::of(0, 0, true)
    }
}

impl Default for Garbage {
    fn default() -> Self {
        Self {
            batches: VecDeque::new(),
            open: Chain::EMPTY,
            len: 0,
            indexes: Vec::new(),
            patience: 0,
            has_open_index: false,
            limits: Limits::default(),
        }
    }
}

impl Limits {
    const BATCH: usize = 64;
    const HEAVY: usize = 512;
    const MOST: usize = 4096;
    /// In any case garbage of this many bytes is allowed, or this part of what the entries take.
    const BYTES: usize = 1 << 20;
    const PART: usize = 16;

    /// The limits of a table with this many entries, of this size on average. What hangs on one that
    /// `needs_drop` may not be known: of such only as many as there are entries.
    pub(super) fn of(entries: usize, bytes: usize, needs_drop: bool) -> Self {
        let allowed = Self::BYTES.max(entries.saturating_mul(bytes) / Self::PART);
        let by_bytes = allowed / bytes.max(1);
        let (batch, heavy, most) = if needs_drop {
            (entries / 16, entries / 4, entries)
        } else {
            (entries / 4, entries.max(Self::BATCH), usize::MAX)
        };
        Self {
            batch: Self::BATCH.min(by_bytes / 8).min(batch).max(1),
            heavy: Self::HEAVY.min(by_bytes).min(heavy).max(1),
            // A few of any size: otherwise nothing large could ever be replaced.
            most: Self::MOST
                .min(by_bytes * 4)
                .min(most)
                .max(Self::BATCH.min((by_bytes * 4).max(4))),
        }
    }
}

impl Garbage {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn retire(&mut self, slot: u32, record: &mut Record, bytes: u64) {
        self.open.push(slot, record, bytes);
        self.len += 1;
    }

    pub(super) fn retire_index(&mut self, index: Index) {
        self.indexes.push((None, index));
        self.has_open_index = true;
    }

    /// Nodes that are not free yet.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether a reader holds up more than is allowed.
    #[inline]
    pub(super) fn is_clogged(&self) -> bool {
        self.len >= self.limits.most
    }

    /// Whether it holds up so much that not even keys are taken, for values that would not be kept.
    #[inline]
    pub(super) fn is_overfull(&self) -> bool {
        self.len / 2 >= self.limits.most
    }

    /// An entry was not taken: as good a reason for the next fence as a piece of garbage.
    pub(super) fn refuse(&mut self) {
        self.patience = self.patience.saturating_sub(1);
    }

    /// Whether there is enough to collect.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.open.len() >= self.limits.batch || self.has_open_index
    }

    /// Looks at the size of the table anew.
    pub(super) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// What it is worth to collect.
    pub(super) fn effort(&self) -> Effort {
        if self.len >= self.limits.heavy.max(self.patience) {
            Effort::Heavy
        } else {
            Effort::Light
        }
    }

    /// Takes out what no reader can see any more; every batch of nodes goes to `free`.
    pub(super) fn collect<S: Sharing>(
        &mut self,
        domain: &Domain,
        effort: Effort,
        mut free: impl FnMut(Chain),
    ) {
        self.seal(domain);
        let passed = self.passed::<S>(domain, effort);
        while let Some(&(epoch, chain)) = self.batches.front() {
            if passed.is_none_or(|passed| epoch > passed) {
                break;
            }
            self.batches.pop_front();
            self.len -= chain.len();
            free(chain);
        }
        self.indexes.retain(|(epoch, index)| {
            let is_free = epoch.is_some_and(|epoch| passed.is_some_and(|passed| epoch <= passed));
            if is_free {
                free_index(*index);
            }
            !is_free
        });
        // If readers held something up, the next attempt waits for as much again.
        self.patience = if effort == Effort::Heavy {
            self.len + Limits::BATCH
        } else {
            self.patience.min(self.len + Limits::HEAVY)
        };
    }

    fn seal(&mut self, domain: &Domain) {
        if self.open.is_empty() && !self.has_open_index {
            return;
        }
        self.has_open_index = false;
        let epoch = domain.advance();
        self.batches.push_back((epoch, self.open));
        self.open = Chain::EMPTY;
        for (sealed, _) in &mut self.indexes {
            sealed.get_or_insert(epoch);
        }
    }

    /// The latest epoch that all readers have passed, among those of the batches.
    fn passed<S: Sharing>(&self, domain: &Domain, effort: Effort) -> Option<u64> {
        let (last, _) = *self.batches.back()?;
        if S::has_passed(domain, last, effort) {
            return Some(last);
        }
        let mut earlier = self.batches.iter().rev().skip(1).map(|(epoch, _)| *epoch);
        earlier.find(|epoch| S::has_passed(domain, *epoch, Effort::Light))
    }

    /// The indexes alone.
    pub(super) fn into_indexes(self) -> Vec<Index> {
        self.indexes.into_iter().map(|(_, index)| index).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0 && self.indexes.is_empty()
    }

    /// For a table that is dropped: there are no readers any more.
    pub(super) fn free_indexes(&mut self) {
        for (_, index) in self.indexes.drain(..) {
            free_index(index);
        }
    }
}

#[allow(unsafe_code, reason = "an index that nobody sees")]
fn free_index(index: Index) {
    // SAFETY: it was taken out of the table, and all readers that could have seen it have passed,
    // or there are none, as the table is being dropped.
    unsafe { index.free() };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::Lease;
    use crate::sharing::Global;

    /// Garbage with the records that name its chains.
    struct Heap {
        garbage: Garbage,
        records: Vec<Record>,
    }

    impl Heap {
        fn new() -> Self {
            Self {
                garbage: Garbage::default(),
                records: vec![Record::new(0); 128],
            }
        }

        fn retire(&mut self, slot: u32) {
            let record = &mut self.records[slot as usize];
            self.garbage.retire(slot, record, 1);
        }

        /// What is free now, in order.
        fn collect(&mut self, domain: &Domain, effort: Effort) -> Vec<u32> {
            let (mut free, mut bytes) = (Vec::new(), 0);
            let Self { garbage, records } = self;
            garbage.collect::<Global>(domain, effort, |chain| {
                bytes += chain.bytes();
                chain.visit(|slot| {
                    free.push(slot);
                    records[slot as usize].hash
                });
            });
            assert_eq!(bytes, free.len() as u64);
            free.sort_unstable();
            free
        }
    }

    #[test]
    fn limits_follow_the_table() {
        for entries in [0, 1, 16, 500, 1 << 20] {
            for bytes in [1, 32, 4096, 1 << 22] {
                for needs_drop in [false, true] {
                    let Limits { batch, heavy, most } = Limits::of(entries, bytes, needs_drop);
                    assert!((1..=Limits::BATCH).contains(&batch));
                    assert!((1..=Limits::HEAVY).contains(&heavy));
                    assert!((4..=Limits::MOST).contains(&most));
                    // What hangs on them is unknown: no more of them than there are entries.
                    assert!(!needs_drop || most <= entries.max(Limits::BATCH));
                    let allowed = Limits::BYTES.max(entries * bytes / Limits::PART);
                    let bound = 4 * allowed + 4 * bytes;
                    assert!(most * bytes <= bound, "{most} of {bytes} bytes");
                }
            }
        }
    }

    #[test]
    fn a_reader_holds_up_what_was_retired_after_it_began() {
        let (lease, mut heap) = (Lease::new(), Heap::new());
        heap.retire(1);
        heap.retire(2);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [1, 2]);
        heap.retire(3);
        heap.garbage.retire_index(Index::with_buckets(4));
        let guard = lease.pin();
        heap.retire(4);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [0; 0]);
        heap.retire(5);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [0; 0]);
        assert!(!heap.garbage.is_empty() && heap.garbage.indexes.len() == 1);
        drop(guard);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [3, 4, 5]);
        assert!(heap.garbage.is_empty(), "the index too");
    }

    #[test]
    fn batches_from_before_a_reader_are_free() {
        let (lease, mut heap) = (Lease::new(), Heap::new());
        let first = lease.pin();
        heap.retire(1);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [0; 0]);
        drop(first);
        let second = lease.pin();
        heap.retire(2);
        assert_eq!(heap.collect(&lease, Effort::Heavy), [1]);
        drop(second);
        assert_eq!(heap.collect(&lease, Effort::Light), [2]);
    }

    #[test]
    fn an_index_alone_is_collected() {
        let (lease, mut heap) = (Lease::new(), Heap::new());
        heap.garbage.retire_index(Index::with_buckets(4));
        assert!(!heap.garbage.is_empty() && heap.garbage.is_due());
        assert_eq!(heap.collect(&lease, Effort::Heavy), [0; 0]);
        assert!(heap.garbage.is_empty());
    }

    #[test]
    fn too_much_is_too_much() {
        let (lease, mut heap) = (Lease::new(), Heap::new());
        heap.garbage.set_limits(Limits::of(100, 64, true));
        let guard = lease.pin();
        for slot in 0..100 {
            assert!(!heap.garbage.is_clogged());
            heap.retire(slot);
        }
        assert!(heap.garbage.is_clogged() && heap.garbage.is_due());
        assert_eq!(heap.collect(&lease, Effort::Heavy), [0; 0]);
        assert!(heap.garbage.is_clogged() && !heap.garbage.is_due());
        drop(guard);
        assert_eq!(heap.collect(&lease, Effort::Heavy).len(), 100);
        assert!(!heap.garbage.is_clogged());
    }
}
