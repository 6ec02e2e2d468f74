//! Sizes that a user's function says.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use memo_core::{Cache, CacheBuilder, SizeSource};

use crate::support::{
    Held, PATIENCE, assert_calls, assert_sound, fail_silently, wait_for_waiters, within,
};

fn builder() -> CacheBuilder<u64, Vec<u8>> {
    Cache::builder().maxsize(None)
}

/// What one entry takes whose value weighs so much.
fn bytes_of(weight: usize) -> usize {
    let cache = builder().weigher(move |_, _| weight).build();
    cache.get_or_insert_with(&1, Vec::new);
    cache.entry_info(&1).and_then(|info| info.bytes).unwrap()
}

#[test]
fn what_lies_in_the_node_counts_once() {
    let node = bytes_of(0);
    let inline = size_of::<u64>() + size_of::<Vec<u8>>();
    assert!(node >= inline, "{node}");
    assert_eq!(bytes_of(inline), node);
    assert_eq!(bytes_of(inline + 1_600), node + 1_600);
}

#[test]
fn it_comes_before_what_is_known_of_the_types() {
    let cache: Cache<String, Vec<u8>> = Cache::builder().weigher(|_, _| 0).build();
    cache.insert("k".repeat(10_000), vec![1; 10_000]);
    cache.get_or_insert_with("q".repeat(10_000).as_str(), || vec![2; 10_000]);
    let small: Cache<String, Vec<u8>> = Cache::builder().build();
    small.insert(String::new(), Vec::new());
    assert_eq!(
        cache.stats().bytes,
        small.stats().bytes.map(|bytes| 2 * bytes)
    );
    assert_eq!(cache.parameters().sizes, Some(SizeSource::Weigher));
    assert_sound(&cache);
}

#[test]
fn it_sees_keys_and_values_however_they_come() {
    let cache = builder().weigher(|key, value| usize::try_from(*key).unwrap() + value.capacity());
    let cache = cache.build();
    cache.insert(16_000, vec![1; 320]);
    let node = bytes_of(0);
    let bytes = |key| {
        cache
            .entry_info(key)
            .and_then(|info| info.bytes)
            .unwrap_or(0)
    };
    let said = |all: usize| node + (all - 32).next_multiple_of(16);
    assert_eq!(bytes(&16_000), said(16_320));
    cache.get_or_insert_with(&1_600, || vec![1; 160]);
    assert_eq!(bytes(&1_600), said(1_760));
    // In the place of another value.
    cache.insert(1_600, vec![1; 1_600]);
    assert_eq!(bytes(&1_600), said(3_200));
    assert_sound(&cache);
    cache.clear();
    assert_eq!(cache.stats().bytes, Some(0));
    let closure = builder()
        .weigher(|_, value| value.len())
        .build()
        .parameters();
    assert_eq!(closure.sizes, None, "nothing was stored");
}

#[test]
fn closures_have_one_too() {
    let length = Cache::builder()
        .weigher(|text: &String, length: &usize| text.len() + *length)
        .memoize(|text: String| text.len());
    assert_eq!(length("x".repeat(1_000)), 1_000);
    let bytes = length.cache_info().bytes.unwrap();
    assert!((2_000..2_200).contains(&bytes), "{bytes}");
}

#[test]
fn the_bound_holds_by_its_word() {
    let cache = builder().weigher(|_, _| 1_000).max_bytes(20_000).build();
    (0..100).for_each(|n| cache.insert(n, Vec::new()));
    assert!((16..=20).contains(&cache.len()), "{}", cache.len());
    (0..100).for_each(|n| {
        cache.get_or_insert_with(&n, Vec::new);
    });
    assert!((16..=20).contains(&cache.len()), "{}", cache.len());
    assert_sound(&cache);
}

#[test]
fn what_is_larger_than_anything_is_returned_and_not_stored() {
    for weight in [usize::MAX, usize::MAX - 1, usize::MAX / 2] {
        let cache = builder().weigher(move |_, _| weight).build();
        assert_eq!(cache.get_or_insert_with(&1, || vec![1]), [1]);
        cache.insert(2, vec![2]);
        let info = cache.stats();
        assert_eq!(
            (info.currsize, info.rejected, info.misses),
            (0, 2, 1),
            "{weight}"
        );
        assert_eq!((info.bytes, info.load_failures), (Some(0), 0));
        assert_sound(&cache);
    }
}

#[test]
fn a_panic_in_it_harms_nobody() {
    let canary = Arc::new(());
    let cache: Cache<u64, Arc<()>> = Cache::builder()
        .weigher(|key, _| if *key == 0 { fail_silently() } else { 8 })
        .build();
    assert!(Arc::ptr_eq(
        &cache.get_or_insert_with(&0, || Arc::clone(&canary)),
        &canary
    ));
    cache.insert(0, Arc::clone(&canary));
    assert!(!cache.contains(&0));
    cache.get_or_insert_with(&1, || Arc::clone(&canary));
    assert!(cache.contains(&1));
    let info = cache.stats();
    assert_eq!((info.rejected, info.load_failures), (2, 0));
    assert_eq!(info.callback_panics, 2);
    assert_eq!((info.misses, info.load_successes), (2, 2));
    assert_sound(&cache);
    drop(cache);
    assert_eq!(Arc::strong_count(&canary), 1, "nothing is left behind");
}

#[test]
fn waiters_are_served_though_it_panics() {
    within(PATIENCE, || {
        let runs = AtomicU64::new(0);
        let held = Held::default();
        let cache: Cache<u64, u64> = Cache::builder().weigher(|_, _| fail_silently()).build();
        let call = || {
            cache.get_or_insert_with(&1, || {
                runs.fetch_add(1, Ordering::SeqCst);
                held.compute(7)
            })
        };
        thread::scope(|scope| {
            let leader = scope.spawn(call);
            held.wait_until_begun();
            let waiters: Vec<_> = (0..4).map(|_| scope.spawn(call)).collect();
            wait_for_waiters(&cache, waiters.len());
            held.release();
            for thread in waiters.into_iter().chain([leader]) {
                assert_eq!(thread.join().unwrap(), 7);
            }
        });
        assert_eq!(runs.load(Ordering::SeqCst), 1, "its value serves all");
        assert_calls(&cache.stats(), 5);
        assert_eq!((cache.len(), cache.stats().waiting), (0, 0));
    });
}

#[test]
fn it_may_use_the_cache() {
    within(PATIENCE, || {
        let own: Arc<OnceLock<Cache<u64, u64>>> = Arc::default();
        let cache = {
            let own = Arc::clone(&own);
            Cache::builder()
                .weigher(move |key, _| {
                    let cache = own.get().unwrap();
                    if *key > 10 {
                        cache.insert(*key - 10, 1);
                    }
                    cache.len()
                })
                .build()
        };
        assert!(own.set(cache.clone()).is_ok());
        cache.insert(35, 1);
        cache.get_or_insert_with(&44, || 1);
        assert_eq!(cache.len(), 4 + 5);
        assert_sound(&cache);
    });
}

#[test]
fn a_bare_cache_asks_none() {
    let cache = Cache::<u64, u64>::builder()
        .weigher(|_, _| unreachable!("it has no bounds"))
        .bare()
        .build();
    cache.insert(1, 1);
    assert_eq!(cache.get_or_insert_with(&2, || 2), 2);
    assert_eq!(cache.len(), 2);
    assert_eq!(cache.parameters().sizes, Some(SizeSource::Known));
}

#[test]
fn the_least_sure_source_is_told() {
    #[derive(Clone)]
    struct Unknown(#[allow(dead_code, reason = "what is on the heap")] String);
    let cache: Cache<u64, Option<Unknown>> = Cache::builder().build();
    assert_eq!(cache.parameters().sizes, None);
    cache.get_or_insert_with(&1, || None);
    assert_eq!(cache.parameters().sizes, Some(SizeSource::Shallow));
    cache.insert(2, Some(Unknown(String::new())));
    assert_eq!(cache.parameters().sizes, Some(SizeSource::Shallow));
}
