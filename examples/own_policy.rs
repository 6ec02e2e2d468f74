//! An eviction policy of one's own: keep what was dear.
//!
//! Counting primes below a bound takes a moment or a long time, depending on the bound. All policies
//! that are built in look at when and how often a result is used; this one also asks what it has
//! cost. Of a few entries it gives up the one that is computed again soonest, and lets those that
//! were used count for more.
//!
//! ```sh
//! cargo run --release --example own_policy
//! ```

use std::time::Duration;

use memokit::memoize;
use memokit::policy::{Entries, Entry, Hits, Policy};

/// Of a few entries, the one with the least cost × uses gives way.
struct KeepDear {
    entries: Vec<Entry>,
    /// Where each entry is in the vector above.
    places: Vec<usize>,
    random: u32,
}

impl Default for KeepDear {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            places: Vec::new(),
            random: 1,
        }
    }
}

impl KeepDear {
    /// How many are looked at for one victim.
    const CANDIDATES: usize = 16;

    /// Some number below `len` (xorshift).
    fn draw(&mut self, len: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random as usize % len
    }

    fn forget(&mut self, entry: Entry) {
        let place = self.places[entry.0 as usize];
        self.entries.swap_remove(place);
        if let Some(moved) = self.entries.get(place) {
            self.places[moved.0 as usize] = place;
        }
    }
}

impl Policy for KeepDear {
    fn name(&self) -> &'static str {
        "keep_dear"
    }

    fn hits(&self) -> Hits {
        Hits::Counted(15)
    }

    fn set_capacity(&mut self, _: u64) {}

    fn insert(&mut self, entry: Entry, _: &dyn Entries) {
        let place = entry.0 as usize;
        if place >= self.places.len() {
            self.places.resize(place + 1, 0);
        }
        self.places[place] = self.entries.len();
        self.entries.push(entry);
    }

    fn remove(&mut self, entry: Entry, _: &dyn Entries) {
        self.forget(entry);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry> {
        let worth = |entry: Entry| entries.cost(entry) * (1 + u32::from(entries.hits(entry)));
        let mut least: Option<(Duration, Entry)> = None;
        for _ in 0..Self::CANDIDATES {
            let place = self.draw(self.entries.len().max(1));
            let entry = *self.entries.get(place)?;
            let worth = worth(entry);
            if least.is_none_or(|(other, _)| worth < other) {
                least = Some((worth, entry));
            }
            // What is dear and never used again does not stay for ever.
            entries.set_hits(entry, entries.hits(entry) / 2);
        }
        let (_, victim) = least?;
        self.forget(victim);
        Some(victim)
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

fn primes_below(bound: u32) -> usize {
    let has_divisor = |n: u32| (2..=n.isqrt()).any(|d| n.is_multiple_of(d));
    (2..bound).filter(|n| !has_divisor(*n)).count()
}

#[memoize(maxsize = 100)]
fn by_use(bound: u32) -> usize {
    primes_below(bound)
}

#[memoize(maxsize = 100, policy = KeepDear)]
fn by_cost(bound: u32) -> usize {
    primes_below(bound)
}

/// Ten large bounds that come again and again, among hundreds of small ones.
fn bounds() -> impl Iterator<Item = u32> {
    (0..20_000_u32).map(|n| match n % 50 {
        0 => 100_000 + n / 50 % 10,
        _ => 100 + n.wrapping_mul(2_654_435_761) % 1_000,
    })
}

fn main() {
    for bound in bounds() {
        assert_eq!(by_use(bound), by_cost(bound));
    }
    for (name, info) in [
        (by_use::cache_parameters().policy, by_use::cache_info()),
        (by_cost::cache_parameters().policy, by_cost::cache_info()),
    ] {
        println!(
            "{name:<10} {:>5} computations took {:>7.1} ms",
            info.misses,
            info.load_time.as_secs_f64() * 1e3
        );
        assert!(info.currsize <= 100);
    }
    // A large bound is computed once, and stays.
    let dear = (100_000..100_010).filter(by_cost::contains);
    assert_eq!(dear.count(), 10);
}
