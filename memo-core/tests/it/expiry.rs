//! An entry is gone at exactly `stored + ttl`, counted from the end of its computation.

use std::cell::Cell;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Cache, CacheBuilder};

use crate::support::assert_sound;

const NANO: Duration = Duration::from_nanos(1);
const MINUTE: Duration = Duration::from_secs(60);
/// One nanosecond less than a minute.
const ALMOST: Duration = Duration::from_nanos(59_999_999_999);

fn with_clock(
    set_up: impl FnOnce(CacheBuilder<u64, u64>) -> CacheBuilder<u64, u64>,
) -> (Cache<u64, u64>, MockClock) {
    let clock = MockClock::new();
    let cache = set_up(Cache::builder().clock(clock.clone())).build();
    (cache, clock)
}

#[test]
fn the_boundary_is_exact() {
    for ttl in [
        NANO,
        Duration::from_millis(250),
        MINUTE,
        Duration::from_secs(1 << 32),
    ] {
        let (cache, clock) = with_clock(|builder| builder.ttl(ttl));
        cache.insert(1, 10);
        cache.get_or_insert_with(&2, || 20);
        clock.advance(ttl.saturating_sub(NANO));
        assert_eq!(
            (cache.get(&1), cache.get(&2)),
            (Some(10), Some(20)),
            "{ttl:?}"
        );
        assert_eq!(cache.entry_info(&1).unwrap().expires_in, Some(NANO));
        assert_eq!(cache.evict_expired(), 0);
        clock.advance(NANO);
        assert_eq!((cache.get(&1), cache.get(&2)), (None, None), "{ttl:?}");
        assert!(cache.entry_info(&1).is_none() && !cache.contains(&1));
        assert_eq!(cache.evict_expired(), 2);
    }
}

#[test]
fn time_counts_from_the_end_of_the_computation() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.get_or_insert_with(&1, || {
        clock.advance(10 * MINUTE);
        10
    });
    let info = cache.entry_info(&1).unwrap();
    assert_eq!((info.age, info.cost), (Duration::ZERO, 10 * MINUTE));
    assert_eq!(info.expires_in, Some(MINUTE));
    clock.advance(ALMOST);
    assert_eq!(cache.get(&1), Some(10));
    clock.advance(NANO);
    assert_eq!(cache.get(&1), None);
    assert_eq!(cache.stats().load_time, 10 * MINUTE);
}

#[test]
fn a_hit_does_not_prolong_a_life() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.insert(1, 10);
    for _ in 0..59 {
        clock.advance(Duration::from_secs(1));
        assert_eq!(cache.get(&1), Some(10));
    }
    let info = cache.entry_info(&1).unwrap();
    assert_eq!(
        (info.age, info.idle),
        (Duration::from_secs(59), Some(Duration::ZERO))
    );
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.get(&1), None);
}

#[test]
fn a_new_value_starts_a_new_life() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.insert(1, 10);
    clock.advance(ALMOST);
    cache.insert(1, 11);
    clock.advance(ALMOST);
    assert_eq!(cache.get(&1), Some(11));
    clock.advance(NANO);
    let runs = Cell::new(0);
    for _ in 0..3 {
        let value = cache.get_or_insert_with(&1, || {
            runs.set(runs.get() + 1);
            12
        });
        assert_eq!(value, 12);
    }
    assert_eq!(runs.get(), 1);
    let removals = cache.stats().removals;
    assert_eq!((removals.replaced, removals.expired), (1, 1));
    assert_sound(&cache);
}

#[test]
fn a_ttl_of_zero_has_passed_at_once() {
    let (cache, _clock) = with_clock(|builder| builder.ttl(Duration::ZERO));
    cache.insert(1, 10);
    assert_eq!(cache.get(&1), None);
    for run in 0..3 {
        assert_eq!(cache.get_or_insert_with(&1, || run), run);
    }
    assert_eq!(cache.stats().hits, 0);
    cache.evict_expired();
    assert!(cache.is_empty());
}

#[test]
fn the_longest_ttl_is_for_ever() {
    let (cache, clock) = with_clock(|builder| builder.ttl(Duration::MAX));
    cache.insert(1, 10);
    cache.insert_with_ttl(2, 20, Duration::MAX);
    cache.insert_with_ttl(3, 30, Duration::from_nanos(u64::MAX));
    clock.advance(Duration::MAX);
    assert_eq!(cache.evict_expired(), 0);
    for key in [1, 2, 3] {
        assert_eq!(cache.get(&key), Some(key * 10));
        assert_eq!(cache.entry_info(&key).unwrap().expires_in, None);
    }
}

#[test]
fn the_system_clock_takes_any_ttl() {
    for ttl in [Duration::ZERO, NANO, Duration::MAX] {
        let cache: Cache<u64, u64> = Cache::builder().ttl(ttl).build();
        for key in 0..100 {
            assert_eq!(cache.get_or_insert_with(&key, || key), key);
            cache.insert_with_ttl(key, key, ttl);
        }
        let live = cache.iter().count();
        assert!(if ttl == Duration::MAX {
            live == 100
        } else {
            ttl > Duration::ZERO || live == 0
        });
    }
}

#[test]
fn a_clock_that_goes_back_lets_entries_live_longer() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.insert(1, 10);
    clock.rewind(Duration::from_secs(3_000));
    assert_eq!(cache.get(&1), Some(10));
    let info = cache.entry_info(&1).unwrap();
    assert_eq!(info.age, Duration::ZERO, "never negative");
    assert_eq!(info.expires_in, Some(Duration::from_secs(3_060)));
    cache.get_or_insert_with(&2, || {
        clock.rewind(Duration::from_secs(100));
        20
    });
    assert_eq!(cache.entry_info(&2).unwrap().cost, Duration::ZERO);
    clock.advance(Duration::from_secs(100));
    assert_eq!((cache.get(&1), cache.get(&2)), (Some(10), None));
    clock.advance(Duration::from_secs(3_060).saturating_sub(NANO));
    assert_eq!(cache.get(&1), Some(10));
    clock.advance(NANO);
    assert_eq!(cache.get(&1), None);
}

#[test]
fn an_entry_can_have_a_ttl_of_its_own() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.insert_with_ttl(1, 10, NANO);
    cache.insert(2, 20);
    cache.insert_with_ttl(3, 30, 2 * MINUTE);
    clock.advance(NANO);
    let live = |cache: &Cache<u64, u64>| [1, 2, 3].map(|key| cache.contains(&key));
    assert_eq!(live(&cache), [false, true, true]);
    clock.advance(MINUTE);
    assert_eq!(live(&cache), [false, false, true]);
    clock.advance(MINUTE);
    assert_eq!(live(&cache), [false; 3]);

    let (cache, clock) = with_clock(|builder| builder);
    cache.insert_with_ttl(1, 10, MINUTE);
    cache.insert(2, 20);
    clock.advance(MINUTE);
    assert_eq!((cache.get(&1), cache.get(&2)), (None, Some(20)));
}

#[test]
fn memory_comes_back_without_traffic_on_the_key() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    (0..100).for_each(|key| cache.insert(key, key));
    clock.advance(MINUTE / 2);
    (100..110).for_each(|key| cache.insert(key, key));
    clock.advance(MINUTE / 2);
    assert_eq!(
        (cache.len(), cache.iter().count()),
        (110, 10),
        "held, but not to be seen"
    );
    assert_eq!((cache.evict_expired(), cache.len()), (100, 10));
    assert_eq!(cache.stats().removals.expired, 100);
    assert_eq!(
        (cache.handle().evict_expired(), cache.evict_expired()),
        (0, 0)
    );
    assert_sound(&cache);
}

#[test]
fn a_changed_ttl_concerns_later_values_only() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE));
    cache.insert(1, 10);
    assert!(cache.handle().set_ttl(Duration::from_secs(1)));
    assert_eq!(cache.parameters().ttl, Some(Duration::from_secs(1)));
    cache.insert(2, 20);
    // A computation gets the setting in force when it ends.
    cache.get_or_insert_with(&3, || {
        assert!(cache.handle().set_ttl(None));
        30
    });
    clock.advance(Duration::from_secs(1));
    assert_eq!(
        [1, 2, 3].map(|key| cache.contains(&key)),
        [true, false, true]
    );
    clock.advance(MINUTE);
    assert_eq!(
        [1, 2, 3].map(|key| cache.contains(&key)),
        [false, false, true]
    );
    clock.advance(Duration::MAX);
    assert_eq!(cache.get(&3), Some(30));
}

#[test]
fn another_clock_is_taken_once_and_while_empty() {
    let cache: Cache<u64, u64> = Cache::builder().ttl(MINUTE).build();
    let clock = MockClock::new();
    cache.insert(1, 10);
    assert!(
        !cache.handle().set_clock(clock.clone()),
        "there are deadlines already"
    );
    cache.clear();
    assert!(cache.handle().set_clock(clock.clone()));
    assert!(!cache.handle().set_clock(MockClock::new()), "once only");
    cache.insert(1, 10);
    clock.advance(MINUTE);
    assert_eq!(cache.get(&1), None);
}

#[test]
fn an_expired_entry_gives_way_like_any_other() {
    let (cache, clock) = with_clock(|builder| builder.ttl(MINUTE).maxsize(2));
    cache.insert(1, 10);
    clock.advance(MINUTE);
    cache.insert(2, 20);
    cache.insert(3, 30);
    assert_eq!(
        (cache.len(), cache.get(&2), cache.get(&3)),
        (2, Some(20), Some(30))
    );
    assert_sound(&cache);
}
