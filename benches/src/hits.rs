//! A call whose result is already cached, one thread.
//!
//! The function is cheap on purpose: what is measured is the way to a stored result. Its plain
//! call and a thread-local map without locks, bounds or statistics are the floors.

use std::cell::RefCell;
use std::hint::black_box;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use quick_cache::sync::Cache as QuickCache;

use crate::harness::{Contender, compare};
use crate::options::Options;

/// Distinct keys, all of them stored: a power of two, so that a mask picks the next one.
pub const KEYS: usize = 1024;
/// Room for twice as many: nothing is ever evicted.
pub const ROOM: usize = 2048;

const PLAIN: &str = "plain call";
const FLOOR: &str = "thread-local hashbrown";
const OURS: &str = "memokit";
const CACHED: &str = "cached";
const CACHED_SHARDED: &str = "cached, sharded";
const QUICK: &str = "quick_cache";

/// What all the tables compare with.
const REFERENCES: [&str; 4] = [PLAIN, FLOOR, CACHED, QUICK];

pub fn run(options: &Options) -> Result<(), String> {
    let plan = &options.plan();
    let numbers = numbers();
    compare(
        format!("Hit, `u64` → `u64`, {KEYS} keys, one thread"),
        plan,
        numeric_contenders(&numbers),
    )
    .print(&REFERENCES);
    assert_all_hits(&of_number::ours::cache_info());
    assert_all_hits(&of_number::ours_ttl::cache_info());
    assert_all_hits(&of_number::ours_bare::cache_info());

    let texts: Vec<String> = numbers.iter().map(|n| format!("{n:024}")).collect();
    compare(
        format!("Hit, `&str` of 24 bytes → `u64`, {KEYS} keys, one thread"),
        plan,
        text_contenders(&texts),
    )
    .print(&REFERENCES);
    assert_all_hits(&of_text::ours::cache_info());
    Ok(())
}

/// A table of hits must not hide a miss: every key was computed once, before the first slice.
fn assert_all_hits(info: &memokit::CacheInfo) {
    assert_eq!(info.misses, KEYS as u64, "{info}");
}

/// Keys without a pattern that a branch predictor or a prefetcher could learn.
pub fn numbers() -> Vec<u64> {
    (1..=KEYS as u64).map(mix).collect()
}

/// Spreads neighbouring numbers over all 64 bits (the finaliser of splitmix64).
pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn digits(text: &str) -> u64 {
    text.bytes().fold(0, |sum: u64, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    })
}

mod of_number {
    use super::{ROOM, mix};

    #[inline(never)]
    pub fn plain(key: u64) -> u64 {
        mix(key)
    }

    #[memokit::memoize(maxsize = ROOM)]
    pub fn ours(key: u64) -> u64 {
        mix(key)
    }

    #[memokit::memoize(maxsize = ROOM, ttl = "1h")]
    pub fn ours_ttl(key: u64) -> u64 {
        mix(key)
    }

    #[memokit::memoize(oom_protection = false)]
    pub fn ours_bare(key: u64) -> u64 {
        mix(key)
    }

    #[cached::macros::cached(max_size = 2048)]
    pub fn cached(key: u64) -> u64 {
        mix(key)
    }

    #[cached::macros::cached(max_size = 2048, ttl_secs = 3600)]
    pub fn cached_ttl(key: u64) -> u64 {
        mix(key)
    }

    #[cached::macros::concurrent_cached(max_size = 2048)]
    pub fn cached_sharded(key: u64) -> u64 {
        mix(key)
    }
}

fn numeric_contenders(keys: &[u64]) -> Vec<Contender<'_>> {
    thread_local! {
        static MAP: RefCell<HashMap<u64, u64, RandomState>> = RefCell::default();
    }
    let quick = QuickCache::<u64, u64>::new(ROOM);
    let key = |turn: usize| keys[turn & (KEYS - 1)];
    vec![
        Contender::new(PLAIN, move |turn| of_number::plain(key(turn))),
        Contender::new(FLOOR, move |turn| {
            let key = key(turn);
            MAP.with_borrow_mut(|map| *map.entry(key).or_insert_with(|| mix(key)))
        }),
        Contender::new(OURS, move |turn| of_number::ours(key(turn))),
        Contender::new("memokit, ttl", move |turn| of_number::ours_ttl(key(turn))),
        Contender::new("memokit, bare", move |turn| of_number::ours_bare(key(turn))),
        Contender::new(CACHED, move |turn| of_number::cached(key(turn))),
        Contender::new("cached, ttl", move |turn| of_number::cached_ttl(key(turn))),
        Contender::new(CACHED_SHARDED, move |turn| {
            of_number::cached_sharded(key(turn))
        }),
        Contender::new(QUICK, move |turn| {
            let key = key(turn);
            quick.get(&key).unwrap_or_else(|| {
                let value = mix(key);
                quick.insert(key, value);
                value
            })
        }),
    ]
}

mod of_text {
    use super::{ROOM, digits};

    #[inline(never)]
    pub fn plain(key: &str) -> u64 {
        digits(key)
    }

    #[memokit::memoize(maxsize = ROOM)]
    pub fn ours(key: &str) -> u64 {
        digits(key)
    }

    #[cached::macros::cached(max_size = 2048)]
    pub fn cached(key: &str) -> u64 {
        digits(key)
    }

    #[cached::macros::concurrent_cached(max_size = 2048)]
    pub fn cached_sharded(key: &str) -> u64 {
        digits(key)
    }
}

fn text_contenders(keys: &[String]) -> Vec<Contender<'_>> {
    thread_local! {
        static MAP: RefCell<HashMap<String, u64, RandomState>> = RefCell::default();
    }
    let quick = QuickCache::<String, u64>::new(ROOM);
    let key = |turn: usize| black_box(keys[turn & (KEYS - 1)].as_str());
    vec![
        Contender::new(PLAIN, move |turn| of_text::plain(key(turn))),
        Contender::new(FLOOR, move |turn| {
            let key = key(turn);
            MAP.with_borrow_mut(|map| *map.entry_ref(key).or_insert_with(|| digits(key)))
        }),
        Contender::new(OURS, move |turn| of_text::ours(key(turn))),
        Contender::new(CACHED, move |turn| of_text::cached(key(turn))),
        Contender::new(CACHED_SHARDED, move |turn| {
            of_text::cached_sharded(key(turn))
        }),
        Contender::new(QUICK, move |turn| {
            let key = key(turn);
            quick.get(key).unwrap_or_else(|| {
                let value = digits(key);
                quick.insert(key.to_owned(), value);
                value
            })
        }),
    ]
}
