//! Deferred listeners hear of everything, in the order in which it happened, and nobody waits for them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, CacheBuilder, Event, RemovalCause};

use crate::support::{Gate, PATIENCE, within};

fn inserted(key: u64, value: u64) -> Event<u64, u64> {
    Event::Inserted { key, value }
}

fn removed(key: u64, value: u64, cause: RemovalCause) -> Event<u64, u64> {
    Event::Removed { key, value, cause }
}

type Told = Receiver<Event<u64, u64>>;

fn telling(builder: CacheBuilder<u64, u64>) -> (Cache<u64, u64>, Told) {
    let (tell, told) = channel();
    let cache = builder.on_event(move |event| tell.send(event.clone()).unwrap());
    (cache.build(), told)
}

fn next(told: &Told, count: usize) -> Vec<Event<u64, u64>> {
    (0..count)
        .map(|_| told.recv_timeout(PATIENCE).expect("an event is told"))
        .collect()
}

#[test]
fn everything_is_told_in_order() {
    let clock = MockClock::new();
    let builder = Cache::builder().clock(clock.clone()).maxsize(2);
    let (cache, told) = telling(builder.ttl(Duration::from_secs(10)));
    cache.insert(1, 10);
    cache.get_or_insert_with(&2, || 20);
    cache.insert(1, 11);
    cache.insert(3, 30);
    cache.remove(&1);
    clock.advance(Duration::from_secs(10));
    cache.evict_expired();
    cache.insert(4, 40);
    cache.clear();
    let expected = [
        inserted(1, 10),
        inserted(2, 20),
        removed(1, 10, RemovalCause::Replaced),
        inserted(1, 11),
        inserted(3, 30),
        removed(2, 20, RemovalCause::Size),
        removed(1, 11, RemovalCause::Explicit),
        removed(3, 30, RemovalCause::Expired),
        inserted(4, 40),
        removed(4, 40, RemovalCause::Explicit),
    ];
    assert_eq!(next(&told, expected.len()), expected);
    drop(cache);
    assert!(told.recv().is_err(), "nothing else is told");
}

#[test]
fn what_is_not_stored_is_not_told() {
    let (cache, told) = telling(Cache::builder().maxsize(2).max_entry_bytes(1));
    cache.insert(1, 10);
    assert_eq!(cache.get_or_insert_with(&2, || 20), 20);
    drop(cache);
    assert!(told.recv().is_err());
}

#[test]
fn nobody_waits_and_what_is_too_much_is_counted() {
    const MANY: u64 = 5_000;
    let (gate, told) = (Arc::new(Gate::default()), Arc::new(AtomicUsize::new(0)));
    let (held, count) = (Arc::clone(&gate), Arc::clone(&told));
    let cache: Cache<u64, u64> = Cache::builder()
        .maxsize(None)
        .on_event(move |_| {
            held.pass();
            count.fetch_add(1, Ordering::SeqCst);
        })
        .build();
    (0..MANY).for_each(|key| cache.insert(key, key));
    let dropped = cache.stats().events_dropped;
    // All but those that wait, and the one that the listener has.
    assert!(
        (MANY - 1_025..=MANY - 1_024).contains(&dropped),
        "{dropped}"
    );
    gate.open();
    within(PATIENCE, move || {
        while told.load(Ordering::SeqCst) as u64 + dropped < MANY {
            thread::yield_now();
        }
    });
}

#[test]
fn a_panic_is_counted_and_the_next_event_told() {
    /// Cannot be copied once it is 3.
    #[derive(PartialEq, Debug)]
    struct Fragile(u64);
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            assert!(self.0 != 3, "it breaks");
            Self(self.0)
        }
    }
    let (tell, told) = channel();
    let cache: Cache<u64, Fragile> = Cache::builder()
        .on_event(move |event| {
            if let Event::Inserted { key, .. } = event {
                assert!(*key != 2, "a listener that fails");
                tell.send(*key).unwrap();
            }
        })
        .build();
    (1..=4).for_each(|key| cache.insert(key, Fragile(key)));
    let keys: Vec<u64> = (0..2)
        .map(|_| told.recv_timeout(PATIENCE).unwrap())
        .collect();
    assert_eq!(keys, [1, 4]);
    assert_eq!(cache.stats().listener_panics, 2);
}

#[test]
fn a_listener_may_use_its_cache() {
    let place: Arc<Mutex<Option<Cache<u64, u64>>>> = Arc::default();
    let (inner, (tell, told)) = (Arc::clone(&place), channel());
    let cache: Cache<u64, u64> = Cache::builder()
        .on_event(move |event| {
            let cache = inner.lock().unwrap().clone();
            if let (Some(cache), Event::Inserted { key, value }) = (cache, event) {
                if *key < 10 {
                    cache.insert(key + 1, value + 1);
                } else {
                    tell.send(cache.len()).unwrap();
                }
            }
        })
        .build();
    *place.lock().unwrap() = Some(cache.clone());
    cache.insert(0, 0);
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), 11);
    *place.lock().unwrap() = None;
}

#[test]
fn events_of_a_key_alternate_whatever_threads_do() {
    const KEYS: u64 = 3;
    const CHANGES: u64 = 150;
    let (cache, told) = telling(Cache::builder().maxsize(2));
    thread::scope(|scope| {
        for thread in 0..2 {
            let cache = &cache;
            scope.spawn(move || {
                for n in 0..CHANGES {
                    let key = (n * (thread + 1)) % KEYS;
                    match n % 3 {
                        0 => _ = cache.remove(&key),
                        1 => cache.insert(key, n),
                        _ => _ = cache.get_or_insert_with(&key, || n),
                    }
                }
            });
        }
    });
    cache.clear();
    assert_eq!(
        cache.stats().events_dropped,
        0,
        "fewer than the queue takes"
    );
    drop(cache);
    let mut present: HashMap<u64, u64> = HashMap::new();
    for event in &told {
        match event {
            Event::Inserted { key, value } => assert_eq!(present.insert(key, value), None),
            Event::Removed { key, value, .. } => assert_eq!(present.remove(&key), Some(value)),
            other => panic!("{other:?}"),
        }
    }
    assert!(present.is_empty(), "{present:?}");
}

#[test]
fn functions_tell_keys_as_text() {
    #[memokit::memoize(maxsize = 2)]
    fn area(width: u64, name: &str) -> u64 {
        width * name.len() as u64
    }
    let (tell, told) = channel();
    let listener = move |key: &str, cause| {
        tell.send((key.to_owned(), cause)).unwrap();
        assert!(
            cause != memokit::RemovalCause::Explicit,
            "a listener that fails"
        );
    };
    assert!(area::cache().on_removal(listener));
    assert!(!area::cache().on_removal(|_, _| ()), "there is one");
    for (width, name) in [(1, "a"), (2, "b"), (3, "c")] {
        area(width, name);
    }
    area::invalidate(&2, "b");
    let all: Vec<_> = told.try_iter().collect();
    let expected = [
        ("(1, \"a\")".to_owned(), memokit::RemovalCause::Size),
        ("(2, \"b\")".to_owned(), memokit::RemovalCause::Explicit),
    ];
    assert_eq!(all, expected);
    assert_eq!(area::cache_info().listener_panics, 1);
}
