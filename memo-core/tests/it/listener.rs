//! Listeners hear of every entry that leaves, once, with the reason.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, RemovalCause};

use crate::support::{PATIENCE, assert_sound, within};

const TTL: Duration = Duration::from_secs(60);

type Heard = Arc<Mutex<Vec<(u64, u64, RemovalCause)>>>;

fn overheard(maxsize: Option<usize>) -> (Cache<u64, u64>, MockClock, Heard) {
    let (heard, clock) = (Heard::default(), MockClock::new());
    let ear = Arc::clone(&heard);
    let cache = Cache::builder()
        .maxsize(maxsize)
        .ttl(TTL)
        .clock(clock.clone())
        .on_removal(move |key, value, cause| {
            ear.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((*key, *value, cause));
        })
        .build();
    (cache, clock, heard)
}

fn take(heard: &Heard) -> Vec<(u64, u64, RemovalCause)> {
    let mut all = std::mem::take(&mut *heard.lock().unwrap());
    all.sort_unstable_by_key(|(key, value, _)| (*key, *value));
    all
}

#[test]
fn each_cause_is_told() {
    let (cache, clock, heard) = overheard(Some(2));
    cache.insert(1, 10);
    cache.insert(2, 20);
    assert_eq!(take(&heard), []);
    cache.insert(3, 30);
    assert_eq!(take(&heard), [(1, 10, RemovalCause::Size)]);
    cache.get_or_insert_with(&4, || 40);
    assert_eq!(take(&heard), [(2, 20, RemovalCause::Size)]);
    cache.insert(3, 31);
    assert_eq!(take(&heard), [(3, 30, RemovalCause::Replaced)]);
    cache.remove(&3);
    assert_eq!(take(&heard), [(3, 31, RemovalCause::Explicit)]);
    cache.remove(&3);
    assert_eq!(take(&heard), [], "it was not there");
    clock.advance(TTL);
    cache.get_or_insert_with(&4, || 41);
    assert_eq!(take(&heard), [(4, 40, RemovalCause::Expired)]);
    clock.advance(TTL);
    cache.remove(&4);
    assert_eq!(
        take(&heard),
        [(4, 41, RemovalCause::Expired)],
        "it was over before"
    );
    cache.insert(5, 50);
    clock.advance(TTL);
    cache.evict_expired();
    assert_eq!(take(&heard), [(5, 50, RemovalCause::Expired)]);
    assert_sound(&cache);
}

#[test]
fn what_leaves_together_is_told_one_by_one() {
    let (cache, _clock, heard) = overheard(None);
    let fill = || (0..5).for_each(|key| cache.insert(key, key));
    let all = |cause| (0..5).map(|key| (key, key, cause)).collect::<Vec<_>>();
    fill();
    cache.clear();
    assert_eq!(take(&heard), all(RemovalCause::Explicit));
    fill();
    cache.remove_if(|_, _, _| true);
    assert_eq!(take(&heard), all(RemovalCause::Explicit));
    fill();
    cache.handle().set_maxsize(0);
    assert_eq!(take(&heard), all(RemovalCause::Size));
}

#[test]
fn what_was_never_stored_does_not_leave() {
    let (cache, _clock, heard) = overheard(Some(0));
    cache.insert(1, 10);
    cache.get_or_insert_with(&1, || 11);
    cache.handle().set_maxsize(10);
    cache.get_or_insert_with(&1, || {
        cache.clear();
        12
    });
    assert_eq!(take(&heard), []);
}

#[test]
fn the_listener_may_use_the_cache() {
    let place: Arc<Mutex<Option<Cache<u64, u64>>>> = Arc::default();
    let inner = Arc::clone(&place);
    let cache: Cache<u64, u64> = Cache::builder()
        .maxsize(2)
        .on_removal(move |key, value, cause| {
            let cache = inner.lock().unwrap().clone();
            if let Some(cache) = cache
                && cause == RemovalCause::Size
            {
                assert!(!cache.contains(key), "it has left");
                assert!(cache.len() <= 2);
                // A second tier would be filled here; a few removals more are enough to see that
                // nothing is locked.
                cache.remove(&(value / 10 + 1));
            }
        })
        .build();
    *place.lock().unwrap() = Some(cache.clone());
    let filled = cache.clone();
    within(PATIENCE, move || {
        for key in 0..100 {
            filled.insert(key, key * 10);
        }
    });
    assert!(cache.len() <= 2 && cache.stats().removals.explicit > 10);
    assert_eq!(cache.stats().listener_panics, 0);
    assert_sound(&cache);
    // The cache holds its listener, and this listener holds the cache.
    *place.lock().unwrap() = None;
}

#[test]
fn the_listener_runs_in_the_thread_that_caused_the_removal() {
    let (cause_of, by) = (Arc::new(Mutex::new(None)), std::thread::current().id());
    let seen = Arc::clone(&cause_of);
    let cache: Cache<u64, u64> = Cache::builder()
        .on_removal(move |_, _, _| *seen.lock().unwrap() = Some(std::thread::current().id()))
        .build();
    cache.insert(1, 1);
    cache.clear();
    assert_eq!(*cause_of.lock().unwrap(), Some(by));
}

#[test]
fn a_removal_is_told_though_its_value_cannot_be_copied() {
    #[derive(Debug)]
    struct Unique;
    impl Clone for Unique {
        fn clone(&self) -> Self {
            panic!("there is but one")
        }
    }
    let told = Arc::new(AtomicUsize::new(0));
    let telling = Arc::clone(&told);
    let cache: Cache<u64, Unique> = Cache::builder()
        .on_removal(move |_, _, _| _ = telling.fetch_add(1, Ordering::SeqCst))
        .build();
    cache.insert(1, Unique);
    catch_unwind(AssertUnwindSafe(|| cache.remove(&1))).expect_err("it is copied for the caller");
    assert_eq!((told.load(Ordering::SeqCst), cache.len()), (1, 0));
}
