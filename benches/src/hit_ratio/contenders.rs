//! Who replays: one row each, with a name and a function that counts hits.

use cached::ShardedLruCache;
use foldhash::fast::RandomState;
use memokit::{Cache, EvictionPolicy};
use tinyufo::TinyUfo;

use super::trace::Trace;

/// Counts hits of the whole trace in an empty cache of this capacity.
type Replay = fn(&Trace, usize) -> usize;

pub struct Contender {
    /// In tables and for programs. Who is called as a textbook model must have the same hits.
    pub name: &'static str,
    pub origin: Origin,
}

pub enum Origin {
    /// A policy of memokit.
    Ours(fn() -> EvictionPolicy),
    /// Another crate: its name in `Cargo.toml`.
    Peer(&'static str, Replay),
}

/// Slow ones first: no thread should begin with them when the others end.
pub const CONTENDERS: &[Contender] = &[
    peer("moka", "moka", moka),
    peer("tiny_ufo", "TinyUFO", tiny_ufo),
    peer("cached_sharded", "cached", cached_sharded),
    peer("quick_cache", "quick_cache", quick_cache),
    ours("lru", EvictionPolicy::lru),
    ours("fifo", EvictionPolicy::fifo),
    ours("sieve", EvictionPolicy::sieve),
    ours("s3_fifo", EvictionPolicy::s3_fifo),
    ours("tiny_lfu", EvictionPolicy::tiny_lfu),
    ours("lfu", EvictionPolicy::lfu),
    ours("adaptive", EvictionPolicy::adaptive),
];

const fn ours(name: &'static str, policy: fn() -> EvictionPolicy) -> Contender {
    Contender {
        name,
        origin: Origin::Ours(policy),
    }
}

const fn peer(name: &'static str, package: &'static str, replay: Replay) -> Contender {
    Contender {
        name,
        origin: Origin::Peer(package, replay),
    }
}

impl Contender {
    pub fn replay(&self, trace: &Trace, capacity: usize) -> usize {
        match self.origin {
            Origin::Ours(policy) => {
                let cache = Cache::builder().maxsize(capacity).policy(policy());
                memoized(trace, &cache.build())
            }
            Origin::Peer(_, replay) => replay(trace, capacity),
        }
    }

    pub fn is_ours(&self) -> bool {
        matches!(self.origin, Origin::Ours(_))
    }
}

/// The real cache, as a memoized function uses it.
fn memoized(trace: &Trace, cache: &Cache<u64, ()>) -> usize {
    let mut misses = 0;
    for key in &trace.keys {
        cache.get_or_insert_with(key, || misses += 1);
    }
    // The tables would not show it.
    let bound = cache.parameters().maxsize.unwrap_or_default();
    assert!(cache.len() <= bound, "{} of {bound} entries", cache.len());
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
    // What it brings along, SipHash, takes a good part of the whole run, and decides nothing.
    let cache = moka::sync::Cache::builder()
        .max_capacity(capacity as u64)
        .build_with_hasher(RandomState::default());
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
    fn everyone_takes_any_capacity_and_finds_what_has_room() {
        let pairs = (0..1_000).flat_map(|key| [key, key]).collect();
        let trace = Trace::new("pairs".to_owned(), pairs);
        for contender in CONTENDERS {
            for capacity in [1, 2, 3, 16, 100] {
                let hits = contender.replay(&trace, capacity);
                assert!(hits <= 1_000, "{}, {capacity}: {hits}", contender.name);
            }
            // Some room more, as the parts of a sharded cache are not filled evenly.
            let hits = contender.replay(&trace, 4_000);
            assert_eq!(hits, 1_000, "{}", contender.name);
        }
    }
}
