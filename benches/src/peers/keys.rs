//! The sequences of keys: random, but the same in every run.

use crate::hits::mix;

/// Calls in a sequence before it repeats.
pub const LENGTH: usize = 1 << 16;
/// The same where most of the universe should be met.
pub const LONG: usize = 1 << 18;

/// What the two threads are called with, and what must be stored before.
pub struct Keys<K> {
    /// Every distinct key once, where there are not too many; else a sequence.
    pub warm: Vec<K>,
    pub sequences: [Vec<K>; 2],
    /// How many of them a cache may have at once.
    pub entries: usize,
}

impl<K: Copy> Keys<K> {
    /// Both threads draw from all keys.
    pub fn same(all: Vec<K>, length: usize) -> Self {
        let sequences = [1, 2].map(|seed| drawn(&all, length, seed));
        Self {
            entries: all.len(),
            warm: all,
            sequences,
        }
    }

    /// Each thread draws from its own half.
    pub fn distinct(all: Vec<K>, length: usize) -> Self {
        let (first, second) = all.split_at(all.len() / 2);
        let sequences = [drawn(first, length, 1), drawn(second, length, 2)];
        Self {
            entries: all.len(),
            warm: all,
            sequences,
        }
    }

    pub fn map<L>(&self, change: impl Fn(K) -> L) -> Keys<L> {
        let changed = |keys: &[K]| keys.iter().map(|key| change(*key)).collect();
        Keys {
            warm: changed(&self.warm),
            sequences: [changed(&self.sequences[0]), changed(&self.sequences[1])],
            entries: self.entries,
        }
    }
}

/// So many distinct keys without a pattern.
pub fn numbers(count: u64) -> Vec<u64> {
    (1..=count).map(mix).collect()
}

/// Keys of `universe` by Zipf's law, for a cache with room for so many: the key of rank r is drawn with
/// weight 1 / r^s.
pub fn zipf(universe: u64, s: f64, room: usize, length: usize) -> Keys<u64> {
    let mut sum = 0.0;
    let weights = (1..=universe).map(|rank| {
        sum += (rank as f64).powf(-s);
        sum
    });
    let sums: Vec<f64> = weights.collect();
    let sequences = [1, 2].map(|seed| {
        let mut random = Random(seed);
        let draw = |_| {
            let point = random.fraction() * sum;
            mix(sums.partition_point(|sum| *sum <= point) as u64 + 1)
        };
        (0..length).map(draw).collect::<Vec<u64>>()
    });
    Keys {
        warm: sequences[0].clone(),
        sequences,
        entries: room,
    }
}

/// Keys that come again only after all others: a cache with room for so many never has them.
pub fn fresh(room: usize, length: usize) -> Keys<u64> {
    let all = numbers(2 * length as u64);
    let (first, second) = all.split_at(length);
    // The keys that come last: gone again when their turn comes.
    let warm = second[length - length / 32..].to_vec();
    Keys {
        warm,
        sequences: [first.to_vec(), second.to_vec()],
        entries: room,
    }
}

fn drawn<K: Copy>(all: &[K], length: usize, seed: u64) -> Vec<K> {
    let mut random = Random(seed);
    let draw = |_| all[(random.next() % all.len() as u64) as usize];
    (0..length).map(draw).collect()
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Evenly from [0, 1).
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn zipf_draws_each_rank_as_often_as_the_law_says() {
        let keys = zipf(1000, 0.9, 100, 1 << 18);
        let mut counts = HashMap::new();
        for key in &keys.sequences[0] {
            *counts.entry(*key).or_insert(0_u32) += 1;
        }
        let sum: f64 = (1..=1000_u32).map(|rank| f64::from(rank).powf(-0.9)).sum();
        for rank in [1_u32, 2, 10, 100] {
            let expected = (f64::from(rank).powf(-0.9) / sum) * f64::from(1 << 18);
            let drawn = f64::from(counts[&mix(u64::from(rank))]);
            // Five standard deviations.
            assert!(
                (drawn - expected).abs() < 5.0 * expected.sqrt(),
                "rank {rank}: {drawn}, expected {expected}"
            );
        }
        let possible: HashSet<u64> = numbers(1000).into_iter().collect();
        assert!(counts.keys().all(|key| possible.contains(key)));
        assert_ne!(keys.sequences[0], keys.sequences[1]);
    }

    #[test]
    fn threads_share_their_keys_or_do_not() {
        let met = |keys: &[u64]| keys.iter().copied().collect::<HashSet<u64>>();
        let same = Keys::same(numbers(16), 1000);
        assert_eq!(met(&same.sequences[0]).len(), 16);
        assert_eq!(met(&same.sequences[0]), met(&same.sequences[1]));
        let distinct = Keys::distinct(numbers(16), 1000);
        assert_eq!(met(&distinct.sequences[0]).len(), 8);
        assert!(met(&distinct.sequences[0]).is_disjoint(&met(&distinct.sequences[1])));
    }

    #[test]
    fn fresh_keys_do_not_come_again() {
        let keys = fresh(10, 1000);
        let all: HashSet<u64> = keys.sequences.iter().flatten().copied().collect();
        assert_eq!(all.len(), 2000);
    }
}
