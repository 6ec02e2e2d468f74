//! Who replays: one row each, with a name and a function that counts hits.

use cached::ShardedLruCache;
use memokit::Cache;
use tinyufo::TinyUfo;

use super::trace::Trace;

pub struct Contender {
    /// In tables and for programs. Who is called as a textbook model must have the same hits.
    pub name: &'static str,
    pub origin: Origin,
    /// Counts hits of the whole trace in an empty cache of this capacity.
    pub replay: fn(&Trace, usize) -> usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A policy of memokit.
    Ours,
    /// Another crate: its name in `Cargo.toml`.
    Peer(&'static str),
}

/// Slow ones first: no thread should begin with them when the others end.
pub const CONTENDERS: &[Contender] = &[
    peer("moka", "moka", moka),
    peer("tiny_ufo", "TinyUFO", tiny_ufo),
    peer("cached_sharded", "cached", cached_sharded),
    peer("quick_cache", "quick_cache", quick_cache),
    ours("lru", |trace, capacity| {
        memoized(trace, &Cache::builder().maxsize(capacity).build())
    }),
];

const fn ours(name: &'static str, replay: fn(&Trace, usize) -> usize) -> Contender {
    Contender {
        name,
        origin: Origin::Ours,
        replay,
    }
}

const fn peer(
    name: &'static str,
    package: &'static str,
    replay: fn(&Trace, usize) -> usize,
) -> Contender {
    Contender {
        name,
        origin: Origin::Peer(package),
        replay,
    }
}

/// The real cache, as a memoized function uses it.
fn memoized(trace: &Trace, cache: &Cache<u64, ()>) -> usize {
    let mut misses = 0;
    for key in &trace.keys {
        cache.get_or_insert_with(key, || misses += 1);
    }
    trace.accesses() - misses
}

/// A plain lookup, and an insertion where it found nothing.
fn looked_up(trace: &Trace, lookup: impl Fn(&u64) -> Option<()>, store: impl Fn(u64)) -> usize {
    let mut hits = 0;
    for &key in &trace.keys {
        if lookup(&key).is_some() {
            hits += 1;
        } else {
            store(key);
        }
    }
    hits
}

fn moka(trace: &Trace, capacity: usize) -> usize {
    let cache = moka::sync::Cache::new(capacity as u64);
    looked_up(trace, |key| cache.get(key), |key| cache.insert(key, ()))
}

fn quick_cache(trace: &Trace, capacity: usize) -> usize {
    let cache = quick_cache::sync::Cache::new(capacity);
    looked_up(trace, |key| cache.get(key), |key| cache.insert(key, ()))
}

fn tiny_ufo(trace: &Trace, capacity: usize) -> usize {
    let cache = TinyUfo::new(capacity, capacity);
    let store = |key| drop(cache.put(key, (), 1));
    looked_up(trace, |key| cache.get(key), store)
}

fn cached_sharded(trace: &Trace, capacity: usize) -> usize {
    let cache = ShardedLruCache::new(capacity);
    let store = |key| {
        cache.set(key, ());
    };
    looked_up(trace, |key| cache.get(key), store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_finds_what_was_just_stored_and_nothing_else() {
        let pairs = (0..1_000).flat_map(|key| [key, key]).collect();
        let trace = Trace::new("pairs".to_owned(), pairs);
        for contender in CONTENDERS {
            for capacity in [1, 2, 3, 16, 100, 4_000] {
                let hits = (contender.replay)(&trace, capacity);
                let name = contender.name;
                assert!(hits <= 1_000, "{name}, {capacity}: {hits} hits");
                if contender.origin == Origin::Ours || capacity == 4_000 {
                    assert_eq!(hits, 1_000, "{name}, {capacity}");
                }
            }
        }
    }
}
