//! W-TinyLFU against vectors.

use super::super::fake::{Cache, Random, Table, compare};
use super::super::sketch::Sketch;
use super::super::{Entries, Entry, Hits, Policy};
use super::TinyLfu;

/// The three lists, oldest entries first; what has left which part, `None` for those that came back;
/// and what the window has become.
#[derive(Debug, Default)]
struct Model {
    window: Vec<Entry>,
    probation: Vec<Entry>,
    protected: Vec<Entry>,
    refused: Vec<Option<u32>>,
    given_up: Vec<Option<u32>>,
    counts: Sketch,
    capacity: u64,
    /// The window's part of the capacity, once it has moved.
    moved: Option<f64>,
}

fn weigh(list: &[Entry], entries: &dyn Entries) -> u64 {
    list.iter().map(|entry| entries.weight(*entry)).sum()
}

fn remember(ghost: &mut Vec<Option<u32>>, hash: u32, limit: usize) {
    ghost.push(Some(hash));
    ghost.drain(..ghost.len().saturating_sub(limit));
}

fn take_back(ghost: &mut [Option<u32>], hash: u32) -> bool {
    let found = ghost.iter_mut().find(|gone| **gone == Some(hash));
    found.is_some_and(|gone| gone.take().is_some())
}

impl Model {
    fn all(&self) -> usize {
        self.window.len() + self.probation.len() + self.protected.len()
    }

    fn main(&self, entries: &dyn Entries) -> u64 {
        weigh(&self.probation, entries) + weigh(&self.protected, entries)
    }

    fn part(&self) -> f64 {
        self.moved.unwrap_or(0.2)
    }

    fn room(&self, entries: &dyn Entries) -> u64 {
        if self.capacity < u64::MAX {
            return self.capacity;
        }
        weigh(&self.window, entries) + self.main(entries)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small numbers"
    )]
    fn window_room(&self, entries: &dyn Entries) -> u64 {
        ((self.part() * self.room(entries) as f64) as u64).max(1)
    }

    fn was_hit(&mut self, entry: Entry, entries: &dyn Entries) -> bool {
        let hits = entries.hits(entry);
        if hits > 0 {
            entries.set_hits(entry, 0);
            self.counts.add(entries.hash(entry), hits, self.all());
        }
        hits > 0
    }

    /// Brings the entry that would leave the main part to the end of the probation.
    fn settle(&mut self, entries: &dyn Entries) {
        loop {
            let too_large = weigh(&self.protected, entries) > 4 * self.main(entries) / 5;
            if (too_large || self.probation.is_empty()) && !self.protected.is_empty() {
                let entry = self.protected[0];
                let hit = self.was_hit(entry, entries);
                self.protected.remove(0);
                if hit {
                    self.protected.push(entry);
                } else {
                    self.probation.push(entry);
                }
                continue;
            }
            let Some(entry) = self.probation.first().copied() else {
                return;
            };
            if !self.was_hit(entry, entries) {
                return;
            }
            self.probation.remove(0);
            self.protected.push(entry);
        }
    }

    fn give_up(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let limit = self.all() / 2;
        if self.probation.is_empty() {
            return None;
        }
        let entry = self.probation.remove(0);
        remember(&mut self.given_up, entries.hash(entry), limit);
        Some(entry)
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

    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    fn insert(&mut self, entry: Entry, entries: &dyn Entries) {
        self.window.push(entry);
        let hash = entries.hash(entry);
        self.counts.add(hash, 1, self.all());
        let known = |ghost: &[Option<u32>]| ghost.iter().flatten().count() as f64;
        let (refused, given_up) = (known(&self.refused), known(&self.given_up));
        let share = entries.weight(entry) as f64 / self.room(entries).max(1) as f64;
        let window = self.part();
        let moved = if take_back(&mut self.refused, hash) {
            window + share * f64::max(1.0, given_up / refused)
        } else if take_back(&mut self.given_up, hash) {
            window - share * f64::max(1.0, refused / given_up)
        } else {
            return;
        };
        self.moved = Some(moved.clamp(0.05, 0.9));
    }

    fn remove(&mut self, entry: Entry, entries: &dyn Entries) {
        self.was_hit(entry, entries);
        for list in [&mut self.window, &mut self.probation, &mut self.protected] {
            list.retain(|other| *other != entry);
        }
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        while let Some(entry) = self.window.first().copied() {
            let over = weigh(&self.window, entries) > self.window_room(entries);
            if !over && self.main(entries) > 0 {
                break;
            }
            if self.was_hit(entry, entries) {
                self.window.rotate_left(1);
                continue;
            }
            if self.main(entries) + self.window_room(entries) < self.room(entries) {
                self.window.remove(0);
                self.probation.push(entry);
                continue;
            }
            self.settle(entries);
            let count = |entry: &Entry| self.counts.count(entries.hash(*entry));
            if self
                .probation
                .first()
                .is_some_and(|end| count(&entry) > count(end))
            {
                let victim = self.give_up(entries);
                self.window.remove(0);
                self.probation.push(entry);
                return victim;
            }
            let limit = self.all() / 2;
            remember(&mut self.refused, entries.hash(entry), limit);
            return Some(self.window.remove(0));
        }
        self.settle(entries);
        self.give_up(entries)
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
    compare((TinyLfu::default, Model::default), check);
}

fn check(policy: &TinyLfu, table: &Table) {
    assert_eq!(policy.lists.check(), table.live().count());
    let mut weights = [0; 3];
    for entry in table.live() {
        let list = policy.lists.list_of(entry).expect("it is in a list");
        weights[list] += table.weight(entry);
    }
    assert_eq!(policy.weights, weights);
    policy.refused.check(usize::MAX);
    policy.given_up.check(usize::MAX);
    let parts = TinyLfu::LEAST_WINDOW..=TinyLfu::LARGEST_WINDOW;
    assert!(parts.contains(&policy.window));
}

#[test]
fn a_scan_does_not_wash_out_what_is_popular() {
    let mut cache = Cache::new(TinyLfu::default(), 100);
    for _ in 0..10 {
        cache.replay(0..60);
    }
    cache.replay(1_000..2_000);
    assert!(cache.replay(0..60) >= 55);
}

#[test]
fn a_loop_larger_than_the_cache_hits_in_part() {
    let mut cache = Cache::new(TinyLfu::default(), 100);
    for _ in 0..50 {
        cache.replay(0..150);
    }
    assert!(cache.replay(0..150) >= 30);
}

#[test]
fn the_window_grows_where_keys_are_used_soon_or_never() {
    let mut cache = Cache::new(TinyLfu::default(), 100);
    // What is popular for now fills the main part.
    for _ in 0..20 {
        cache.replay(0..80);
    }
    // Then each key comes twice, 30 others apart: too far for the window as it begins.
    let hits = cache.replay((1_000..9_000).flat_map(|key| [key, key - 30]));
    assert!(cache.policy.window > 0.25, "{}", cache.policy.window);
    assert!(hits > 7_000, "{hits}");
}

#[test]
fn what_was_popular_once_goes_in_the_end() {
    let mut cache = Cache::new(TinyLfu::default(), 100);
    for _ in 0..50 {
        cache.replay(0..100);
    }
    let mut random = Random(1);
    cache.replay((0..20_000).map(|_| 1_000 + random.skewed(300)));
    assert!(cache.replay(0..100) < 20);
}
