//! Values of the attribute's options.

use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

const SIZE: usize = 3;
const HOUR: Duration = Duration::from_secs(3_600);
const SAFE: bool = true;

#[memoize(maxsize = SIZE * 2)]
fn by_constant(n: u64) -> u64 {
    n
}

#[memoize(maxsize = None)]
fn unbounded(n: u64) -> u64 {
    n
}

#[memoize(maxsize = 0)]
fn nothing(n: u64) -> u64 {
    n
}

#[memoize(maxsize = 1)]
fn one(n: u64) -> u64 {
    n
}

#[memoize(maxsize = usize::MAX)]
fn huge(n: u64) -> u64 {
    n
}

#[memoize]
fn usual(n: u64) -> u64 {
    n
}

#[memoize(ttl = "1h")]
fn usual_with_ttl(n: u64) -> u64 {
    n
}

#[test]
fn maxsize() {
    for n in 0..300 {
        by_constant(n);
        unbounded(n);
        nothing(n);
        one(n);
        huge(n);
        usual(n);
    }
    assert_eq!(by_constant::cache_info().currsize, 6);
    assert_eq!(unbounded::cache_info().currsize, 300);
    assert_eq!(unbounded::cache_info().maxsize, None);
    let info = nothing::cache_info();
    assert_eq!(
        (info.hits, info.misses, info.currsize, info.rejected),
        (0, 300, 0, 300)
    );
    assert_eq!(one::cache_info().currsize, 1);
    assert!(one::contains(&299));
    assert_eq!(huge::cache_info().currsize, 300);
    assert_eq!(huge::cache_info().maxsize, Some(usize::MAX));
    assert_eq!(usual::cache_info().currsize, 128);
    assert_eq!(usual_with_ttl(1), 1);
    assert_eq!(usual_with_ttl::cache_parameters().maxsize, Some(128));
}

macro_rules! with_ttl {
    ($name:ident, $ttl:expr) => {
        #[memoize(ttl = $ttl)]
        fn $name(n: u64) -> u64 {
            n
        }
    };
}
with_ttl!(text, "1h30m");
with_ttl!(millis, "250ms");
with_ttl!(number, 300);
with_ttl!(fraction, 1.5);
with_ttl!(constant, HOUR);
with_ttl!(expression, Duration::from_secs(2 * 60));
with_ttl!(zero, Duration::ZERO);
with_ttl!(longest, Duration::MAX);
with_ttl!(shortest, Duration::from_nanos(1));
#[memoize(ttl = || Duration::from_secs(std::env::args().count() as u64))]
fn computed(n: u64) -> u64 {
    n
}
with_ttl!(of_a_function, ttl_of_the_day());

fn ttl_of_the_day() -> Duration {
    Duration::from_secs(std::env::args().count() as u64)
}

#[test]
fn ttl() {
    let of = |parameters: memokit::CacheParameters| parameters.ttl.expect("there is one");
    assert_eq!(of(text::cache_parameters()), Duration::from_secs(5_400));
    assert_eq!(of(millis::cache_parameters()), Duration::from_millis(250));
    assert_eq!(of(number::cache_parameters()), Duration::from_secs(300));
    assert_eq!(
        of(fraction::cache_parameters()),
        Duration::from_millis(1_500)
    );
    assert_eq!(of(constant::cache_parameters()), HOUR);
    assert_eq!(of(expression::cache_parameters()), Duration::from_secs(120));
    assert!(of(computed::cache_parameters()) >= Duration::from_secs(1));
    assert_eq!((text(1), millis(1), number(1), fraction(1)), (1, 1, 1, 1));
    assert_eq!((constant(1), expression(1), computed(1)), (1, 1, 1));
    assert_eq!(of_a_function(1), 1);
    assert!(of(of_a_function::cache_parameters()) >= Duration::from_secs(1));

    assert_eq!(of(zero::cache_parameters()), Duration::ZERO);
    assert_eq!((zero(1), zero(1)), (1, 1));
    assert_eq!(zero::cache_info().hits, 0, "it has expired at once");
    assert_eq!((longest(1), longest(1)), (1, 1));
    assert_eq!(longest::cache_info().hits, 1);
    assert_eq!(shortest(1), 1);
}

macro_rules! with_tti {
    ($name:ident, $tti:expr) => {
        #[memoize(tti = $tti)]
        fn $name(n: u64) -> u64 {
            n
        }
    };
}
with_tti!(idle_text, "1h30m");
with_tti!(idle_number, 300);
with_tti!(idle_constant, HOUR);
with_tti!(idle_of_a_function, ttl_of_the_day());
with_tti!(idle_for_ever, Duration::MAX);
#[memoize(tti = || ttl_of_the_day())]
fn idle_computed(n: u64) -> u64 {
    n
}

#[test]
fn tti() {
    let of = |parameters: memokit::CacheParameters| parameters.tti.expect("there is one");
    assert_eq!(
        of(idle_text::cache_parameters()),
        Duration::from_secs(5_400)
    );
    assert_eq!(
        of(idle_number::cache_parameters()),
        Duration::from_secs(300)
    );
    assert_eq!(of(idle_constant::cache_parameters()), HOUR);
    assert_eq!(of(idle_of_a_function::cache_parameters()), ttl_of_the_day());
    assert_eq!(of(idle_computed::cache_parameters()), ttl_of_the_day());
    assert_eq!(idle_for_ever::cache_parameters().tti, None);
    assert_eq!(text::cache_parameters().tti, None);
    assert_eq!((idle_text(1), idle_number(1), idle_constant(1)), (1, 1, 1));
    assert_eq!((idle_of_a_function(1), idle_for_ever(1)), (1, 1));
    let clock = MockClock::new();
    assert!(idle_computed::cache().set_clock(clock.clone()));
    assert_eq!(idle_computed(1), 1);
    clock.advance(ttl_of_the_day() - Duration::from_nanos(1));
    assert!(idle_computed::contains(&1));
    clock.advance(Duration::from_nanos(1));
    assert!(!idle_computed::contains(&1));
}

#[memoize(oom_protection = true)]
fn protected(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = balanced, maxsize = 3, max_entry_bytes = 500)]
fn balanced(n: usize) -> String {
    "v".repeat(n)
}

#[memoize(oom_protection = balanced, scope = thread, maxsize = None, max_bytes = "1KiB")]
fn balanced_of_thread(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = SAFE && cfg!(any()), maxsize = 5)]
fn chosen(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = { SAFE })]
fn by_block(n: u64) -> u64 {
    n
}

#[test]
fn oom_protection() {
    assert_eq!((protected(1), chosen(1), by_block(1)), (1, 1, 1));
    assert_eq!(protected::cache_parameters().protection, "protected");
    assert_eq!(chosen::cache_parameters().protection, "bare");
    assert_eq!(
        chosen::cache_parameters().maxsize,
        None,
        "limits are ignored when it is off"
    );
    assert_eq!(by_block::cache_parameters().protection, "protected");
}

#[test]
fn balanced_bounds_by_the_size_of_a_node() {
    assert_eq!(balanced::cache_parameters().protection, "balanced");
    for n in [0, 1_000, 100_000, 10] {
        assert_eq!(balanced(n).len(), n);
        let info = balanced::entry_info(&n);
        let bytes = info.and_then(|info| info.bytes).unwrap();
        assert!(bytes < 200, "{bytes} for a node and its share of the index");
    }
    let info = balanced::cache_info();
    assert_eq!(
        (info.currsize, info.rejected),
        (3, 0),
        "what hangs on a node is not measured"
    );
    assert!(balanced::set_maxsize(2));
    assert_eq!(balanced::cache_info().currsize, 2);
    balanced::prime(&7, "v".repeat(10_000));
    assert!(
        balanced::entry_info(&7).is_some(),
        "nor of what is put in by hand"
    );

    (0..100).for_each(|n| assert_eq!(balanced_of_thread(n), n));
    let info = balanced_of_thread::cache_info();
    assert!(info.bytes.unwrap() <= 1 << 10);
    assert!((10..20).contains(&info.currsize), "{info:?}");
    assert_eq!(info.removals.memory + info.currsize as u64, 100);
}

#[memoize(
    name = "options::of-my-own",
    tags("options-a", "options-b"),
    stats = false
)]
fn named(n: u64) -> u64 {
    n
}

#[test]
fn name_tags_stats() {
    named(1);
    named(1);
    let info = named::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (0, 0, 1));
    let parameters = named::cache_parameters();
    assert_eq!(parameters.name, "options::of-my-own");
    assert_eq!(parameters.tags, ["options-a", "options-b"]);
}

#[memoize(handle = config_cache)]
fn config(n: u64) -> u64 {
    n + config::OFFSET
}

mod config {
    pub(super) const OFFSET: u64 = 10;
}

#[memoize(handle = false)]
fn without_handle(n: u64) -> u64 {
    n
}

#[memoize(crate = ::memokit)]
fn by_path(n: u64) -> u64 {
    n
}

#[test]
fn handle_and_crate() {
    assert_eq!((config(1), config(1)), (11, 11));
    assert_eq!(config_cache::cache_info().hits, 1);
    assert_eq!((without_handle(1), by_path(1)), (1, 1));
    assert!(
        memokit::caches()
            .iter()
            .any(|cache| cache.name().ends_with("::without_handle"))
    );
}
