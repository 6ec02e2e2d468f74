//! LFU against a vector.

use super::super::fake::{Cache, Random, Table, compare};
use super::super::{Entries, Entry, Hits, Policy};
use super::Lfu;

/// Entries in the order in which they came, each with its uses and what counts for it.
#[derive(Debug, Default)]
struct Model {
    entries: Vec<(Entry, u64, u64)>,
    age: u64,
}

impl Policy for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(255)
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        self.entries.push((entry, 1, self.age + 1));
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.entries.retain(|(other, ..)| *other != entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        loop {
            let lowest = self.entries.iter().map(|(.., rank)| *rank).min()?;
            let at = self.entries.iter().position(|(.., rank)| *rank == lowest)?;
            let (entry, uses, rank) = &mut self.entries[at];
            let hits = u64::from(entries.hits(*entry));
            if hits == 0 {
                self.age = lowest;
                return Some(self.entries.remove(at).0);
            }
            entries.set_hits(*entry, 0);
            *uses += hits;
            *rank = *uses + self.age;
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[test]
fn victims_are_those_of_the_textbook() {
    compare((Lfu::default, Model::default), check);
}

fn check(lfu: &Lfu, table: &Table) {
    let live = table.live().count();
    assert_eq!(lfu.live, live);
    let records = lfu.records.iter().map(|record| record.0);
    let live_records: Vec<_> = records
        .filter(|record| Lfu::is_live(&lfu.uses, *record))
        .collect();
    assert_eq!(live_records.len(), live);
    for entry in table.live() {
        assert!(live_records.iter().any(|record| record.entry == entry));
    }
    // There are at most 400 keys, and removals sweep what they leave.
    assert!(lfu.records.len() <= 2 * 400 + Lfu::SLACK);
}

#[test]
fn records_of_removed_entries_do_not_pile_up() {
    let mut cache = Cache::new(Lfu::default(), 100);
    for key in 0..10_000 {
        cache.replay([key]);
        cache.remove(key);
    }
    assert!(cache.policy.records.len() <= Lfu::SLACK + 1);
}

#[test]
fn what_is_used_often_survives_a_scan() {
    let mut cache = Cache::new(Lfu::default(), 100);
    for _ in 0..20 {
        cache.replay(0..50);
    }
    cache.replay(1_000..1_500);
    assert_eq!(cache.replay(0..50), 50);
}

#[test]
fn what_was_popular_once_goes_in_the_end() {
    let mut cache = Cache::new(Lfu::default(), 100);
    for _ in 0..100 {
        cache.replay(0..100);
    }
    let mut random = Random(1);
    cache.replay((0..20_000).map(|_| 1_000 + random.skewed(1_000)));
    assert_eq!(cache.replay(0..100), 0);
}
