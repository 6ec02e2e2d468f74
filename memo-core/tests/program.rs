//! What reaches every cache of a program, in a program of its own: each of these functions would
//! disturb any test that runs at the same time.

#![allow(clippy::disallowed_types, reason = "no model runs this")]

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Bare, Cache, clear_all, clear_tag, evict_expired, run_maintenance};

/// One of these tests at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_cache_is_reached() {
    let _alone = alone();
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

/// A value that may hold the cache that it is in, and fail as it is dropped.
#[derive(Clone)]
struct Owner(Arc<Mutex<Option<Cache<u64, Owner>>>>, bool);
impl Drop for Owner {
    fn drop(&mut self) {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let has_ended = cache.is_none();
        drop(cache);
        if has_ended && self.1 {
            resume_unwind(Box::new("on purpose"));
        }
    }
}

/// Whoever looks after all caches may be the last one to hold a cache. What its values do when they are
/// dropped with it is nothing to the others.
#[test]
fn a_cache_that_ends_while_it_is_maintained() {
    let _alone = alone();
    let clock = MockClock::new();
    let second = Duration::from_secs(1);
    let others: Vec<Cache<u64, u64>> = (0..16)
        .map(|_| Cache::builder().clock(clock.clone()).ttl(second).build())
        .collect();
    let own: Cache<u64, Owner> = Cache::builder().clock(clock.clone()).build();
    let shared = Arc::new(Mutex::new(None));
    own.insert_with_ttl(1, Owner(Arc::clone(&shared), false), second);
    own.insert(2, Owner(Arc::clone(&shared), true));
    for other in &others {
        other.insert(1, 1);
    }
    *shared.lock().unwrap() = Some(own);
    clock.advance(second);
    run_maintenance();
    assert!(shared.lock().unwrap().is_none(), "it has ended");
    assert_eq!(Arc::strong_count(&shared), 1, "and its values with it");
    assert!(others.iter().all(Cache::is_empty));
}

#[test]
fn what_a_tag_clears_is_swept_without_traffic() {
    let _alone = alone();
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder().clock(clock).build();
    cache.insert_tagged(1, 1, ["program::maintained"]);
    cache.insert(2, 2);
    assert_eq!(clear_tag("program::maintained"), 1);
    run_maintenance();
    assert_eq!(cache.len(), 1);
}
