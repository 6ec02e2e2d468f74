//! What a million entries take, `u64` → `u64`: all that was allocated since before the cache was
//! made, divided by the entries that it holds in the end.

use std::hint::black_box;

use cached::{Cached as _, ConcurrentCached as _, LruCache, ShardedLruCache, UnboundCache};
use memokit::memoize;

use super::keys::numbers;
use super::results::Row;
use super::rivals::{
    Dash, DashFold, Fixed, Local, MiniMoka, Moka, Papaya, Quick, Rival, fixed, locked_lru,
};
use crate::allocations;
use crate::harness::cpu::thread_time;
use crate::harness::samples::Samples;

pub const NAME: &str = "bytes_per_entry";
pub const ABOUT: &str = "`u64` → `u64`, filled with 1,000,000 entries";

const ENTRIES: usize = 1_000_000;

#[memoize(maxsize = ENTRIES)]
fn protected(key: u64) -> u64 {
    key
}

#[memoize(oom_protection = false)]
fn bare(key: u64) -> u64 {
    key
}

pub fn measure() -> Vec<Row> {
    let keys = &numbers(ENTRIES as u64);
    let mut rows = vec![
        row(
            "memokit",
            keys,
            || (),
            |(), key| protected(key),
            |()| protected::cache_info().currsize,
        ),
        row(
            "memokit_bare",
            keys,
            || (),
            |(), key| bare(key),
            |()| bare::cache_info().currsize,
        ),
    ];
    protected::cache_clear();
    bare::cache_clear();
    rows.extend(cached_stores(keys));
    rows.extend(bounded(keys));
    rows.extend(unbounded(keys));
    rows
}

fn cached_stores(keys: &[u64]) -> [Row; 3] {
    [
        row(
            "cached_max_size",
            keys,
            || LruCache::<u64, u64>::new(ENTRIES),
            |cache, key| cache.cache_set(key, key),
            |cache| cache.cache_size(),
        ),
        row(
            "cached_concurrent",
            keys,
            || ShardedLruCache::<u64, u64>::new(ENTRIES),
            |cache, key| cache.cache_set(key, key),
            |cache| cache.len(),
        ),
        row(
            "cached",
            keys,
            UnboundCache::<u64, u64>::new,
            |cache, key| cache.cache_set(key, key),
            |cache| cache.cache_size(),
        ),
    ]
}

fn bounded(keys: &[u64]) -> [Row; 5] {
    [
        stored(
            "quick_cache",
            keys,
            || Quick::new(ENTRIES),
            |cache| cache.len(),
        ),
        stored(
            "moka",
            keys,
            || Moka::new(ENTRIES as u64),
            |cache| {
                cache.run_pending_tasks();
                cache.entry_count() as usize
            },
        ),
        stored(
            "mini-moka",
            keys,
            || MiniMoka::new(ENTRIES as u64),
            |cache| {
                mini_moka::sync::ConcurrentCacheExt::sync(cache);
                cache.entry_count() as usize
            },
        ),
        stored(
            "fixed-cache",
            keys,
            || fixed(ENTRIES),
            |cache: &mut Fixed<u64, u64>| {
                // It does not count: the keys that are still there are its entries.
                keys.iter().filter(|key| cache.get(*key).is_some()).count()
            },
        ),
        stored(
            "lru",
            keys,
            || locked_lru(ENTRIES),
            |cache| cache.get_mut().expect("no panic is caught").len(),
        ),
    ]
}

fn unbounded(keys: &[u64]) -> [Row; 4] {
    [
        stored(
            "dashmap",
            keys,
            Dash::default,
            |cache: &mut Dash<u64, u64>| cache.len(),
        ),
        stored(
            "dashmap_foldhash",
            keys,
            DashFold::default,
            |cache: &mut DashFold<u64, u64>| cache.len(),
        ),
        stored(
            "papaya",
            keys,
            Papaya::default,
            |cache: &mut Papaya<u64, u64>| cache.len(),
        ),
        stored(
            "tls_hashbrown",
            keys,
            Local::default,
            |cache: &mut Local<u64, u64>| cache.borrow().len(),
        ),
    ]
}

fn stored<C: Rival<u64, u64>>(
    peer: &'static str,
    keys: &[u64],
    make: impl FnOnce() -> C,
    size: impl FnOnce(&mut C) -> usize,
) -> Row {
    row(peer, keys, make, |cache, key| cache.store(key, key), size)
}

fn row<C, R>(
    peer: &'static str,
    keys: &[u64],
    make: impl FnOnce() -> C,
    mut insert: impl FnMut(&mut C, u64) -> R,
    size: impl FnOnce(&mut C) -> usize,
) -> Row {
    let start = thread_time();
    let (mut cache, allocated) = allocations::count(|| {
        let mut cache = make();
        for key in keys {
            black_box(insert(&mut cache, *key));
        }
        cache
    });
    let time = thread_time() - start;
    let entries = size(&mut cache) as f64;
    let mut samples = Samples::default();
    samples.push(Some(time.as_secs_f64() * 1e9 / keys.len() as f64));
    Row {
        case: NAME,
        threads: 1,
        peer,
        samples,
        allocations: Some(allocated.count as f64 / keys.len() as f64),
        hit_ratio: Some(0.0),
        extra: Some((NAME, allocated.bytes_kept as f64 / entries)),
    }
}
