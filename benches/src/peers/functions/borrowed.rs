//! The length of a `String` result: read in place where the cache allows it, else of a clone.

use std::hint::black_box;
use std::sync::LazyLock;

use super::{Peer, bodies, reads};
use crate::peers::rivals::{DashFold, Local, LockedLru, Moka, Papaya, Quick, locked_lru, memoized};

pub fn borrowed() -> Vec<Peer<u64>> {
    let mut peers = cloning();
    peers.extend(in_place());
    peers
}

/// Their `get` hands out clones.
fn cloning() -> Vec<Peer<u64>> {
    vec![
        attribute!(
            "cached_max_size", #[cached::macros::cached(max_size = 2048)],
            |key: [u64]| -> [String] { string(&key) } then length
        ),
        through!(
            "quick_cache", Quick<u64, String>, Quick::new(2048),
            |key: [u64]| { string(&key) } then length
        ),
        through!(
            "moka", Moka<u64, String>, Moka::new(2048),
            |key: [u64]| { string(&key) } then length
        ),
    ]
}

/// They let the caller look, the maps under a lock or a guard.
fn in_place() -> Vec<Peer<u64>> {
    vec![
        peer!("memokit", key: [u64] => {
            #[memokit::memoize(maxsize = 2048)]
            fn inner(key: u64) -> String {
                bodies::string(&key)
            }
            inner::with(key, length)
        }),
        peer!("dashmap_foldhash", key: [u64] => {
            static CACHE: LazyLock<DashFold<u64, String>> = LazyLock::new(DashFold::default);
            match CACHE.get(&key) {
                Some(text) => length(&text),
                None => reads::length(memoized(&*CACHE, &key, bodies::string)),
            }
        }),
        peer!("papaya", key: [u64] => {
            static CACHE: LazyLock<Papaya<u64, String>> = LazyLock::new(Papaya::default);
            match CACHE.pin().get(&key) {
                Some(text) => length(text),
                None => reads::length(memoized(&*CACHE, &key, bodies::string)),
            }
        }),
        peer!("lru", key: [u64] => {
            static CACHE: LazyLock<LockedLru<u64, String>> = LazyLock::new(|| locked_lru(2048));
            let found = CACHE.lock().expect("no body panics").get(&key).map(length);
            found.unwrap_or_else(|| reads::length(memoized(&*CACHE, &key, bodies::string)))
        }),
        peer!("tls_hashbrown", key: [u64] => {
            thread_local! {
                static CACHE: Local<u64, String> = Local::default();
            }
            CACHE.with(|cache| {
                let found = cache.borrow().get(&key).map(length);
                found.unwrap_or_else(|| reads::length(memoized(cache, &key, bodies::string)))
            })
        }),
    ]
}

#[inline(always)]
fn length(text: &String) -> u64 {
    black_box(text).len() as u64
}
