//! What reaches every cache of a program, in a program of its own: each of these functions would
//! disturb any test that runs at the same time.

use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Bare, Cache, clear_all, evict_expired};

#[test]
fn every_cache_is_reached() {
    let clock = MockClock::new();
    let timed: Cache<u64, u64> = Cache::builder()
        .ttl(Duration::from_secs(60))
        .clock(clock.clone())
        .build();
    let lasting: Cache<String, u64> = Cache::builder().tag("tagged").build();
    let bare: Cache<u64, u64, Bare> = Cache::<u64, u64>::builder().bare().build();
    let fill = || {
        timed.get_or_insert_with(&1, || 10);
        timed.get_or_insert_with(&2, || 20);
        lasting.get_or_insert_with("one", || 1);
        bare.get_or_insert_with(&1, || 10);
    };
    fill();
    clock.advance(Duration::from_secs(60));
    assert_eq!(evict_expired(), 2);
    assert_eq!((timed.len(), lasting.len(), bare.len()), (0, 1, 1));
    assert_eq!(timed.stats().misses, 2, "counters stay");

    fill();
    assert_eq!(clear_all(), 4);
    assert_eq!((timed.len(), lasting.len(), bare.len()), (0, 0, 0));
    let calls = [timed.stats(), lasting.stats(), bare.stats()].map(|info| info.calls());
    assert_eq!(calls, [0; 3], "counters are zeroed");

    // A value that is being computed meanwhile is late.
    assert_eq!(timed.get_or_insert_with(&3, || clear_all() as u64), 0);
    assert_eq!((timed.len(), timed.stats().rejected), (0, 1));
}
