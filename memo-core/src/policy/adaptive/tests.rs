//! What the parts keep true, and what the whole does on the loads that policies are known to fail on.

use super::super::Entries;
use super::super::fake::{Cache, Random, Table, compare};
use super::departed::Departed;
use super::{Adaptive, Seat};

fn check(adaptive: &Adaptive, table: &Table) {
    adaptive.seats.check();
    assert_eq!(adaptive.seats.len(), table.live().count());
    for at in 0..adaptive.seats.len() {
        let Seat { tick, entry, .. } = adaptive.seats[at];
        assert!(
            tick <= table.last_use(entry),
            "no mark is newer than its entry's"
        );
    }
    if let Some(density) = &adaptive.density
        && adaptive.left.is_multiple_of(64)
    {
        density.check();
    }
    adaptive.candidates.check();
}

#[test]
fn it_is_valid_after_every_operation_and_runs_alike() {
    compare((Adaptive::default, Adaptive::default), check);
}

/// Hits of textbook LRU.
fn lru(capacity: usize, keys: &[u64]) -> usize {
    let mut recent: Vec<u64> = Vec::new();
    let hits = keys.iter().filter(|key| {
        let found = recent.iter().position(|other| other == *key);
        found.map(|at| recent.remove(at));
        recent.push(**key);
        if recent.len() > capacity {
            recent.remove(0);
        }
        found.is_some()
    });
    hits.count()
}

fn adaptive(capacity: u64, keys: &[u64]) -> usize {
    Cache::new(Adaptive::default(), capacity).replay(keys.iter().copied())
}

/// Numbers below `bound`, the nth with a probability that falls as one by n.
fn harmonic(random: &mut Random, bound: u64) -> u64 {
    let steps = bound.ilog2() as usize;
    let octave = 1 << random.below(steps);
    octave - 1 + random.next() % octave
}

#[test]
fn a_loop_over_more_than_fits_keeps_a_part() {
    for (capacity, entries) in [(40, 40), (400, 400)] {
        let keys: Vec<u64> = (0..40 * capacity).map(|n| n % (capacity * 3 / 2)).collect();
        assert_eq!(lru(entries, &keys), 0);
        let best = keys.len() * 2 / 3;
        let hits = adaptive(capacity, &keys);
        assert!(hits > best * 7 / 10, "{hits} of {best} at {capacity}");
    }
}

#[test]
fn a_scan_takes_little_room() {
    let mut random = Random(1);
    let (mut cache, mut kept) = (Cache::new(Adaptive::default(), 200), 0);
    for round in 0..100 {
        let hot: Vec<u64> = (0..300).map(|_| random.next() % 100).collect();
        let hits = cache.replay(hot);
        kept += if round < 20 { 0 } else { hits };
        cache.replay((0..400).map(|n| 1_000 + 400 * round + n));
    }
    assert!(kept > 80 * 300 * 9 / 10, "{kept}");
}

#[test]
fn what_is_used_most_stays() {
    let mut random = Random(2);
    let keys: Vec<u64> = (0..60_000)
        .map(|_| harmonic(&mut random, 1 << 14))
        .collect();
    let (hits, recent) = (adaptive(100, &keys), lru(100, &keys));
    assert!(hits > recent + keys.len() / 20, "{hits}, LRU {recent}");
}

#[test]
fn new_favourites_take_over() {
    let mut random = Random(3);
    let mut phase = |offset: u64| -> Vec<u64> {
        let keys = (0..30_000).map(|_| offset + harmonic(&mut random, 1 << 12));
        keys.collect()
    };
    let (before, after) = (phase(0), phase(1 << 20));
    let fresh = adaptive(100, &after);
    let mut cache = Cache::new(Adaptive::default(), 100);
    cache.replay(before);
    let late = cache.replay(after);
    assert!(late > fresh * 97 / 100, "{late}, without a past {fresh}");
}

#[test]
fn where_recency_is_all_it_is_like_lru() {
    let mut random = Random(4);
    // The working set moves on by one key for each two calls.
    let keys: Vec<u64> = (0..60_000)
        .map(|n| n / 2 + harmonic(&mut random, 1 << 8))
        .collect();
    let (hits, recent) = (adaptive(200, &keys), lru(200, &keys));
    assert!(hits > recent * 99 / 100, "{hits}, LRU {recent}");
}

#[test]
fn a_loop_after_recency_and_back() {
    let mut random = Random(5);
    let mut cache = Cache::new(Adaptive::default(), 200);
    for _ in 0..3 {
        let recent: Vec<u64> = (0..40_000)
            .map(|n| n / 2 + harmonic(&mut random, 1 << 8))
            .collect();
        let (hits, of_lru) = (cache.replay(recent.iter().copied()), lru(200, &recent));
        assert!(hits > of_lru * 98 / 100, "{hits}, LRU {of_lru}");
        let hits = cache.replay((0..40_000).map(|n| (1 << 30) + n % 300));
        assert!(hits > 40_000 / 2, "{hits}");
    }
}

#[test]
fn light_entries_stay_before_heavy_ones() {
    let mut random = Random(6);
    let mut cache = Cache::new(Adaptive::default(), 1_000);
    let mut hits = [0, 0];
    for _ in 0..40_000 {
        let key = random.next() % 400;
        let heavy = key % 2;
        hits[usize::from(heavy == 1)] += usize::from(cache.access(key, 1 + 99 * heavy));
    }
    // All 200 light ones take a fifth of the room.
    assert!(hits[0] > 18_000, "{hits:?}");
}

#[test]
fn the_smallest_capacities() {
    for capacity in 0..5 {
        let mut cache = Cache::new(Adaptive::default(), capacity);
        let hits = cache.replay((0..1_000).map(|n| n / 4));
        let expected = if capacity == 0 { 0 } else { 600 };
        assert!(hits >= expected, "{hits} at {capacity}");
        check(&cache.policy, &cache.table);
    }
}

#[test]
fn a_capacity_that_grows_is_used() {
    let mut random = Random(7);
    let mut cache = Cache::new(Adaptive::default(), 0);
    cache.replay(0..1_000);
    cache.set_capacity(1_000);
    let keys: Vec<u64> = (0..60_000)
        .map(|_| harmonic(&mut random, 1 << 14))
        .collect();
    let fresh = adaptive(1_000, &keys);
    let hits = cache.replay(keys);
    assert!(
        hits > fresh * 97 / 100,
        "{hits}, with all from the start {fresh}"
    );
}

#[test]
fn departed_keys_are_found_once() {
    let mut departed = Departed::default();
    assert!(
        departed.put(7, 0, 0).is_none() && departed.take(7).is_none(),
        "no room"
    );
    departed.fit(100);
    for (time, hash) in (0..100).map(|n: u32| (n, n.wrapping_mul(0x9E37_79B9))) {
        departed.put(hash, time, 3);
        let ghost = departed.take(hash).expect("it was put there");
        assert_eq!((ghost.time, ghost.uses), (time, 3));
        assert!(departed.take(hash).is_none());
    }
}

#[test]
fn of_departed_keys_the_oldest_are_forgotten() {
    let mut departed = Departed::default();
    departed.fit(4);
    let hash = |n: u32| n << 1;
    // Times go past the largest number.
    let time = |n: u32| (u32::MAX - 3).wrapping_add(n);
    for n in 0..4 {
        assert!(departed.put(hash(n), time(n), 0).is_none());
    }
    for n in 4..10 {
        let forgotten = departed.put(hash(n), time(n), 0).expect("there were four");
        assert_eq!(forgotten.time, time(n - 4));
    }
}
