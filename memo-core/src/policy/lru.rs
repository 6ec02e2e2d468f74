//! Exact least-recently-used order, kept lazily.
//!
//! A hit notes a new tick on its entry and nothing else. Here every entry has one record. Those of
//! entries that nobody has used since they came are in a queue: they came in the order of their
//! ticks. When the entry at the front turns out to have been used, its record moves, with the tick
//! that the entry has then, into a heap. Ticks only grow, so a recorded tick is never larger than
//! the entry's own; therefore the smallest record that still *equals* its entry's tick belongs to
//! the least recently used entry of all. Each hit is thus paid for at most once, when its entry
//! comes to the front, and a victim costs amortised O(log n).

use super::EntryId;
use super::heap::{Heap, Record};
use super::ring::Ring;
use crate::recency::is_untouched;

/// The least recently used entry gives way; exact, not sampled.
#[derive(Debug, Default)]
pub struct Lru {
    /// Entries that were not used since they came, as far as is known: the oldest is at the front.
    fresh: Ring,
    /// Entries that were used, with a tick that they had.
    used: Heap,
}

impl Lru {
    /// Records of removed entries are skipped when they come up, or swept when they are this many
    /// more than the live ones.
    const SLACK: usize = 64;

    /// So many victims ahead an entry of a large table is fetched: it was not used for long, and so is in
    /// memory only.
    const AHEAD: usize = 4;

    /// The oldest entry that was not used, with its tick and its place: it is at the front then.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn oldest_fresh<T>(
        &mut self,
        look: &impl Fn(EntryId) -> Option<(u64, T)>,
    ) -> Option<(Record, T)> {
        while let Some(id) = self.fresh.front() {
            match look(id) {
                Some((tick, place)) if is_untouched(tick) => {
                    return Some((Record { tick, id }, place));
                }
                Some((tick, _)) => self.used.push(Record { tick, id }),
                None => {}
            }
            self.fresh.drop_front();
        }
        None
    }

    /// An entry became available, with a tick above all others.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn insert(&mut self, id: EntryId) {
        self.fresh.push_back(id);
    }

    /// An entry that is going to be looked at a few victims later.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn soon(&self) -> Option<EntryId> {
        self.fresh.get(Self::AHEAD)
    }

    /// The least recently used entry, which is forgotten here, and its place. `look` answers with an entry's
    /// tick and place, with `None` for one that is gone.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn victim<T: Copy>(
        &mut self,
        look: impl Fn(EntryId) -> Option<(u64, T)>,
    ) -> Option<(EntryId, T)> {
        let fresh = self.oldest_fresh(&look);
        while let Some(record) = self.used.first() {
            if fresh.is_some_and(|(fresh, _)| fresh.tick < record.tick) {
                break;
            }
            match look(record.id) {
                Some((tick, place)) if tick == record.tick => {
                    self.used.drop_first();
                    return Some((record.id, place));
                }
                Some((tick, _)) => self.used.move_first(tick),
                None => self.used.drop_first(),
            }
        }
        self.fresh.drop_front();
        fresh.map(|(record, place)| (record.id, place))
    }

    /// Called when others than victims are removed, with the number of entries that stay: drops what
    /// is remembered about entries that are gone, before it outweighs the rest.
    pub(super) fn tidy(&mut self, live: usize, tick_of: impl Fn(EntryId) -> Option<u64>) {
        let records = self.fresh.len() + self.used.len();
        if records <= 2 * live + Self::SLACK {
            return;
        }
        self.fresh.retain(2 * live, |id| tick_of(id).is_some());
        self.used.retain(2 * live, |id| tick_of(id).is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const FIRST_THREAD: u64 = 1 << 1;

    fn id(slot: u32) -> EntryId {
        EntryId {
            slot,
            generation: 0,
        }
    }

    /// The tick of the `n`th access overall, by thread 0 (on arrival) or 1.
    fn tick(n: u64, thread: u64) -> u64 {
        (n << 28) | thread
    }

    fn victim(lru: &mut Lru, ticks: &HashMap<EntryId, u64>) -> Option<EntryId> {
        let look = |id| Some((*ticks.get(&id)?, id));
        let (victim, place) = lru.victim(look)?;
        assert_eq!(place, victim);
        Some(victim)
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut lru = Lru::default();
        let mut ticks = HashMap::new();
        for n in 1..=3 {
            lru.insert(id(n));
            ticks.insert(id(n), tick(n.into(), 0));
        }
        ticks.insert(id(1), tick(4, FIRST_THREAD));
        assert_eq!(victim(&mut lru, &ticks), Some(id(2)));
        ticks.remove(&id(2));
        ticks.insert(id(3), tick(5, FIRST_THREAD));
        assert_eq!(victim(&mut lru, &ticks), Some(id(1)));
        ticks.insert(id(1), tick(6, FIRST_THREAD));
        assert_eq!(victim(&mut lru, &ticks), Some(id(3)));
    }

    #[test]
    fn records_of_removed_entries_do_not_pile_up() {
        let mut lru = Lru::default();
        for n in 0..10_000 {
            lru.insert(id(n));
            lru.tidy(0, |_| None);
        }
        assert!(lru.fresh.len() <= Lru::SLACK + 1);
        assert_eq!(victim(&mut lru, &HashMap::new()), None);
    }
}
