//! Memory of expired entries comes back though nobody calls. A program of its own: there is one thread for
//! that.

#![allow(
    clippy::disallowed_methods,
    reason = "it is the real time that is bounded"
)]

use std::thread;
use std::time::{Duration, Instant};

use memo_core::testing::MockClock;
use memo_core::{Cache, memory};

const TTL: Duration = Duration::from_millis(300);
/// What expires within a second goes together.
const TICK: Duration = Duration::from_secs(1);
/// Fewer where each step takes long.
const ENTRIES: u64 = if cfg!(debug_assertions) {
    100_000
} else {
    1_000_000
};

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

#[test]
fn memory_comes_back_without_traffic() {
    memory::set_limit(1 << 30);
    let before = threads();
    let plain: Cache<u64, u64> = Cache::builder().build();
    (0..100).for_each(|n| plain.insert(n, n));
    assert_eq!(threads(), before, "where nothing ends, nobody has to come");

    // By the system's clock this has been over for long; by its own it is, too, but that one does not tell.
    let clock = MockClock::new();
    clock.rewind(Duration::from_secs(3_600));
    let second = Duration::from_secs(1);
    let builder = Cache::builder().ttl(second).clock(clock.clone());
    let other: Cache<u64, u64> = builder.build();
    other.insert(1, 1);
    clock.advance(second);

    let cache: Cache<u64, u64> = Cache::builder().maxsize(None).ttl(TTL).build();
    (0..ENTRIES).for_each(|n| cache.insert(n, n));
    let expired = Instant::now() + TTL;
    let held = memory::used();
    assert!(held > 80 * usize::try_from(ENTRIES).unwrap(), "{held}");
    while !cache.is_empty() {
        assert!(
            Instant::now() < expired + 2 * TICK,
            "{} are left",
            cache.len()
        );
        thread::yield_now();
    }
    let stats = cache.stats();
    assert_eq!(stats.expirations(), ENTRIES);
    assert!(memory::used() < 20_000, "{}", memory::report());
    assert_eq!(plain.len(), 100);
    println!(
        "{ENTRIES} entries, {held} bytes, are gone {:?} after the last has expired",
        Instant::now().saturating_duration_since(expired)
    );
    assert_eq!(other.evict_expired(), 1, "nobody else has come");
}
