//! Tags of single entries.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Bare, Cache, RemovalCause, clear_tag, tag};

use crate::support::{Held, PATIENCE, assert_sound, wait_for_waiters, within};

/// Key `n` has the tags `SCOPE:n` and `SCOPE:even` or `SCOPE:odd`.
fn filled(scope: &str) -> Cache<u64, u64> {
    let cache = Cache::builder().maxsize(None).build();
    for n in 0..20 {
        call(&cache, scope, n);
    }
    cache
}

fn call(cache: &Cache<u64, u64>, scope: &str, n: u64) -> u64 {
    cache.get_or_insert_with(&n, || {
        tag(format!("{scope}:{n}"));
        tag(format!(
            "{scope}:{}",
            if n.is_multiple_of(2) { "even" } else { "odd" }
        ));
        n * 10
    })
}

#[test]
fn entries_with_the_tag_are_gone() {
    let cache = filled("tags::gone");
    assert!((0..20).all(|n| cache.get(&n) == Some(n * 10)));
    assert_eq!(clear_tag("tags::gone:even"), 10);
    for n in 0..20 {
        let expected = (n % 2 == 1).then_some(n * 10);
        assert_eq!((cache.get(&n), cache.peek(&n)), (expected, expected));
        assert_eq!(cache.entry_info(&n).is_some(), expected.is_some());
        assert_eq!(cache.contains(&n), expected.is_some());
    }
    assert_eq!(cache.remove(&0), None);
    assert_eq!(cache.iter().count(), 10);
    assert_eq!(clear_tag("tags::gone:3"), 1);
    assert_eq!(clear_tag("tags::gone:3"), 0);
    assert_eq!(clear_tag("tags::gone:unknown"), 0);
    // They come back.
    assert_eq!(call(&cache, "tags::gone", 2), 20);
    assert_eq!((cache.get(&2), clear_tag("tags::gone:2")), (Some(20), 1));
    assert_eq!(cache.get(&2), None);
}

#[test]
fn they_are_swept() {
    let cache = filled("tags::swept");
    clear_tag("tags::swept:odd");
    cache.evict_expired();
    assert_eq!(cache.len(), 10);
    let removals = cache.stats().removals;
    assert_eq!((removals.explicit, removals.expired), (10, 0));
    assert_sound(&cache);
}

#[test]
fn a_late_value_is_kept_out() {
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().build();
        for says_it_before in [true, false] {
            let held = Arc::new(Held::default());
            let leader = {
                let (cache, held) = (cache.clone(), Arc::clone(&held));
                thread::spawn(move || {
                    cache.get_or_insert_with(&1, || {
                        if says_it_before {
                            tag("tags::late");
                        }
                        let value = held.compute(10);
                        tag("tags::late");
                        value
                    })
                })
            };
            held.wait_until_begun();
            clear_tag("tags::late");
            held.release();
            assert_eq!(leader.join().unwrap(), 10);
            assert!(!cache.contains(&1), "computed from what was there before");
        }
        assert_eq!(cache.stats().rejected, 2);
        assert_eq!(cache.get_or_insert_with(&1, || 11), 11);
    });
}

#[test]
fn who_comes_after_the_clear_gets_no_late_value() {
    within(PATIENCE, || {
        let cache: Cache<u64, u64> = Cache::builder().build();
        let held = Arc::new(Held::default());
        let leader = {
            let (cache, held) = (cache.clone(), Arc::clone(&held));
            thread::spawn(move || {
                cache.get_or_insert_with(&1, || {
                    tag("tags::joined");
                    held.compute(10)
                })
            })
        };
        held.wait_until_begun();
        clear_tag("tags::joined");
        let later = {
            let cache = cache.clone();
            thread::spawn(move || cache.get_or_insert_with(&1, || 11))
        };
        wait_for_waiters(&cache, 1);
        held.release();
        assert_eq!((leader.join().unwrap(), later.join().unwrap()), (10, 11));
        assert_eq!(cache.get(&1), Some(11));
    });
}

#[test]
fn values_that_are_put_in() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .clock(clock.clone())
        .ttl(Duration::from_secs(60))
        .build();
    cache.insert_tagged(1, 10, ["tags::put"]);
    cache.insert_tagged(
        2,
        20,
        [String::from("tags::put"), String::from("tags::put:2")],
    );
    cache.insert_tagged(3, 30, [""; 0]);
    assert_eq!(cache.get(&1), Some(10));
    // In another one's place.
    cache.insert(1, 11);
    assert_eq!(clear_tag("tags::put"), 1);
    assert_eq!([1, 2, 3].map(|n| cache.get(&n)), [Some(11), None, Some(30)]);
    cache.insert_tagged(2, 21, ["tags::put"]);
    clock.advance(Duration::from_secs(59));
    assert_eq!(cache.get(&2), Some(21));
    let left = cache.entry_info(&2).and_then(|info| info.expires_in);
    assert_eq!(left, Some(Duration::from_secs(1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.get(&2), None, "its time to live holds, too");
}

#[test]
fn with_other_deadlines() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .clock(clock.clone())
        .tti(Duration::from_secs(10))
        .build();
    cache.insert_tagged(1, 10, ["tags::idle"]);
    for _ in 0..5 {
        clock.advance(Duration::from_secs(9));
        assert_eq!(cache.get(&1), Some(10));
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(cache.get(&1), None);
    cache.insert_tagged(1, 11, ["tags::idle"]);
    assert_eq!(cache.get(&1), Some(11));
    assert_eq!(clear_tag("tags::idle"), 1);
    assert_eq!(cache.get(&1), None);
}

#[test]
fn a_tag_is_for_the_innermost_computation() {
    let cache: Cache<&str, u64> = Cache::builder().build();
    let inner = || {
        cache.get_or_insert_with(&"inner", || {
            tag("tags::inner");
            1
        })
    };
    let outer = || {
        cache.get_or_insert_with(&"outer", || {
            let value = inner();
            tag("tags::outer");
            value + 1
        })
    };
    tag("tags::nowhere");
    assert_eq!((outer(), clear_tag("tags::nowhere")), (2, 0));
    assert_eq!(clear_tag("tags::inner"), 1);
    assert!(cache.contains(&"outer") && !cache.contains(&"inner"));
    assert_eq!(clear_tag("tags::outer"), 1);
    assert!(!cache.contains(&"outer"));
}

#[test]
fn a_cache_with_a_tag_of_its_own() {
    let told = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let tell = Arc::clone(&told);
    let cache: Cache<u64, u64> = Cache::builder()
        .tag("tags::whole")
        .maxsize(3)
        .on_removal(move |_, _, cause| {
            if cause == RemovalCause::Explicit {
                tell.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        })
        .build();
    for n in 0..10 {
        cache.insert_tagged(n, n, ["tags::part"]);
    }
    assert_eq!(clear_tag("tags::whole"), 3);
    assert_eq!(clear_tag("tags::part"), 0, "all of them have left");
    assert_eq!(told.load(std::sync::atomic::Ordering::Relaxed), 3);
    let bare: Cache<u64, u64, Bare> = Cache::<u64, u64>::builder()
        .tag("tags::bare")
        .bare()
        .build();
    bare.insert_tagged(1, 1, ["tags::part"]);
    assert_eq!((clear_tag("tags::bare"), bare.len()), (1, 0));
    bare.insert_tagged(1, 2, ["tags::part"]);
    assert_eq!((clear_tag("tags::part"), bare.get(&1)), (1, None));
}
