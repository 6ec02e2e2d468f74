//! Results that stay for as long as somebody else holds them.

use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{CacheInfo, memoize};

use crate::support::{Runs, until, within_time};

#[test]
fn an_entry_is_as_good_as_what_it_points_to() {
    static RUNS: Runs = Runs::new();
    #[memoize(weak)]
    fn image(n: u64) -> Arc<Vec<u64>> {
        RUNS.add();
        Arc::new(vec![n; 10])
    }
    let first = image(1);
    assert!(Arc::ptr_eq(&first, &image(1)));
    assert!(Arc::ptr_eq(&first, &image::peek(&1).unwrap()));
    assert!(image::entry_info(&1).unwrap().expires_in.is_none());
    assert_eq!(image::keys(), ["1"]);
    drop(first);
    assert!(!image::contains(&1) && image::peek(&1).is_none());
    assert!(image::entry_info(&1).is_none());
    assert_eq!((image::keys(), image::coldest(9)), (vec![], vec![]));
    // It is found gone by the next call, and taken out.
    let second = image(1);
    assert_eq!(RUNS.get(), 2);
    let info = image::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
    assert_eq!((info.removals.collected, info.removals.expired), (1, 0));
    assert!(Arc::ptr_eq(&second, &image(1)));
}

#[test]
fn what_is_gone_is_swept() {
    #[memoize(weak, maxsize = None)]
    fn image(n: u64) -> Arc<u64> {
        Arc::new(n)
    }
    let all: Vec<Arc<u64>> = (0..1_000).map(image).collect();
    assert_eq!(image::evict_expired(), 0);
    drop(all.into_iter().skip(10).collect::<Vec<_>>());
    let kept: Vec<Arc<u64>> = (2_000..2_010).map(image).collect();
    assert_eq!(image::evict_expired(), 1_000);
    assert_eq!(image::cache_info().removals.collected, 1_000);
    assert_eq!(image::cache_info().currsize, kept.len());
    assert_eq!(image::invalidate_if(|value, _| **value == 2_003), 1);
    drop(kept);
    assert_eq!(image::evict_expired(), 9);
    assert_eq!(image::cache_info().removals.collected, 1_009);
    // Nothing is left to be removed, so that is no removal on request.
    image(7);
    assert!(!image::invalidate(&7));
    assert_eq!(image::cache_info().removals.collected, 1_010);
}

#[test]
fn time_passes_for_what_is_held_too() {
    #[memoize(weak, ttl = "10s")]
    fn image(n: u64) -> Arc<u64> {
        Arc::new(n)
    }
    let clock = MockClock::new();
    assert!(image::cache().set_clock(clock.clone()));
    let first = image(1);
    clock.advance(Duration::from_secs(10));
    assert!(!Arc::ptr_eq(&first, &image(1)));
    assert_eq!(image::cache_info().removals.expired, 1);
}

#[test]
fn hits_of_held_entries_are_counted() {
    #[memoize(weak, entry_stats)]
    fn image(n: u64) -> Arc<u64> {
        Arc::new(n)
    }
    let first = image(1);
    assert!((0..3).all(|_| Arc::ptr_eq(&first, &image(1))));
    assert_eq!(image::entry_info(&1).unwrap().hits, Some(3));
}

#[test]
fn nothing_is_not_gone_and_errors_are_not_kept() {
    static RUNS: Runs = Runs::new();
    #[memoize(weak)]
    fn perhaps(n: u64) -> Option<Arc<u64>> {
        RUNS.add();
        n.checked_sub(1).map(Arc::new)
    }
    #[memoize(weak)]
    fn tried(n: u64) -> Result<Arc<u64>, String> {
        RUNS.add();
        n.checked_sub(1).map(Arc::new).ok_or("none".to_owned())
    }
    assert!((0..3).all(|_| perhaps(0).is_none()));
    assert_eq!(RUNS.get(), 1);
    assert!((0..3).all(|_| tried(0).is_err()));
    assert_eq!(RUNS.get(), 4);
    assert!((0..3).all(|_| perhaps(1).is_some() && tried(1).is_ok()));
    assert_eq!(RUNS.get(), 10, "nobody held these");
}

#[test]
fn values_of_one_thread_are_held_by_it() {
    #[memoize(weak, scope = thread)]
    fn image(n: u64) -> Rc<u64> {
        Rc::new(n)
    }
    let first = image(1);
    assert!(Rc::ptr_eq(&first, &image(1)));
    drop(first);
    assert!(!image::contains(&1));
    image(1);
    let info = image::cache_info();
    assert_eq!((info.hits, info.misses, info.removals.collected), (1, 2, 1));
}

#[test]
fn values_are_read_where_others_hold_them() {
    #[memoize(weak)]
    fn image(n: u64) -> Arc<u64> {
        Arc::new(n)
    }
    let first = image(1);
    image::with(1, |value| assert!(Arc::ptr_eq(&first, value)));
    drop(first);
    assert_eq!(image::with(1, |value| **value), 1);
    let info = image::cache_info();
    assert_eq!((info.hits, info.misses), (1, 2));
    image::prime(&2, Arc::new(3));
    assert!(!image::contains(&2));
    let primed = Arc::new(3);
    image::prime(&2, primed.clone());
    assert!(Arc::ptr_eq(&primed, &image(2)));
}

#[test]
fn those_who_wait_share_the_value_though_its_computer_drops_it() {
    const CALLERS: usize = 8;
    static RUNS: Runs = Runs::new();
    #[memoize(weak)]
    fn image(n: u64) -> Arc<u64> {
        RUNS.add();
        until(|| image::cache_info().waiting == CALLERS - 1);
        Arc::new(n)
    }
    let same = within_time(|| {
        let calls: Vec<_> = (0..CALLERS).map(|_| thread::spawn(|| *image(1))).collect();
        calls.into_iter().all(|call| call.join().unwrap() == 1)
    });
    assert!(same);
    assert_eq!(RUNS.get(), 1);
    let info = image::cache_info();
    assert_eq!((info.misses, info.coalesced), (1, CALLERS as u64 - 1));
}

#[test]
fn many_keys_at_once_are_held_weakly_too() {
    static RUNS: Runs = Runs::new();
    #[memoize(weak, bulk)]
    fn images(ids: &[u64]) -> Vec<Arc<u64>> {
        RUNS.add();
        ids.iter().copied().map(Arc::new).collect()
    }
    let first = images(&[1, 2]);
    let second = images(&[1, 2, 3]);
    assert!(Arc::ptr_eq(&first[0], &second[0]) && Arc::ptr_eq(&first[1], &second[1]));
    drop((first, second));
    assert_eq!(images(&[1, 3]).len(), 2);
    assert_eq!(RUNS.get(), 3);
    let info = images::cache_info();
    assert_eq!((info.hits, info.misses), (2, 5));
}

#[cfg(feature = "async")]
#[test]
fn tasks_share_what_others_hold() {
    #[memoize(weak)]
    async fn image(n: u64) -> Arc<u64> {
        Arc::new(n)
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("it needs no more than a thread");
    runtime.block_on(async {
        let first = image(1).await;
        assert!(Arc::ptr_eq(&first, &image(1).await));
        drop(first);
        assert_eq!(*image(1).await, 1);
    });
    let info = image::cache_info();
    assert_eq!((info.hits, info.misses, info.removals.collected), (1, 2, 1));
}

/// Counts those that are alive.
struct Alive(u64);

static ALIVE: AtomicUsize = AtomicUsize::new(0);

impl Alive {
    fn new(n: u64) -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Self(n)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn values_come_and_go_under_two_threads() {
    const CALLS: u64 = 20_000;
    #[memoize(weak, maxsize = 4)]
    fn image(n: u64) -> Arc<Alive> {
        Arc::new(Alive::new(n))
    }
    let start = Barrier::new(2);
    let held: Mutex<Vec<Arc<Alive>>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for thread in 0..2 {
            let (start, held) = (&start, &held);
            scope.spawn(move || {
                start.wait();
                for call in 0..CALLS {
                    let key = (call * (thread + 3)) % 6;
                    let value = image(key);
                    assert_eq!(value.0, key);
                    let mut held = held.lock().unwrap();
                    held.push(value);
                    if held.len() > 3 {
                        drop(held.remove(0));
                    }
                }
            });
        }
    });
    let CacheInfo {
        hits,
        misses,
        coalesced,
        ..
    } = image::cache_info();
    assert_eq!(hits + misses + coalesced, 2 * CALLS);
    drop(held);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0, "the cache holds none");
}
