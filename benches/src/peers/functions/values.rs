//! Functions whose result has memory of its own.

use std::sync::{Arc, LazyLock};

use super::{Peer, bodies, reads};
use crate::peers::rivals::{
    Dash, DashFold, Fixed, Local, LockedLru, MiniMoka, Moka, Papaya, Quick, fixed, locked_lru,
    memoized,
};

/// 32 bytes of text.
pub fn strings() -> Vec<Peer<u64>> {
    let mut peers = bounded!(2048, |key: [u64] = [u64]| -> [String] { string(&key) } then length);
    peers.extend(unbounded!(|key: [u64] = [u64]| -> [String] { string(&key) } then length));
    peers
}

/// The same text, shared.
pub fn arcs() -> Vec<Peer<u64>> {
    let mut peers = bounded!(2048, |key: [u64] = [u64]| -> [Arc<str>] { arc(&key) } then length);
    peers.extend(unbounded!(|key: [u64] = [u64]| -> [Arc<str>] { arc(&key) } then length));
    peers
}

/// 4 KiB in a vector.
pub fn pages() -> Vec<Peer<u64>> {
    let mut peers = bounded!(512, |key: [u64] = [u64]| -> [Vec<u8>] { page(&key) } then one_byte);
    peers.extend(unbounded!(|key: [u64] = [u64]| -> [Vec<u8>] { page(&key) } then one_byte));
    peers
}
