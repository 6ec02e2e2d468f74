//! SIEVE against a vector.

use super::super::fake::{Cache, Table, compare};
use super::super::{Entries, Entry, Hits, Policy};
use super::Sieve;

/// Entries in the order in which they came, and the position of the hand. Room is made when the new
/// entry is there already: it is passed over.
#[derive(Debug, Default)]
struct Model {
    queue: Vec<Entry>,
    hand: usize,
}

impl Model {
    /// A hand that has passed all but the newest is at the oldest again.
    fn start_over(&mut self) {
        if self.hand + 1 >= self.queue.len() {
            self.hand = 0;
        }
    }
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
        self.queue.push(entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        let at = self.queue.iter().position(|other| *other == entry);
        let at = at.expect("it is in the queue");
        self.queue.remove(at);
        if at < self.hand {
            self.hand -= 1;
        } else if at == self.hand {
            self.start_over();
        }
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        if self.queue.is_empty() {
            return None;
        }
        loop {
            self.start_over();
            let at = self.queue[self.hand];
            if entries.hits(at) == 0 {
                self.queue.remove(self.hand);
                self.start_over();
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

/// Where all others are used: the original finds no newcomer there.
#[test]
fn a_newcomer_is_no_victim() {
    let mut cache = Cache::new(Sieve::default(), 3);
    cache.replay([1, 2, 3, 1, 2, 3]);
    assert_eq!(cache.replay([4, 4]), 1);
}

#[test]
fn what_is_used_survives_a_scan() {
    let mut cache = Cache::new(Sieve::default(), 10);
    for key in 100..1_000 {
        cache.replay([1, 2, 3, key]);
    }
    assert_eq!(cache.replay([1, 2, 3]), 3);
}
