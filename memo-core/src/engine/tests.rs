//! What no user can bring about in a reasonable time.

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
