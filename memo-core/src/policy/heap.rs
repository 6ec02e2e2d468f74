//! A heap of records of use, the smallest tick first.
//!
//! Each place has four children side by side: half as many steps as with two, each of which reads one cache line
//! and chooses without a branch that cannot be foreseen (A. `LaMarca` and R. Ladner, *The Influence of Caches on the
//! Performance of Heaps*, 1996).

use super::EntryId;

const CHILDREN: usize = 4;

/// A tick that an entry had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Record {
    pub(super) tick: u64,
    pub(super) id: EntryId,
}

/// No place has a child with a smaller tick.
#[derive(Debug, Default)]
pub(super) struct Heap(Vec<Record>);

impl Heap {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one with the smallest tick.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn first(&self) -> Option<Record> {
        self.0.first().copied()
    }

    pub(super) fn push(&mut self, record: Record) {
        let mut place = self.0.len();
        self.0.push(record);
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.0[parent].tick <= record.tick {
                break;
            }
            self.0[place] = self.0[parent];
            place = parent;
        }
        self.0[place] = record;
    }

    /// Takes the first one out.
    pub(super) fn drop_first(&mut self) {
        if let Some(last) = self.0.pop()
            && !self.0.is_empty()
        {
            self.sink(0, last);
        }
    }

    /// The first one's entry has this tick now.
    pub(super) fn move_first(&mut self, tick: u64) {
        if let Some(first) = self.first() {
            self.sink(0, Record { tick, ..first });
        }
    }

    /// Keeps those of which `keep` says so, in no more places than they need or `least`.
    pub(super) fn retain(&mut self, least: usize, keep: impl Fn(EntryId) -> bool) {
        self.0.retain(|record| keep(record.id));
        self.0.shrink_to(least);
        for place in (0..self.0.len().div_ceil(CHILDREN)).rev() {
            self.sink(place, self.0[place]);
        }
    }

    /// Puts a record to this place, or below it, in the place of what is there.
    fn sink(&mut self, mut place: usize, record: Record) {
        let records = &mut self.0[..];
        loop {
            let first = place * CHILDREN + 1;
            let least = if let Some(four) = records.get(first..first + CHILDREN) {
                // In pairs: three comparisons, of which two at once.
                let left = usize::from(four[1].tick < four[0].tick);
                let right = 2 + usize::from(four[3].tick < four[2].tick);
                let is_right = four[right].tick < four[left].tick;
                first + if is_right { right } else { left }
            } else {
                let rest = first.min(records.len())..records.len();
                match rest.min_by_key(|child| records[*child].tick) {
                    Some(child) => child,
                    None => break,
                }
            };
            if records[least].tick >= record.tick {
                break;
            }
            records[place] = records[least];
            place = least;
        }
        records[place] = record;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    fn record(tick: u64) -> Record {
        let slot = u32::try_from(tick % 1_000).unwrap();
        Record {
            tick,
            id: EntryId {
                slot,
                generation: 0,
            },
        }
    }

    /// As that of the standard library, whatever is done.
    #[test]
    fn the_smallest_comes_first() {
        let (mut heap, mut model) = (Heap::default(), BinaryHeap::new());
        let mut random = 3_u64;
        let mut next = |most: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) % most
        };
        for step in 0..20_000 {
            let grows = step % 5_000 < 3_000;
            match next(10) {
                0..5 if grows => {
                    let tick = next(1 << 30);
                    heap.push(record(tick));
                    model.push(Reverse(tick));
                }
                0..8 => {
                    heap.drop_first();
                    model.pop();
                }
                _ => {
                    let tick = next(1 << 30);
                    heap.move_first(tick);
                    if model.pop().is_some() {
                        model.push(Reverse(tick));
                    }
                }
            }
            let first = heap.first().map(|record| record.tick);
            assert_eq!(
                first,
                model.peek().map(|Reverse(tick)| *tick),
                "step {step}"
            );
            assert_eq!(heap.len(), model.len());
        }
    }

    #[test]
    fn what_is_left_keeps_its_order() {
        let mut heap = Heap::default();
        for n in 0..1_000_u64 {
            heap.push(record(n * 7_919 % 1_000));
        }
        heap.retain(100, |id| id.slot % 3 == 1);
        let mut ticks = Vec::new();
        while let Some(first) = heap.first() {
            ticks.push(first.tick);
            heap.drop_first();
        }
        assert!(ticks.is_sorted() && ticks.len() == 333);
        assert!(ticks.iter().all(|tick| tick % 3 == 1));
    }
}
