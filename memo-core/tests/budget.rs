//! The budget of all caches. A test binary of its own, and one test at a time: there is one budget.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

#[path = "budget/own.rs"]
mod own;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use memo_core::memory::{self, MemoryBudget, Pressure};
use memo_core::testing::MockClock;
use memo_core::{Cache, EvictionPolicy};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone(limit: usize) -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    memory::set_limit(limit);
    guard
}

type Kilobyte = [u64; 128];

fn unbounded() -> Cache<u64, Kilobyte> {
    Cache::builder().maxsize(None).build()
}

#[test]
fn all_caches_together_stay_within_the_limit() {
    let _alone = alone(1 << 20);
    let caches: Vec<_> = (0..5).map(|_| unbounded()).collect();
    for n in 0..10_000_u64 {
        let cache = &caches[usize::try_from(n % 5).unwrap()];
        assert_eq!(cache.get_or_insert_with(&n, || [n; 128]), [n; 128]);
        assert!(memory::used() <= 1 << 20, "{}", memory::report());
    }
    let held: u64 = caches
        .iter()
        .map(|cache| cache.stats().bytes.unwrap())
        .sum();
    assert_eq!(memory::used() as u64, held);
    assert!(held > 3 << 18, "most of it is used: {held}");
    let removed: u64 = caches
        .iter()
        .map(|cache| cache.stats().removals.memory)
        .sum();
    let kept: usize = caches.iter().map(Cache::len).sum();
    // By chance a computation has taken next to no time, and is worth less than what is there.
    let rejected: u64 = caches.iter().map(|cache| cache.stats().rejected).sum();
    assert_eq!(removed + kept as u64 + rejected, 10_000);
    assert!(rejected < 1_000, "{rejected}");
    drop(caches);
    assert_eq!(memory::used(), 0);
}

const WRITERS: u64 = 20;
/// What many writers may hold.
const ROOM: usize = 4 << 20;
/// An entry of a [`Kilobyte`], at most.
const ENTRY: usize = 1_200;

#[test]
fn balanced_caches_are_part_of_it_by_their_nodes() {
    let _alone = alone(1 << 20);
    let balanced: Cache<u64, Kilobyte, _> = Cache::builder().maxsize(None).balanced().build();
    let protected = unbounded();
    for n in 0..5_000_u64 {
        balanced.get_or_insert_with(&n, || [n; 128]);
        protected.get_or_insert_with(&n, || [n; 128]);
        assert!(memory::used() <= 1 << 20, "{}", memory::report());
    }
    let held = balanced.stats().bytes.unwrap() + protected.stats().bytes.unwrap();
    assert_eq!(memory::used() as u64, held);
    assert!(!balanced.is_empty() && balanced.stats().removals.memory > 0);
    drop((balanced, protected));
    assert_eq!(memory::used(), 0);
}

#[test]
fn many_writers_exceed_it_by_an_entry_each_at_most() {
    write_from_many_threads(60_000, |caches, seed, count| {
        let key = mixed(seed << 32 | count);
        let (cache, key) = (&caches[(key >> 61) as usize], (key >> 40) % 3_000);
        assert_eq!(cache.get_or_insert_with(&key, || [key; 128])[7], key);
    });
}

/// Spreads neighbouring numbers over all bits.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Ten million inserts take a minute or two: so many with `MEMOKIT_LONG=1`, else a part.
#[test]
fn the_limit_holds_over_many_inserts() {
    let is_long = std::env::var_os("MEMOKIT_LONG").is_some_and(|value| value == "1");
    let inserts = if is_long { 10_000_000 } else { 200_000 };
    write_from_many_threads(inserts, |caches, seed, count| {
        // One in ten keys is among those that all threads share, the others are new.
        let key = match count % 10 {
            0 => count / 10 % 1_000,
            _ => (seed + 1) << 32 | count,
        };
        caches[usize::try_from(key % 8).unwrap()].insert(key, [key; 128]);
    });
}

/// So many writes, by threads that tell which one they are, and count. `memory::used` is looked at
/// all the time.
fn write_from_many_threads(writes: u64, write: impl Fn(&[Cache<u64, Kilobyte>], u64, u64) + Sync) {
    let _alone = alone(ROOM);
    let caches: Vec<_> = (0..8).map(|_| unbounded()).collect();
    let is_done = AtomicBool::new(false);
    let (most, samples) = thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS)
            .map(|seed| {
                let (caches, write) = (&caches, &write);
                scope.spawn(move || (0..writes / WRITERS).for_each(|n| write(caches, seed, n)))
            })
            .collect();
        let sampler = scope.spawn(|| {
            let (mut most, mut samples) = (0, 0_u64);
            while !is_done.load(Ordering::Relaxed) {
                most = most.max(memory::used());
                samples += 1;
                thread::yield_now();
            }
            (most, samples)
        });
        for thread in threads {
            thread.join().unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
        sampler.join().unwrap()
    });
    let quiet = memory::used();
    println!(
        "{writes} writes, {samples} samples: {most} bytes at most, {quiet} at the end, of {ROOM}"
    );
    let threads = usize::try_from(WRITERS).unwrap();
    assert!(most <= ROOM + threads * ENTRY, "{most}");
    assert!(quiet <= ROOM, "{quiet}");
    assert!(quiet > ROOM / 2, "most of it is used: {quiet}");
    drop(caches);
    assert_eq!(memory::used(), 0);
}

#[test]
fn what_was_dear_stays() {
    let _alone = alone(1 << 20);
    let clock = MockClock::new();
    let build = || Cache::builder().maxsize(None).clock(clock.clone()).build();
    let (cheap, dear): (Cache<u64, Kilobyte>, Cache<u64, Kilobyte>) = (build(), build());
    let call = |cache: &Cache<u64, Kilobyte>, key: u64, micros: u64| {
        cache.get_or_insert_with(&key, || {
            clock.advance(Duration::from_micros(micros));
            [key; 128]
        });
    };
    for n in 0..500 {
        call(&dear, n, 10_000);
    }
    (0..500).for_each(|n| assert!(dear.get(&n).is_some()));
    for n in 0..20_000 {
        call(&cheap, n, 10);
        if n % 20 == 0 {
            dear.get(&(n / 20 % 500));
        }
    }
    assert!(dear.len() > 450, "{} of 500", dear.len());
    assert!(cheap.len() > 20, "what is new is kept for a while");
    // The other way round, what is cheap makes room.
    for n in 500..700 {
        call(&dear, n, 10_000);
    }
    assert!(dear.len() > 600, "{} of 700", dear.len());
    assert!(memory::used() <= 1 << 20);
}

#[test]
fn every_policy_gives_way() {
    for policy in [
        EvictionPolicy::fifo(),
        EvictionPolicy::sieve(),
        EvictionPolicy::s3_fifo(),
        EvictionPolicy::tiny_lfu(),
        EvictionPolicy::lfu(),
        EvictionPolicy::adaptive(),
    ] {
        let _alone = alone(200_000);
        let cache: Cache<u64, Kilobyte> = Cache::builder().maxsize(1_000).policy(policy).build();
        for n in 0..2_000 {
            cache.insert(n, [n; 128]);
            cache.get(&(n / 2));
            assert!(memory::used() <= 200_000);
        }
        assert!(cache.len() > 120, "{policy:?}: {}", cache.len());
    }
}

#[test]
fn a_limit_of_nothing_keeps_nothing_and_breaks_nothing() {
    for limit in [0, 1, 500] {
        let _alone = alone(limit);
        let cache = unbounded();
        assert_eq!(cache.get_or_insert_with(&1, || [1; 128]), [1; 128]);
        cache.insert(2, [2; 128]);
        assert_eq!((cache.len(), cache.stats().rejected), (0, 2));
        assert_eq!(memory::used(), 0);
        assert_eq!(memory::pressure() == Pressure::Critical, limit == 0);
    }
}

#[test]
fn caches_shrink_at_once_when_the_limit_falls() {
    let _alone = alone(1 << 20);
    let cache = unbounded();
    (0..800).for_each(|n| cache.insert(n, [n; 128]));
    memory::set_limit(1 << 18);
    assert!(memory::used() <= 1 << 18);
    assert!(cache.len() > 150);
    memory::set_limit(1 << 20);
    (0..800).for_each(|n| cache.insert(n, [n; 128]));
    assert!(cache.len() > 700);
}

#[test]
fn reservations_count_and_caches_give_way_to_them() {
    let _alone = alone(1 << 20);
    let cache = unbounded();
    (0..2_000).for_each(|n| cache.insert(n, [n; 128]));
    let full = cache.len();
    assert!(
        memory::check(1 << 19).is_err(),
        "it is a question, no demand"
    );
    assert_eq!(cache.len(), full);
    let mut room = memory::try_reserve(1 << 19).unwrap();
    assert!(cache.len() < full * 2 / 3);
    assert!(memory::used() <= 1 << 20);
    let exceeded = room.grow(1 << 20).unwrap_err();
    assert_eq!((exceeded.requested, exceeded.limit), (1 << 20, 1 << 20));
    assert_eq!(room.bytes(), 1 << 19, "what was reserved stays so");
    room.shrink(1 << 18);
    assert_eq!(room.bytes(), 1 << 18);
    room.shrink(usize::MAX);
    assert_eq!(room.bytes(), 0);
    drop(room);
    drop(cache);
    assert_eq!((memory::used(), memory::available()), (0, 1 << 20));
    assert!(memory::try_reserve(usize::MAX).is_err());
    let all = memory::try_reserve(1 << 20).unwrap();
    assert!(memory::check(1).is_err() && memory::check(0).is_ok());
    drop(all);
}

#[test]
fn what_cannot_be_had_costs_no_cache_anything() {
    static PART: MemoryBudget = MemoryBudget::new(1 << 18);
    let _alone = alone(1 << 20);
    let cache = unbounded();
    (0..500).for_each(|n| cache.insert(n, [n; 128]));
    let full = cache.len();
    for bytes in [(1 << 20) + 1, usize::MAX] {
        let exceeded = memory::try_reserve(bytes).unwrap_err();
        assert_eq!((exceeded.used, cache.len()), (memory::used(), full));
        assert!(exceeded.to_string().contains("most by"), "{exceeded}");
    }
    let mut room = memory::try_reserve(1 << 10).unwrap();
    assert!(room.grow(1 << 20).is_err() && PART.try_reserve(1 << 19).is_err());
    assert_eq!(cache.len(), full);
}

#[test]
fn a_callback_that_panics_is_heard_by_nobody() {
    static FAILS: AtomicBool = AtomicBool::new(true);
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let _alone = alone(1 << 20);
    memory::on_pressure(|_| assert!(!FAILS.load(Ordering::SeqCst), "a callback that fails"));
    memory::on_pressure(|_| _ = TOLD.fetch_add(1, Ordering::SeqCst));
    let cache = unbounded();
    for n in 0..1_000 {
        assert_eq!(cache.get_or_insert_with(&n, || [n; 128]), [n; 128]);
    }
    FAILS.store(false, Ordering::SeqCst);
    assert!(
        TOLD.load(Ordering::SeqCst) >= 2,
        "others are told all the same"
    );
}

#[test]
fn the_error_names_who_holds_most() {
    let _alone = alone(1 << 20);
    let build = |name| -> Cache<u64, Kilobyte> { Cache::builder().name(name).build() };
    let (small, large) = (build("budget::small"), build("budget::large"));
    small.insert(1, [1; 128]);
    (0..10).for_each(|n| large.insert(n, [n; 128]));
    let exceeded = memory::check(2 << 20).unwrap_err();
    assert_eq!(exceeded.available, (1 << 20) - memory::used());
    let text = exceeded.to_string();
    let (large_at, small_at) = (text.find("budget::large"), text.find("budget::small"));
    assert!(large_at.is_some() && large_at < small_at, "{text}");
    assert!(
        text.starts_with("memory limit exceeded: 2097152 bytes requested"),
        "{text}"
    );
    assert!(memory::report().contains("budget::large"));
}

#[test]
fn levels_are_told_once_each_way() {
    static TOLD: Mutex<Vec<Pressure>> = Mutex::new(Vec::new());
    let told = || std::mem::take(&mut *TOLD.lock().unwrap());
    let _alone = alone(1_000_000);
    memory::on_pressure(|level| TOLD.lock().unwrap().push(level));
    assert_eq!(memory::pressure(), Pressure::Low);
    told();
    let mut room = memory::try_reserve(590_000).unwrap();
    assert_eq!(told(), []);
    let steps = [
        (20_000, Pressure::Medium),
        (250_000, Pressure::High),
        (100_000, Pressure::Critical),
    ];
    for (more, level) in steps {
        room.grow(more).unwrap();
        assert_eq!((told(), memory::pressure()), (vec![level], level));
    }
    // Around a threshold nothing flaps.
    for _ in 0..100 {
        room.shrink(20_000);
        room.grow(20_000).unwrap();
    }
    assert_eq!(told(), []);
    room.shrink(100_000);
    assert_eq!(told(), [Pressure::High]);
    drop(room);
    assert_eq!(memory::pressure(), Pressure::Low);
    assert_eq!(told(), [Pressure::Low]);
    // Caches are noticed, too, by whoever stores.
    let cache = unbounded();
    (0..2_000).for_each(|n| cache.insert(n, [n; 128]));
    assert!(told().contains(&Pressure::High));
}

#[test]
fn listeners_learn_that_memory_was_the_cause() {
    static LEFT: AtomicUsize = AtomicUsize::new(0);
    let _alone = alone(100_000);
    let cache: Cache<u64, Kilobyte> = Cache::builder()
        .on_removal(|_, _, cause| {
            assert_eq!(cause, memo_core::RemovalCause::Memory);
            LEFT.fetch_add(1, Ordering::Relaxed);
        })
        .build();
    (0..120).for_each(|n| cache.insert(n, [n; 128]));
    assert_eq!(LEFT.load(Ordering::Relaxed) + cache.len(), 120);
    assert_eq!(cache.stats().listener_panics, 0);
}
