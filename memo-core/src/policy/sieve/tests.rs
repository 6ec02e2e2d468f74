//! SIEVE against a vector.

use super::super::fake::{Cache, Table, compare};
use super::super::{Entries, Entry, Hits, Policy};
use super::Sieve;

/// Entries in the order in which they came, and the position of the hand.
#[derive(Debug, Default)]
struct Model {
    queue: Vec<Entry>,
    hand: usize,
}

impl Policy for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(1)
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        // A hand that has passed the newest starts over, also when an entry comes at that moment.
        if self.hand >= self.queue.len() {
            self.hand = 0;
        }
        self.queue.push(entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        let at = self.queue.iter().position(|other| *other == entry);
        let at = at.expect("it is in the queue");
        self.queue.remove(at);
        if at < self.hand {
            self.hand -= 1;
        }
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        if self.queue.is_empty() {
            return None;
        }
        loop {
            if self.hand >= self.queue.len() {
                self.hand = 0;
            }
            let at = self.queue[self.hand];
            if entries.hits(at) == 0 {
                self.queue.remove(self.hand);
                return Some(at);
            }
            entries.set_hits(at, 0);
            self.hand += 1;
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[test]
fn victims_are_those_of_the_textbook() {
    compare((Sieve::default, Model::default), check);
}

fn check(sieve: &Sieve, table: &Table) {
    assert_eq!(sieve.queue.check(), table.live().count());
    assert!(
        sieve
            .hand
            .is_none_or(|hand| sieve.queue.list_of(hand).is_some())
    );
}

#[test]
fn what_is_used_survives_a_scan() {
    let mut cache = Cache::new(Sieve::default(), 10);
    for key in 100..1_000 {
        cache.replay([1, 2, 3, key]);
    }
    assert_eq!(cache.replay([1, 2, 3]), 3);
}
