//! S3-FIFO against vectors.

use super::super::fake::{Cache, Random, Table, compare};
use super::super::{Entries, Entry, Hits, Policy};
use super::{MAIN, S3Fifo, SMALL};

/// The queues, oldest entries first, and the hashes of what left the small one: `None` for those taken.
#[derive(Debug, Default)]
struct Model {
    small: Vec<Entry>,
    main: Vec<Entry>,
    ghost: Vec<Option<u32>>,
    capacity: u64,
    was_full: bool,
    small_turns: u32,
}

impl Model {
    fn small_is(&self, entries: &dyn Entries) -> (u64, u64) {
        let weigh = |queue: &[Entry]| queue.iter().map(|e| entries.weight(*e)).sum::<u64>();
        let (small, main) = (weigh(&self.small), weigh(&self.main));
        let whole = if self.capacity == u64::MAX {
            small + main
        } else {
            self.capacity
        };
        (small, (whole / 10).max(1))
    }
}

impl Policy for Model {
    fn name(&self) -> &'static str {
        "model"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(3)
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        let hash = entries.hash(entry);
        if let Some(ghost) = self.ghost.iter_mut().find(|ghost| **ghost == Some(hash)) {
            *ghost = None;
            self.main.push(entry);
            return;
        }
        let (small, room) = self.small_is(entries);
        if !self.was_full && small >= room {
            self.main.push(entry);
        } else {
            self.small.push(entry);
        }
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.small.retain(|other| *other != entry);
        self.main.retain(|other| *other != entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        self.was_full = true;
        while !self.small.is_empty() || !self.main.is_empty() {
            let (small, room) = self.small_is(entries);
            let mut small_pays = self.main.is_empty() || small > room;
            if small_pays {
                self.small_turns += 1;
                if self.small_turns > 64 {
                    self.small_turns = 0;
                    if self.main.is_empty() {
                        continue;
                    }
                    small_pays = false;
                }
            }
            if small_pays {
                let present = self.small.len() + self.main.len();
                let entry = self.small.remove(0);
                if entries.hits(entry) < 2 {
                    self.ghost.push(Some(entries.hash(entry)));
                    let kept = present - present / 10;
                    self.ghost.drain(..self.ghost.len().saturating_sub(kept));
                    return Some(entry);
                }
                entries.set_hits(entry, 0);
                self.main.push(entry);
            } else {
                let entry = self.main.remove(0);
                match entries.hits(entry) {
                    0 => return Some(entry),
                    hits => entries.set_hits(entry, hits - 1),
                }
                self.main.push(entry);
            }
        }
        None
    }

    fn clear(&mut self) {
        let capacity = self.capacity;
        *self = Self {
            capacity,
            ..Self::default()
        };
    }
}

#[test]
fn victims_are_those_of_the_textbook() {
    compare((S3Fifo::default, Model::default), check);
}

fn check(policy: &S3Fifo, table: &Table) {
    assert_eq!(policy.queues.check(), table.live().count());
    let mut weights = [0, 0];
    for entry in table.live() {
        let queue = policy.queues.list_of(entry).expect("it is in a queue");
        weights[queue] += table.weight(entry);
    }
    assert_eq!(policy.weights, weights);
    policy.ghost.check(usize::MAX);
}

#[test]
fn a_scan_takes_a_tenth() {
    let mut cache = Cache::new(S3Fifo::default(), 100);
    for _ in 0..3 {
        cache.replay(0..80);
    }
    cache.replay(1_000..4_000);
    assert!(cache.replay(0..80) >= 70);
}

#[test]
fn a_first_fill_is_kept_but_for_a_tenth() {
    let mut cache = Cache::new(S3Fifo::default(), 100);
    cache.replay(0..100);
    cache.replay(1_000..1_050);
    assert_eq!(cache.policy.queues.len(SMALL), 10);
    assert_eq!(cache.policy.queues.len(MAIN), 90);
    // The first to come when all was full still belonged to the fill.
    assert_eq!(cache.replay(11..100), 89);
}

#[test]
fn what_was_popular_once_goes_in_the_end() {
    let mut cache = Cache::new(S3Fifo::default(), 100);
    for _ in 0..5 {
        cache.replay(0..100);
    }
    // A loop beyond the reach of both the small queue and the ghost: nothing comes back in time.
    for _ in 0..500 {
        cache.replay(1_000..1_150);
    }
    assert_eq!(cache.replay(0..100), 0);
    assert!(cache.replay(1_000..1_150) > 20);
}

#[test]
fn an_entry_that_left_unused_comes_back_into_the_main_queue() {
    let mut cache = Cache::new(S3Fifo::default(), 100);
    let mut random = Random(1);
    cache.replay((0..1_000).map(|_| random.next()));
    cache.replay([5]);
    cache.replay((0..50).map(|_| random.next()));
    assert_eq!(cache.replay([5]), 0);
    cache.replay((0..50).map(|_| random.next()));
    assert_eq!(cache.replay([5]), 1);
}
