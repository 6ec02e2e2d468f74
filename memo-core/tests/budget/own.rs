//! Budgets of some caches, and what a cache may say in a shared one.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use memo_core::memory::{self, MemoryBudget, Pressure};
use memo_core::testing::MockClock;
use memo_core::{Cache, EvictionPolicy};

use crate::{Kilobyte, alone, unbounded};

#[test]
fn a_part_holds_beside_the_whole() {
    static PART: MemoryBudget = MemoryBudget::new(1 << 18);
    let _alone = alone(1 << 20);
    let inside: Vec<Cache<u64, Kilobyte>> = (0..3)
        .map(|_| Cache::builder().maxsize(None).budget(&PART).build())
        .collect();
    let outside = unbounded();
    for n in 0..2_000_u64 {
        inside[usize::try_from(n % 3).unwrap()].insert(n, [n; 128]);
        outside.insert(n, [n; 128]);
        assert!(PART.used() <= 1 << 18, "{}", PART.report());
        assert!(memory::used() <= 1 << 20, "{}", memory::report());
    }
    let held: u64 = inside
        .iter()
        .map(|cache| cache.stats().bytes.unwrap())
        .sum();
    assert_eq!(PART.used() as u64, held);
    assert_eq!(
        memory::used() as u64,
        held + outside.stats().bytes.unwrap(),
        "what is in the part is in the whole"
    );
    assert!(held > 200_000, "{held}");
    assert!(outside.stats().bytes.unwrap() > 600_000);
    drop((inside, outside));
    assert_eq!((PART.used(), memory::used()), (0, 0));
}

#[test]
fn those_inside_give_way_to_each_other_only() {
    static PART: MemoryBudget = MemoryBudget::new(100_000);
    let _alone = alone(1 << 20);
    let outside = unbounded();
    (0..100).for_each(|n| outside.insert(n, [n; 128]));
    let inside: Cache<u64, Kilobyte> = Cache::builder().maxsize(None).budget(&PART).build();
    (0..10_000).for_each(|n| inside.insert(n, [n; 128]));
    assert_eq!(outside.len(), 100);
    assert!(PART.used() <= 100_000 && inside.len() > 70);
    // The whole one takes from all.
    let _room = memory::try_reserve(1_000_000).unwrap();
    assert!(memory::used() <= 1 << 20);
    assert!(outside.len() + inside.len() < 40);
}

#[test]
fn a_part_is_asked_and_changed_like_the_whole() {
    static PART: MemoryBudget = MemoryBudget::new(100_000);
    let _alone = alone(1 << 20);
    assert_eq!(
        (PART.limit(), PART.used(), PART.available()),
        (100_000, 0, 100_000)
    );
    assert_eq!(PART.pressure(), Pressure::Low);
    let mut room = PART.try_reserve(85_000).unwrap();
    assert_eq!((PART.used(), memory::used()), (85_000, 85_000));
    assert_eq!(PART.pressure(), Pressure::High);
    assert_eq!(memory::pressure(), Pressure::Low);
    assert!((PART.usage_percent() - 85.0).abs() < 1e-9);
    let exceeded = PART.check(20_000).unwrap_err();
    assert_eq!((exceeded.limit, exceeded.available), (100_000, 15_000));
    assert_eq!(room.grow(20_000).unwrap_err(), exceeded);
    assert_eq!((PART.used(), memory::used()), (85_000, 85_000));
    drop(room);
    assert_eq!((PART.used(), memory::used()), (0, 0));
    // Larger than the whole: what the whole has counts.
    PART.set_limit(2 << 20);
    let exceeded = PART.try_reserve(3 << 19).unwrap_err();
    assert_eq!(exceeded.limit, 1 << 20);
    assert_eq!(
        (PART.used(), memory::used(), PART.available()),
        (0, 0, 1 << 20)
    );
    let cache: Cache<u64, Kilobyte> = Cache::builder().maxsize(None).budget(&PART).build();
    (0..2_000).for_each(|n| cache.insert(n, [n; 128]));
    assert!(memory::used() <= 1 << 20);
    PART.set_limit(50_000);
    assert!(
        PART.used() <= 50_000 && cache.len() > 30,
        "{} {}",
        PART.used(),
        cache.len()
    );
    PART.set_limit(0);
    assert_eq!((PART.used(), cache.len()), (0, 0));
    cache.insert(1, [1; 128]);
    assert_eq!(cache.len(), 0);
}

#[test]
fn the_least_of_a_cache_is_left_to_it() {
    let _alone = alone(1 << 20);
    let quiet: Cache<u64, Kilobyte> = Cache::builder().maxsize(None).min_bytes(200_000).build();
    (0..500).for_each(|n| quiet.insert(n, [n; 128]));
    let loud = unbounded();
    (0..20_000).for_each(|n| loud.insert(n, [n; 128]));
    let left = quiet.stats().bytes.unwrap();
    assert!((195_000..210_000).contains(&left), "{left}");
    // All of it is kept, so that nothing else has room.
    let greedy: Cache<u64, Kilobyte> = Cache::builder().maxsize(None).min_bytes(usize::MAX).build();
    (0..2_000).for_each(|n| greedy.insert(n, [n; 128]));
    assert!(memory::used() <= 1 << 20);
    assert!(greedy.stats().bytes.unwrap() > 700_000);
    assert!(greedy.stats().rejected > 0, "it takes nothing from itself");
}

#[test]
fn what_has_more_weight_stays() {
    let _alone = alone(1 << 20);
    let clock = MockClock::new();
    let build = |weight| {
        let builder = Cache::builder().maxsize(None).clock(clock.clone());
        let cache: Cache<u64, Kilobyte> = builder.weight(weight).build();
        cache
    };
    let (light, heavy) = (build(0.01), build(100.0));
    for n in 0..5_000 {
        for cache in [&light, &heavy] {
            cache.get_or_insert_with(&n, || {
                clock.advance(Duration::from_millis(1));
                [n; 128]
            });
        }
    }
    assert!(
        heavy.len() > 20 * light.len(),
        "{} and {}",
        heavy.len(),
        light.len()
    );
}

#[test]
#[should_panic(expected = "a weight is a number above 0")]
fn a_weight_is_a_number_above_nothing() {
    let _ = Cache::<u64, u64>::builder().weight(f64::NAN);
}

#[test]
fn what_has_expired_goes_when_memory_is_critical() {
    let _alone = alone(1 << 20);
    let clock = MockClock::new();
    let builder = Cache::builder().maxsize(None).clock(clock.clone());
    let cache: Cache<u64, Kilobyte> = builder.ttl(Duration::from_secs(1)).build();
    (0..50).for_each(|n| cache.insert(n, [n; 128]));
    clock.advance(Duration::from_secs(2));
    let mut room = memory::try_reserve(900_000).unwrap();
    assert_eq!(cache.len(), 50);
    room.grow(100_000).unwrap();
    assert_eq!(memory::pressure(), Pressure::Critical);
    assert_eq!(cache.len(), 0);
}

#[test]
fn what_is_worth_little_stays_out_when_memory_is_scarce() {
    let _alone = alone(1 << 20);
    dear_entries_keep_cheap_ones_out();
}

#[test]
fn what_was_there_under_another_limit_is_no_measure() {
    let _alone = alone(1 << 20);
    let clock = MockClock::new();
    let cache: Cache<u64, Kilobyte> = Cache::builder().maxsize(None).clock(clock.clone()).build();
    // Each round gives way to the next one, and has become worth next to nothing.
    for round in 0..8 {
        (0..2_000).for_each(|n| cache.insert(2_000 * round + n, [n; 128]));
        clock.advance(Duration::from_secs(1_000_000));
    }
    drop(cache);
    memory::set_limit(1 << 20);
    dear_entries_keep_cheap_ones_out();
}

fn dear_entries_keep_cheap_ones_out() {
    let clock = MockClock::new();
    let build =
        || -> Cache<u64, Kilobyte> { Cache::builder().maxsize(None).clock(clock.clone()).build() };
    let (dear, cheap) = (build(), build());
    for n in 0..500 {
        dear.get_or_insert_with(&n, || {
            clock.advance(Duration::from_secs(1));
            [n; 128]
        });
    }
    let add = |cache: &Cache<u64, Kilobyte>, n: u64| {
        assert_eq!(cache.get_or_insert_with(&n, || [n; 128]), [n; 128]);
    };
    // There is room enough.
    let other = build();
    (0..100).for_each(|n| add(&other, n));
    assert_eq!(other.len(), 100);
    drop(other);
    // There is room, but not much.
    let _room = memory::try_reserve(320_000).unwrap();
    assert_eq!(memory::pressure(), Pressure::High);
    assert_eq!(dear.len(), 500);
    (0..60).for_each(|n| add(&cheap, n));
    assert_eq!((cheap.len(), cheap.stats().rejected), (0, 60));
    assert_eq!(dear.len(), 500);
    assert!(memory::usage_percent() < 94.0);
}

#[test]
fn of_many_caches_those_with_more_entries_give_more() {
    let _alone = alone(1 << 20);
    let caches: Vec<Cache<u64, Kilobyte>> = (0..64)
        .map(|_| {
            Cache::builder()
                .maxsize(None)
                .policy(EvictionPolicy::fifo())
                .build()
        })
        .collect();
    for n in 0..20_000_u64 {
        caches[usize::try_from(n.trailing_zeros()).unwrap_or(0).min(63)].insert(n, [n; 128]);
        assert!(memory::used() <= 1 << 20);
    }
    let held: Vec<usize> = caches.iter().map(Cache::len).collect();
    assert!(held[0] > held[3], "{held:?}");
    assert!(held.iter().sum::<usize>() > 800);
    drop(caches);
    assert_eq!(memory::used(), 0);
}

#[test]
fn of_a_limit_of_nothing_all_is_used() {
    static PART: MemoryBudget = MemoryBudget::new(0);
    let _alone = alone(0);
    for (percent, pressure, report) in [
        (
            memory::usage_percent(),
            memory::pressure(),
            memory::report(),
        ),
        (PART.usage_percent(), PART.pressure(), PART.report()),
    ] {
        assert_eq!(
            (percent.to_string().as_str(), pressure),
            ("100", Pressure::Critical)
        );
        assert!(report.contains("(100.0 % of the limit of 0)"), "{report}");
    }
}

/// What a callback stores while a report is made is in its sum and in its list, or in neither.
#[test]
fn a_report_says_one_thing() {
    static CACHE: OnceLock<Cache<u64, u64>> = OnceLock::new();
    static IS_ON: AtomicBool = AtomicBool::new(false);
    let _alone = alone(1 << 20);
    let cache = CACHE.get_or_init(|| Cache::builder().name("budget::told").build());
    memory::on_pressure(|_| {
        if IS_ON.load(Ordering::SeqCst)
            && let Some(cache) = CACHE.get()
        {
            cache.insert(1, 1);
        }
    });
    drop(memory::try_reserve(1_000_000).unwrap());
    // The report is the first to see that the level has changed.
    IS_ON.store(true, Ordering::SeqCst);
    let before = memory::report();
    IS_ON.store(false, Ordering::SeqCst);
    assert!(before.starts_with("memory: 0 bytes used"), "{before}");
    assert!(!before.contains("budget::told"), "{before}");
    let after = memory::report();
    let bytes = cache.stats().bytes.unwrap();
    assert!(
        after.starts_with(&format!("memory: {bytes} bytes used")),
        "{after}"
    );
    assert!(after.contains("budget::told"), "{after}");
    cache.clear();
}
