//! How long results are good: each for its own time, idle ones, changing ones, and errors.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

const SECOND: Duration = Duration::from_secs(1);

fn seconds(count: u32) -> Duration {
    SECOND * count
}

#[test]
fn a_result_may_say_how_long_it_lives() {
    #[memoize(ttl = "100s", expires = |lease: &(u64, u64)| (lease.1 > 0).then(|| Duration::from_secs(lease.1)))]
    fn lease(id: u64, secs: u64) -> (u64, u64) {
        (id, secs)
    }
    let clock = MockClock::new();
    assert!(lease::cache().set_clock(clock.clone()));
    lease(1, 10);
    lease(2, 0);
    lease::prime(&3, &20, (3, 20));
    clock.advance(seconds(10));
    assert!(!lease::contains(&1, &10) && lease::contains(&2, &0) && lease::contains(&3, &20));
    clock.advance(seconds(10));
    assert!(!lease::contains(&3, &20));
    clock.advance(seconds(80));
    assert!(!lease::contains(&2, &0));
}

#[test]
fn a_panic_in_what_says_so_is_counted() {
    fn never(_: &u64) -> Option<Duration> {
        panic!("not today")
    }
    #[memoize(ttl = "10s", expires = never)]
    fn double(n: u64) -> u64 {
        2 * n
    }
    let clock = MockClock::new();
    assert!(double::cache().set_clock(clock.clone()));
    assert_eq!(double(4), 8);
    let info = double::cache_info();
    assert_eq!((info.currsize, info.callback_panics), (1, 1));
    clock.advance(seconds(10));
    assert!(
        !double::contains(&4),
        "then it is the time to live that counts"
    );
}

#[test]
fn idle_results_go() {
    #[memoize(tti = "10s", ttl = "25s")]
    fn double(n: u64) -> u64 {
        2 * n
    }
    let clock = MockClock::new();
    assert!(double::cache().set_clock(clock.clone()));
    (1..=2).for_each(|n| assert_eq!(double(n), 2 * n));
    for _ in 0..2 {
        clock.advance(seconds(9));
        double(1);
    }
    assert_eq!(double::cache_info().hits, 2);
    assert!(!double::contains(&2));
    assert_eq!(double::evict_expired(), 1);
    clock.advance(seconds(7));
    assert!(!double::contains(&1), "used or not, it has had its time");
}

/// Times of use are taken from a rougher clock than times of storing.
#[test]
fn no_result_is_idle_for_longer_than_it_is_there() {
    #[memoize(entry_stats)]
    fn double(n: u64) -> u64 {
        2 * n
    }
    for n in 0..100 {
        double(n);
        let stored = double::entry_info(&n).unwrap();
        double(n);
        let used = double::entry_info(&n).unwrap();
        for info in [stored, used] {
            assert!(info.idle.unwrap() <= info.age, "{info:?}");
        }
    }
}

#[test]
fn results_that_stay_the_same_live_longer() {
    static VALUE: AtomicU64 = AtomicU64::new(7);
    #[memoize(adaptive_ttl = ("10s", "60s"))]
    fn setting(name: &str) -> u64 {
        let _ = name;
        VALUE.load(Ordering::SeqCst)
    }
    let clock = MockClock::new();
    assert!(setting::cache().set_clock(clock.clone()));
    let life = || setting::entry_info("a").unwrap().expires_in.unwrap();
    let mut lives = Vec::new();
    for value in [7, 7, 7, 7, 8, 9, 10, 10] {
        VALUE.store(value, Ordering::SeqCst);
        assert_eq!(setting("a"), value);
        lives.push(life().as_secs());
        clock.advance(life());
    }
    assert_eq!(lives, [10, 20, 40, 60, 30, 15, 10, 20]);
}

#[test]
fn errors_can_be_kept_for_a_while() {
    static FAILS: AtomicU64 = AtomicU64::new(1);
    static RUNS: AtomicU64 = AtomicU64::new(0);
    #[memoize(ttl = "1h", err_ttl = "5s")]
    fn fetch(id: u64) -> Result<u64, String> {
        RUNS.fetch_add(1, Ordering::SeqCst);
        if FAILS.load(Ordering::SeqCst) == 1 {
            return Err("down".to_owned());
        }
        Ok(id)
    }
    let clock = MockClock::new();
    assert!(fetch::cache().set_clock(clock.clone()));
    for _ in 0..3 {
        assert!(fetch(1).is_err());
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
    FAILS.store(0, Ordering::SeqCst);
    clock.advance(seconds(5));
    assert_eq!(fetch(1), Ok(1));
    clock.advance(seconds(3_599));
    assert_eq!(fetch(1), Ok(1));
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

static DOWN: AtomicU64 = AtomicU64::new(0);
static ASKED: AtomicU64 = AtomicU64::new(0);

#[memoize(ttl = "10s", stale_if_error = "1m")]
fn rate(currency: &str) -> Result<u64, String> {
    let asked = ASKED.fetch_add(1, Ordering::SeqCst);
    if DOWN.load(Ordering::SeqCst) == 1 {
        return Err(format!("no rate for {currency}"));
    }
    Ok(asked)
}

#[test]
fn an_old_result_is_better_than_an_error() {
    let clock = MockClock::new();
    assert!(rate::cache().set_clock(clock.clone()));
    assert_eq!(rate("EUR"), Ok(0));
    DOWN.store(1, Ordering::SeqCst);
    assert!(rate("USD").is_err(), "there is no older one");
    clock.advance(seconds(10));
    assert_eq!(rate("EUR"), Ok(0), "asked, and served from before");
    let asked = ASKED.load(Ordering::SeqCst);
    assert_eq!(asked, 3);
    // For half a minute nobody asks again.
    clock.advance(seconds(29));
    assert_eq!(rate("EUR"), Ok(0));
    assert_eq!(ASKED.load(Ordering::SeqCst), asked);
    clock.advance(seconds(1));
    assert_eq!(rate("EUR"), Ok(0));
    assert_eq!(ASKED.load(Ordering::SeqCst), asked + 1);
    // A minute after its end it is too old for that.
    clock.advance(seconds(30));
    assert!(rate("EUR").is_err());
    DOWN.store(0, Ordering::SeqCst);
    assert!(rate("EUR").is_ok_and(|rate| rate > 0));
    let info = rate::cache_info();
    assert_eq!(info.stale, 3);
    assert_eq!(info.hits + info.misses + info.coalesced, 7);
}
