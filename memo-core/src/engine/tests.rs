//! What no user can bring about in a reasonable time.

use std::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::EntryTypes;
use crate::clock::Clock;
use crate::key::{Hidden, KeyRef, Val};
use crate::outcome::{Outcome, global};
use crate::testing::MockClock;
use crate::{Cache, Protected};

const MINUTE: u64 = 60_000_000_000;

fn types<Q: KeyRef, O: Outcome>(_: PhantomData<O>) -> &'static EntryTypes {
    EntryTypes::of::<Q, O>()
}

/// Nobody tells when a value is gone that others hold: there is a look a minute after it was stored, and then
/// less and less often, while there are any.
#[test]
fn what_may_be_gone_is_looked_for() {
    let clock = MockClock::new();
    let cache: Cache<u64, Weak<u64>, Protected> = Cache::builder().clock(clock.clone()).build();
    let core = cache.core();
    let outcome = global::WeakProbe::<Arc<u64>>::NEW.__outcome();
    core.common()
        .note_types(types::<Val<u64, Hidden>, _>(outcome));
    let look_in = || core.sweep_at().saturating_sub(clock.now());
    assert_eq!(core.sweep_at(), u64::MAX);
    let (held, dropped) = (Arc::new(1), Arc::new(2));
    cache.insert(1, Arc::downgrade(&held));
    cache.insert(2, Arc::downgrade(&dropped));
    drop(dropped);
    let mut looks = Vec::new();
    for removed in [1, 0, 0, 0] {
        looks.push(look_in() / MINUTE);
        clock.advance(Duration::from_nanos(look_in()));
        assert_eq!(core.sweep(), removed);
    }
    assert_eq!((looks, look_in()), (vec![1, 1, 2, 4], 8 * MINUTE));
    cache.insert(3, Arc::downgrade(&held));
    assert_eq!(look_in(), MINUTE);
    drop(held);
    clock.advance(Duration::from_nanos(MINUTE));
    assert_eq!(core.sweep(), 2);
    assert_eq!(core.sweep_at(), u64::MAX, "nothing is left");
}

/// The cache evicts in exact order while its ticks run out and are numbered anew.
#[test]
fn the_order_outlives_the_numbers() {
    let cache: Cache<u64, u64, Protected> = Cache::builder().maxsize(4).build();
    let order = |cache: &Cache<u64, u64>| cache.iter().map(|(key, _)| key).collect::<Vec<_>>();
    for key in 0..4 {
        cache.insert(key, key);
    }
    cache.get(&0);
    cache.core().shared.epoch.set_near_end();
    cache.get(&1);
    assert_eq!(order(&cache), [2, 3, 0, 1]);
    for key in 4..10 {
        cache.insert(key, key);
        cache.get(&1);
        assert_eq!(order(&cache).last(), Some(&1));
    }
    assert_eq!(order(&cache), [7, 8, 9, 1]);
}

/// Hits are not counted; that an entry was used again and again shows to those who look meanwhile.
#[test]
fn what_serves_again_and_again_stays() {
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder().clock(clock.clone()).build();
    for key in [1, 2] {
        cache.get_or_insert_with(&key, || {
            clock.advance(Duration::from_millis(1));
            key
        });
    }
    let core = cache.core();
    for random in 0..20 {
        clock.advance(Duration::from_secs(1));
        cache.get(&1);
        core.offer(random);
    }
    // The other one was used last.
    cache.get(&2);
    let offer = core.offer(20).unwrap();
    core.give(offer);
    assert!(cache.contains(&1) && !cache.contains(&2));
}
