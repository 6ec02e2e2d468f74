//! The handle beside each function.

use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

use crate::support::Runs;

mod inner {
    use memokit::memoize;

    #[memoize(maxsize = 10)]
    pub(crate) fn visible(n: u64) -> u64 {
        n + 1
    }

    pub(crate) mod deeper {
        #[memokit::memoize]
        pub(in crate::handle) fn within(n: u64) -> u64 {
            n + 2
        }
    }
}
use inner::deeper::within as renamed;
use inner::visible;

#[test]
fn function_and_handle_are_imported_together() {
    assert_eq!(visible(1), 2);
    assert_eq!(visible::peek(&1), Some(2));
    assert_eq!(renamed(1), 3);
    assert_eq!(renamed::cache_info().currsize, 1);
    assert_eq!([1, 2].into_iter().map(visible).sum::<u64>(), 5);
    assert!(visible::cache().name().ends_with("handle::inner::visible"));
}

static RUNS: Runs = Runs::new();

#[memoize(maxsize = 100)]
fn length(word: &str, add: usize) -> usize {
    RUNS.add();
    word.len() + add
}

#[test]
fn every_function_of_the_handle() {
    assert_eq!(length("ab", 1), 3);
    assert_eq!(length("ab", 1), 3);
    assert_eq!(
        length::cache_info().to_string(),
        "CacheInfo(hits=1, misses=1, maxsize=100, currsize=1)"
    );
    assert!((length::cache_info().hit_rate() - 0.5).abs() < 1e-9);

    assert!(length::contains("ab", &1) && !length::contains("ab", &2));
    assert_eq!(
        (length::peek("ab", &1), length::peek("ab", &2)),
        (Some(3), None)
    );
    let info = length::entry_info("ab", &1).expect("it is there");
    assert_eq!((info.hits, info.expires_in), (None, None));
    assert!(info.bytes > Some(64), "with its node: {:?}", info.bytes);
    assert_eq!(length::cache_info().hits, 1, "looking does not count");

    length::prime("ab", &2, 40);
    assert_eq!(length("ab", 2), 40);
    assert_eq!(length::refresh("ab", 2), 4);
    assert_eq!(length("ab", 2), 4);
    let runs = RUNS.get();
    assert_eq!(length::uncached("ab", 2), 4);
    assert_eq!(RUNS.get(), runs + 1);

    assert_eq!(length::keys(), [r#"("ab", 1)"#, r#"("ab", 2)"#]);
    assert!(length::invalidate("ab", &1));
    assert!(!length::invalidate("ab", &1));
    assert_eq!(
        length::invalidate_if(|value: &usize, info| *value == 4 && info.age >= Duration::ZERO),
        1
    );
    assert_eq!(length::cache_info().removals.explicit, 2);
    assert_eq!(length::cache_info().removals.replaced, 1);

    let parameters = length::cache_parameters();
    assert_eq!((parameters.maxsize, parameters.ttl), (Some(100), None));
    assert_eq!(parameters.protection, "protected");
    assert!(
        parameters
            .location
            .is_some_and(|(file, _)| file.ends_with("handle.rs"))
    );

    for add in 0..10 {
        length("x", add);
    }
    assert!(length::set_maxsize(3));
    assert_eq!(length::cache_info().currsize, 3);
    assert_eq!(
        length::keys(),
        [r#"("x", 7)"#, r#"("x", 8)"#, r#"("x", 9)"#]
    );
    assert!(length::set_maxsize(None));
    assert_eq!(length::cache_info().maxsize, None);
    assert_eq!(length::cache_clear(), 3);
    assert_eq!(length::cache_info(), {
        let mut empty = memokit::CacheInfo::default();
        empty.maxsize = None;
        empty.bytes = Some(0);
        empty
    });
}

#[memoize(ttl = "10s")]
fn timed(n: u64) -> u64 {
    RUNS.add();
    n
}

#[test]
fn time_to_live() {
    let clock = MockClock::new();
    assert!(timed::cache().set_clock(clock.clone()));
    timed(1);
    clock.advance(Duration::from_nanos(9_999_999_999));
    assert!(timed::contains(&1));
    timed(1);
    let info = timed::entry_info(&1).expect("it is there");
    assert_eq!(info.age, Duration::from_nanos(9_999_999_999));
    assert_eq!(info.idle, Some(Duration::ZERO));
    assert_eq!(info.expires_in, Some(Duration::from_nanos(1)));
    clock.advance(Duration::from_nanos(1));
    assert!(!timed::contains(&1), "gone at exactly ten seconds");
    assert_eq!(timed::cache_info().currsize, 1, "but not removed yet");
    assert_eq!(timed::evict_expired(), 1);
    timed(1);
    let info = timed::cache_info();
    assert_eq!((info.hits, info.misses, info.expirations()), (1, 2, 1));

    assert!(timed::set_ttl(Duration::from_secs(1)));
    timed(2);
    clock.advance(Duration::from_secs(1));
    assert!(
        timed::contains(&1) && !timed::contains(&2),
        "what was there keeps its deadline"
    );
    assert!(timed::set_ttl(None));
    timed(2);
    clock.advance(Duration::from_secs(1_000_000));
    assert!(timed::contains(&2));
    assert!(!timed::cache().set_clock(clock), "once only");
}

#[memoize(oom_protection = false)]
fn bare(n: u64) -> u64 {
    n
}

#[test]
fn the_bare_store_has_no_bound() {
    for n in 0..1_000 {
        bare(n);
    }
    let info = bare::cache_info();
    assert_eq!(
        (info.currsize, info.maxsize, info.evictions()),
        (1_000, None, 0)
    );
    assert!(!bare::set_maxsize(10));
    assert_eq!(bare::cache_parameters().protection, "bare");
    assert!(bare::invalidate(&1));
    assert_eq!(bare::cache_clear(), 999);
}

#[test]
fn nested_functions() {
    #[memoize]
    fn fib(n: u32) -> u64 {
        if n < 2 {
            u64::from(n)
        } else {
            fib(n - 1) + fib(n - 2)
        }
    }
    assert_eq!(fib(80), 23_416_728_348_467_685);
    assert_eq!(fib::cache_info().misses, 81);
    let _: memokit::CacheHandle = fib::cache();
}
