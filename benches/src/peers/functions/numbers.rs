//! Functions whose result is a number.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Peer, bodies, reads};
use crate::peers::rivals::{
    Dash, DashFold, Fixed, Local, LockedLru, MiniMoka, Moka, Papaya, Quick, fixed, locked_lru,
    memoized,
};

/// What no cache can beat: the call alone, and a read from an array.
pub fn floors() -> Vec<Peer<u64>> {
    vec![
        peer!("call", key: [u64] => key),
        peer!("array", key: [u64] => {
            static ARRAY: [AtomicU64; 2048] = [const { AtomicU64::new(3) }; 2048];
            ARRAY[(key & 2047) as usize].load(Ordering::Relaxed)
        }),
    ]
}

/// Room for twice as many keys as there are.
pub fn hot() -> Vec<Peer<u64>> {
    let mut peers = bounded!(2048, |key: [u64] = [u64]| -> [u64] { number(&key) } then as_is);
    peers.extend(unbounded!(|key: [u64] = [u64]| -> [u64] { number(&key) } then as_is));
    peers.push(bare!(|key: [u64]| -> [u64] { number(&key) } then as_is));
    peers
}

/// Room for 200,000 keys.
pub fn large() -> Vec<Peer<u64>> {
    let mut peers = bounded!(200_000, |key: [u64] = [u64]| -> [u64] { number(&key) } then as_is);
    peers.extend(unbounded!(|key: [u64] = [u64]| -> [u64] { number(&key) } then as_is));
    peers.push(bare!(|key: [u64]| -> [u64] { number(&key) } then as_is));
    peers
}

pub fn zipf() -> Vec<Peer<u64>> {
    let mut peers = bounded!(10_000, |key: [u64] = [u64]| -> [u64] { number(&key) } then as_is);
    peers.push(quick_cache_once!(10_000));
    peers
}

pub fn miss() -> Vec<Peer<u64>> {
    let mut peers = bounded!(1000, |key: [u64] = [u64]| -> [u64] { number(&key) } then as_is);
    peers.push(quick_cache_once!(1000));
    peers
}

pub fn pairs() -> Vec<Peer<(u64, u64)>> {
    let mut peers =
        bounded!(2048, |key: [(u64, u64)] = [(u64, u64)]| -> [u64] { pair(&key) } then as_is);
    peers.extend(unbounded!(|key: [(u64, u64)] = [(u64, u64)]| -> [u64] { pair(&key) } then as_is));
    peers
}

pub fn texts() -> Vec<Peer<&'static str>> {
    let mut peers = bounded!(2048, |key: [&str] = [String]| -> [u64] { text(key) } then as_is);
    peers.extend(unbounded!(|key: [&str] = [String]| -> [u64] { text(key) } then as_is));
    peers
}

/// How long results live where time counts: longer than any run.
const HOUR: Duration = Duration::from_secs(3600);

/// Everyone who has a time to live, beside a bound where there is one.
pub fn ttl() -> Vec<Peer<u64>> {
    vec![
        attribute!(
            "memokit", #[memokit::memoize(maxsize = 2048, ttl = "1h")],
            |key: [u64]| -> [u64] { number(&key) } then as_is
        ),
        attribute!(
            "cached_ttl", #[cached::macros::cached(max_size = 2048, ttl_secs = 3600)],
            |key: [u64]| -> [u64] { number(&key) } then as_is
        ),
        attribute!(
            "cached_concurrent", #[cached::macros::concurrent_cached(max_size = 2048, ttl_secs = 3600)],
            |key: [u64]| -> [u64] { number(&key) } then as_is
        ),
        attribute!(
            "memoize", #[memoize::memoize(SharedCache, Capacity: 2048, TimeToLive: HOUR)],
            |key: [u64]| -> [u64] { number(&key) } then as_is
        ),
        through!(
            "moka", Moka<u64, u64>, Moka::builder().max_capacity(2048).time_to_live(HOUR).build(),
            |key: [u64]| { number(&key) } then as_is
        ),
        through!(
            "mini-moka", MiniMoka<u64, u64>,
            MiniMoka::builder().max_capacity(2048).time_to_live(HOUR).build(),
            |key: [u64]| { number(&key) } then as_is
        ),
    ]
}
