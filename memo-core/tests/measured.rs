//! With the allocator that counts, entries have the size that they really have. A test binary of its own,
//! as it installs one.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use memo_core::Cache;
use memo_core::alloc::{self, Tracking};

#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[allow(clippy::needless_pass_by_value, reason = "as callers have it")]
fn entry_bytes<K, V>(key: K, value: V) -> usize
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let cache: Cache<K, V> = Cache::builder().build();
    cache.get_or_insert_with(&key, || value);
    cache.entry_info(&key).and_then(|info| info.bytes).unwrap()
}

#[test]
fn what_key_and_value_have_on_the_heap_counts() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let bare = entry_bytes(1_u64, 1_u64);
    let empty = entry_bytes(String::new(), Vec::<u8>::new());
    assert!(empty < bare + 48, "{empty} against {bare}");
    for size in [16, 100, 1_000, 64 << 10] {
        let text = entry_bytes("k".repeat(size), ());
        let bytes = entry_bytes((), vec![7_u8; size]);
        for all in [text, bytes] {
            let heap = all - empty.min(all);
            assert!(
                (size.saturating_sub(32)..=size + size / 100 + 32).contains(&heap),
                "{heap} for {size}"
            );
        }
    }
    // What is nested counts, what is shared does not.
    let nested = entry_bytes(1, vec![vec![1_u8; 1_000]; 10]);
    assert!((10_000..10_800).contains(&nested), "{nested}");
    let map: HashMap<u32, String> = (0..100).map(|n| (n, "v".repeat(100))).collect();
    let map = entry_bytes(1, map);
    assert!((14_000..18_000).contains(&map), "{map}");
    let held = Arc::new(vec![1_u8; 1_000_000]);
    let shared = entry_bytes(1, Arc::clone(&held));
    assert!(shared < bare + 16, "{shared}");
    // What nobody else holds is the cache's.
    let own = entry_bytes(1, Arc::new(vec![1_u8; 1_000_000]));
    assert!((1_000_000..1_000_300).contains(&own), "{own}");
}

#[test]
fn nothing_is_measured_where_nobody_asks() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let balanced: Cache<String, Vec<u8>, _> = Cache::builder().balanced().build();
    let bare: Cache<String, Vec<u8>, _> = Cache::builder().bare().build();
    let key = "k".repeat(1_000);
    balanced.get_or_insert_with(&key, || vec![7; 100_000]);
    bare.get_or_insert_with(&key, || vec![7; 100_000]);
    let empty = entry_bytes(String::new(), Vec::<u8>::new());
    for info in [balanced.entry_info(&key), bare.entry_info(&key)] {
        assert_eq!(info.unwrap().bytes, Some(empty), "that of the node");
    }
}

#[test]
fn what_a_balanced_cache_evicts_is_freed() {
    const ROOM: usize = 320;
    const SIZE: usize = 10_000;
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let cache: Cache<u64, Vec<u8>, _> = Cache::builder().maxsize(ROOM).balanced().build();
    let before = alloc::allocated_bytes();
    for n in 0..5_000_u64 {
        cache.get_or_insert_with(&n, || vec![1; SIZE]);
        let held = alloc::allocated_bytes().saturating_sub(before);
        // Batches are counted in entries: a sixteenth of those that are there, and one may wait for the next.
        let most = (ROOM + ROOM / 8 + 2) * (SIZE + 500);
        assert!(held <= most, "{held} bytes are held at {n}");
    }
    assert_eq!(cache.len(), ROOM);
}

/// What the cache says against what was really allocated for it.
fn accounted<V: Clone + Send + Sync + 'static>(make: impl Fn(u64) -> V) -> f64 {
    let before = alloc::allocated_bytes();
    let cache: Cache<u64, V> = Cache::builder().maxsize(None).build();
    // Nearly as many as there are places: those that are empty are taken of memory, too.
    (0..8_000).for_each(|n| {
        cache.get_or_insert_with(&n, || make(n));
    });
    let really = alloc::allocated_bytes() - before;
    let said = cache.stats().bytes.unwrap();
    #[allow(clippy::cast_precision_loss, reason = "some millions")]
    let ratio = said as f64 / really as f64;
    ratio
}

#[test]
fn the_sum_is_what_is_allocated() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    for size in [100, 1_000, 10_000] {
        let ratios = [
            accounted(|_| "v".repeat(size)),
            accounted(|_| vec![1_u8; size]),
            accounted(|n| vec![vec![n; size / 32]; 4]),
            accounted(|n| Box::new([vec![n; size / 16], vec![n; size / 16]])),
        ];
        for ratio in ratios {
            assert!((0.9..=1.1).contains(&ratio), "{ratios:?} for {size} bytes");
        }
    }
}

#[test]
fn bytes_bound_what_is_really_there() {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let cache: Cache<u64, Vec<u8>> = Cache::builder()
        .maxsize(None)
        .max_bytes(1 << 20)
        .max_entry_bytes(100_000)
        .build();
    let before = alloc::allocated_bytes();
    for n in 0..5_000_u64 {
        let size = usize::try_from(n * n % 40_000).unwrap();
        cache.get_or_insert_with(&n, || vec![1; size]);
        let held = alloc::allocated_bytes().saturating_sub(before);
        // What has left is freed in batches.
        assert!(held < 3 << 20, "{held} bytes are held at {n}");
        assert!(cache.stats().bytes.unwrap() <= 1 << 20);
    }
    cache.get_or_insert_with(&(1 << 40), || vec![1; 200_000]);
    assert_eq!(cache.stats().rejected, 1);
    cache.clear();
    assert_eq!(cache.stats().bytes, Some(0));
}
