//! Exact least-recently-used order, kept lazily.
//!
//! A hit notes a new tick on its entry and nothing else. Here every entry has one record, with
//! the tick that it had when the record was made. Ticks only grow, so a recorded tick is never
//! larger than the entry's own; therefore the smallest record that still *equals* its entry's tick
//! belongs to the least recently used entry of all. Records in order of insertion are sorted by
//! themselves (a queue); the record of an entry found to have been used since moves, with the
//! entry's present tick, into a heap. Each hit is thus paid for at most once, when its entry
//! comes to the front, and a victim costs amortised O(log n).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::{EntryId, Order};

/// The least recently used entry gives way; exact, not sampled.
#[derive(Debug, Default)]
pub struct Lru {
    /// Records as they were made on insertion: ticks ascend.
    fresh: VecDeque<Record>,
    /// Records that were renewed because their entry had been used.
    renewed: BinaryHeap<Reverse<Record>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Record {
    tick: u64,
    id: EntryId,
}

impl Lru {
    /// Records of removed entries are skipped when they come up, or swept when they are this many
    /// more than the live ones.
    const SLACK: usize = 64;

    fn oldest(&self) -> Option<(Record, bool)> {
        match (self.fresh.front(), self.renewed.peek()) {
            (Some(fresh), Some(Reverse(renewed))) if renewed < fresh => Some((*renewed, true)),
            (Some(fresh), _) => Some((*fresh, false)),
            (None, Some(Reverse(renewed))) => Some((*renewed, true)),
            (None, None) => None,
        }
    }

    fn drop_oldest(&mut self, is_renewed: bool) {
        if is_renewed {
            self.renewed.pop();
        } else {
            self.fresh.pop_front();
        }
    }
}

impl Order for Lru {
    const TRACKS: bool = true;

    fn insert(&mut self, id: EntryId, tick: u64) {
        self.fresh.push_back(Record { tick, id });
    }

    fn victim(&mut self, tick_of: impl Fn(EntryId) -> Option<u64>) -> Option<EntryId> {
        while let Some((record, is_renewed)) = self.oldest() {
            match tick_of(record.id) {
                Some(tick) if tick == record.tick => return Some(record.id),
                Some(tick) => {
                    self.drop_oldest(is_renewed);
                    self.renewed.push(Reverse(Record { tick, ..record }));
                }
                None => self.drop_oldest(is_renewed),
            }
        }
        None
    }

    fn tidy(&mut self, live: usize, tick_of: impl Fn(EntryId) -> Option<u64>) {
        let records = self.fresh.len() + self.renewed.len();
        if records <= 2 * live + Self::SLACK {
            return;
        }
        self.fresh.retain(|record| tick_of(record.id).is_some());
        self.fresh.shrink_to(2 * live);
        self.renewed
            .retain(|Reverse(record)| tick_of(record.id).is_some());
        self.renewed.shrink_to(2 * live);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn id(serial: u64) -> EntryId {
        EntryId { slot: 0, serial }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut lru = Lru::default();
        let mut ticks = HashMap::new();
        for n in 1..=3 {
            lru.insert(id(n), n);
            ticks.insert(id(n), n);
        }
        ticks.insert(id(1), 4);
        assert_eq!(lru.victim(|id| ticks.get(&id).copied()), Some(id(2)));
        ticks.remove(&id(2));
        ticks.insert(id(3), 5);
        assert_eq!(lru.victim(|id| ticks.get(&id).copied()), Some(id(1)));
    }

    #[test]
    fn records_of_removed_entries_do_not_pile_up() {
        let mut lru = Lru::default();
        for n in 0..10_000 {
            lru.insert(id(n), n);
            lru.tidy(0, |_| None);
        }
        assert!(lru.fresh.len() <= Lru::SLACK + 1);
        assert_eq!(lru.victim(|_| None), None);
    }
}
