//! The switch for the whole program, in processes of their own.

use std::process::Command;
use std::thread;
use std::time::Duration;

use memo_core::testing::MockClock;
use memo_core::{Answer, Cache, is_enabled, read_only, set_enabled, trace};

use super::{answers, call, named};

/// Set in a process of its own for one test, which would disturb the others: to what is expected.
const ALONE: &str = "MEMOKIT_TEST_ALONE";

/// Runs a test of this module again, alone in a process with this environment.
fn alone(test: &str, expected: &str, disable: Option<&str>) {
    let mut child = Command::new(std::env::current_exe().expect("the path of this program"));
    child.args(["--exact", &format!("scope::switch::{test}")]);
    child.env(ALONE, expected).env_remove("MEMOKIT_DISABLE");
    child.envs(disable.map(|value| ("MEMOKIT_DISABLE", value)));
    let output = child.output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let has_passed = output.status.success() && told.contains("1 passed");
    assert!(
        has_passed,
        "MEMOKIT_DISABLE={disable:?}, {expected}: {told}"
    );
}

#[test]
fn the_environment_says_how_a_program_starts() {
    const SELF: &str = "the_environment_says_how_a_program_starts";
    let Ok(expected) = std::env::var(ALONE) else {
        for value in ["1", "true", "TRUE", "yes", "Yes", "on", "ON"] {
            alone(SELF, "off", Some(value));
        }
        for value in [None, Some(""), Some("0"), Some("false"), Some("2")] {
            alone(SELF, "on", value);
        }
        alone(SELF, "set before the first call", Some("1"));
        return;
    };
    let cache = named("scope::environment");
    match &*expected {
        "off" => {
            assert_eq!((call(&cache, 1), call(&cache, 2)), (1, 2));
            assert_eq!((cache.len(), cache.stats().bypassed), (0, 2));
            assert!(!is_enabled());
            set_enabled(true);
        }
        "on" => {}
        _ => set_enabled(true),
    }
    assert_eq!((call(&cache, 3), call(&cache, 4)), (3, 3));
    assert!(is_enabled());
}

#[test]
fn the_switch() {
    if std::env::var_os(ALONE).is_none() {
        alone("the_switch", "on", None);
        return;
    }
    let clock = MockClock::new();
    let cache: Cache<u64, u64> = Cache::builder()
        .ttl(Duration::from_secs(10))
        .clock(clock.clone())
        .build();
    assert!(is_enabled());
    assert_eq!(call(&cache, 1), 1);

    set_enabled(false);
    set_enabled(false);
    assert!(!is_enabled());
    let (value, trace) = trace(|| call(&cache, 2));
    assert_eq!((value, answers(&trace)), (2, vec![Answer::Bypassed]));
    assert_eq!(
        read_only(|| call(&cache, 3)),
        3,
        "off is off in every scope"
    );
    let other = thread::scope(|scope| scope.spawn(|| call(&cache, 4)).join());
    assert_eq!(other.expect("no panic"), 4, "and in every thread");
    assert_eq!(cache.peek(&1), Some(1), "what is stored stays");

    clock.advance(Duration::from_secs(9));
    set_enabled(true);
    assert!(is_enabled());
    assert_eq!(call(&cache, 5), 1, "and is served again");
    set_enabled(false);
    clock.advance(Duration::from_secs(1));
    set_enabled(true);
    assert_eq!(call(&cache, 6), 6, "unless it got too old meanwhile");
    let info = cache.stats();
    assert_eq!((info.hits, info.misses, info.bypassed), (1, 2, 3));
}
