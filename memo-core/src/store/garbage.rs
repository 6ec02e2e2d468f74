//! What was taken out of a table while readers may still look at it.
//!
//! Garbage is collected in batches: a batch is sealed with a new epoch, and free once all readers have
//! passed that. A reader that stays inside (preempted, or in a long `Clone`) holds up what is
//! behind it; [`Limits`] says how much that may become.

use std::collections::VecDeque;

use super::index::Index;
use crate::pin::{Domain, Effort};
use crate::sharing::Sharing;

/// Nodes and index arrays, in the order in which they were retired.
#[derive(Debug, Default)]
pub(super) struct Garbage {
    slots: VecDeque<u32>,
    /// Epochs, and how many slots belong to each.
    batches: VecDeque<(u64, usize)>,
    /// Slots in no batch yet.
    open: usize,
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
    pub(super) fn retire(&mut self, slot: u32) {
        self.slots.push_back(slot);
        self.open += 1;
    }

    pub(super) fn retire_index(&mut self, index: Index) {
        self.indexes.push((None, index));
        self.has_open_index = true;
    }

    /// Nodes that are not free yet.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether a reader holds up more than is allowed.
    #[inline]
    pub(super) fn is_clogged(&self) -> bool {
        self.slots.len() >= self.limits.most
    }

    /// Whether it holds up so much that not even keys are taken, for values that would not be kept.
    #[inline]
    pub(super) fn is_overfull(&self) -> bool {
        self.slots.len() / 2 >= self.limits.most
    }

    /// An entry was not taken: as good a reason for the next fence as a piece of garbage.
    pub(super) fn refuse(&mut self) {
        self.patience = self.patience.saturating_sub(1);
    }

    /// Whether there is enough to collect.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.open >= self.limits.batch || self.has_open_index
    }

    /// Looks at the size of the table anew.
    pub(super) fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// What it is worth to collect.
    pub(super) fn effort(&self) -> Effort {
        if self.slots.len() >= self.limits.heavy.max(self.patience) {
            Effort::Heavy
        } else {
            Effort::Light
        }
    }

    /// Takes out what no reader can see any more; every slot goes to `free`.
    pub(super) fn collect<S: Sharing>(
        &mut self,
        domain: &Domain,
        effort: Effort,
        mut free: impl FnMut(u32),
    ) {
        self.seal(domain);
        let passed = self.passed::<S>(domain, effort);
        while let Some(&(epoch, count)) = self.batches.front() {
            if passed.is_none_or(|passed| epoch > passed) {
                break;
            }
            self.batches.pop_front();
            self.slots.drain(..count).for_each(&mut free);
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
            self.slots.len() + Limits::BATCH
        } else {
            self.patience.min(self.slots.len() + Limits::HEAVY)
        };
    }

    fn seal(&mut self, domain: &Domain) {
        if self.open == 0 && !self.has_open_index {
            return;
        }
        self.has_open_index = false;
        let epoch = domain.advance();
        self.batches.push_back((epoch, self.open));
        self.open = 0;
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
        self.slots.is_empty() && self.indexes.is_empty()
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

    fn collected(garbage: &mut Garbage, domain: &Domain, effort: Effort) -> Vec<u32> {
        let mut free = Vec::new();
        garbage.collect::<Global>(domain, effort, |slot| free.push(slot));
        free
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
        let (lease, mut garbage) = (Lease::new(), Garbage::default());
        garbage.retire(1);
        garbage.retire(2);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [1, 2]);
        garbage.retire(3);
        garbage.retire_index(Index::with_buckets(4));
        let guard = lease.pin();
        garbage.retire(4);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [0; 0]);
        garbage.retire(5);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [0; 0]);
        assert!(!garbage.is_empty() && garbage.indexes.len() == 1);
        drop(guard);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [3, 4, 5]);
        assert!(garbage.is_empty(), "the index too");
    }

    #[test]
    fn batches_from_before_a_reader_are_free() {
        let (lease, mut garbage) = (Lease::new(), Garbage::default());
        let first = lease.pin();
        garbage.retire(1);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [0; 0]);
        drop(first);
        let second = lease.pin();
        garbage.retire(2);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [1]);
        drop(second);
        assert_eq!(collected(&mut garbage, &lease, Effort::Light), [2]);
    }

    #[test]
    fn an_index_alone_is_collected() {
        let (lease, mut garbage) = (Lease::new(), Garbage::default());
        garbage.retire_index(Index::with_buckets(4));
        assert!(!garbage.is_empty() && garbage.is_due());
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [0; 0]);
        assert!(garbage.is_empty());
    }

    #[test]
    fn too_much_is_too_much() {
        let (lease, mut garbage) = (Lease::new(), Garbage::default());
        garbage.set_limits(Limits::of(100, 64, true));
        let guard = lease.pin();
        for slot in 0..100 {
            assert!(!garbage.is_clogged());
            garbage.retire(slot);
        }
        assert!(garbage.is_clogged() && garbage.is_due());
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy), [0; 0]);
        assert!(garbage.is_clogged() && !garbage.is_due());
        drop(guard);
        assert_eq!(collected(&mut garbage, &lease, Effort::Heavy).len(), 100);
        assert!(!garbage.is_clogged());
    }
}
