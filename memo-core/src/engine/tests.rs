//! What no user can bring about in a reasonable time.

use std::time::Duration;

use crate::testing::MockClock;
use crate::{Cache, Protected};

/// The cache evicts in exact order while its ticks run out and are numbered anew.
#[test]
fn the_order_outlives_the_numbers() {
    let cache: Cache<u64, u64, Protected> = Cache::builder().maxsize(4).build();
    let order = |cache: &Cache<u64, u64>| cache.iter().map(|(key, _)| key).collect::<Vec<_>>();
    for key in 0..4 {
        cache.insert(key, key);
    }
    cache.get(&0);
    cache.core().shared.epoch.set_near_end();
    cache.get(&1);
    assert_eq!(order(&cache), [2, 3, 0, 1]);
    for key in 4..10 {
        cache.insert(key, key);
        cache.get(&1);
        assert_eq!(order(&cache).last(), Some(&1));
    }
    assert_eq!(order(&cache), [7, 8, 9, 1]);
}

/// Hits are not counted; that an entry was used again and again shows to those who look meanwhile.
#[test]
fn what_serves_again_and_again_stays() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder().clock(clock.clone()).build();
    for key in [1, 2] {
        cache.get_or_insert_with(&key, || {
            clock.advance(Duration::from_millis(1));
            key
        });
    }
    let core = cache.core();
    for random in 0..20 {
        clock.advance(Duration::from_secs(1));
        cache.get(&1);
        core.offer(random);
    }
    // The other one was used last.
    cache.get(&2);
    let offer = core.offer(20).unwrap();
    core.give(offer);
    assert!(cache.contains(&1) && !cache.contains(&2));
}
