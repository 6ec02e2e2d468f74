//! Settings from outside of the program's text.

use std::process::Command;
use std::time::Duration;

use memo_core::{AdviceKind, Cache, advice, configure};

/// Set in a process of its own for one test: to the number of that process's case.
const ALONE: &str = "MEMOKIT_TEST_ALONE";

fn named(name: &str) -> Cache<u64, u64> {
    Cache::builder().name(name).maxsize(10).build()
}

#[test]
fn caches_that_are_there_follow_and_those_that_come() {
    let (one, other) = (named("it::follow::one"), named("it::follow::other"));
    (0..5).for_each(|n| one.insert(n, n));
    assert_eq!(configure("follow::one=maxsize=2,ttl=10m"), Ok(1));
    assert_eq!(one.parameters().maxsize, Some(2));
    assert_eq!(one.parameters().ttl, Some(Duration::from_secs(600)));
    assert_eq!(one.len(), 2, "what is too much leaves at once");
    assert_eq!(other.parameters().maxsize, Some(10));

    assert_eq!(configure("it::follow::*=maxsize=none"), Ok(2));
    let later = named("it::follow::later");
    for cache in [&one, &other, &later] {
        assert_eq!(cache.parameters().maxsize, None);
    }
}

#[test]
fn the_later_rule_holds() {
    configure("it::order::*=maxsize=1;it::order::special=maxsize=2").expect("two rules");
    let (plain, special) = (named("it::order::plain"), named("it::order::special"));
    assert_eq!(plain.parameters().maxsize, Some(1));
    assert_eq!(special.parameters().maxsize, Some(2));
    assert_eq!(configure("it::order::*=maxsize=3"), Ok(2));
    assert_eq!(special.parameters().maxsize, Some(3));
    assert_eq!(named("it::order::special").parameters().maxsize, Some(3));
    // What one says of itself is later still.
    assert!(plain.handle().set_maxsize(4));
    assert_eq!(plain.parameters().maxsize, Some(4));
}

#[test]
fn a_cache_that_is_not_enabled_stores_nothing_and_keeps_its_bound() {
    let cache = named("it::enabled");
    cache.insert(1, 10);
    assert_eq!(configure("it::enabled=enabled=false"), Ok(1));
    assert!(cache.is_empty());
    assert_eq!(cache.get_or_insert_with(&1, || 11), 11);
    assert_eq!(cache.get_or_insert_with(&1, || 12), 12);
    assert_eq!(configure("it::enabled=maxsize=5"), Ok(1));
    assert_eq!(cache.parameters().maxsize, Some(0));
    assert_eq!(configure("it::enabled=enabled=true"), Ok(1));
    assert_eq!(cache.parameters().maxsize, Some(5));
    assert_eq!(cache.get_or_insert_with(&1, || 13), 13);
    assert_eq!(cache.get_or_insert_with(&1, || 14), 13);
}

#[test]
fn a_cache_without_limits_is_not_counted_and_named() {
    let bare: Cache<u64, u64, _> = Cache::builder().name("it::unable::bare").bare().build();
    let bounded = named("it::unable::bounded");
    assert_eq!(configure("it::unable::*=maxsize=3"), Ok(1));
    assert_eq!(bounded.parameters().maxsize, Some(3));
    let is_named = || {
        let unable = |kind| kind == AdviceKind::CannotFollow;
        let advice = advice();
        let mut names = advice.iter().filter(|own| unable(own.kind));
        names.any(|own| own.cache == "it::unable::bare")
    };
    assert!(is_named());
    drop(bare);
    assert!(!is_named());
    let able: Cache<u64, u64, _> = Cache::builder().name("it::able").bare().build();
    assert_eq!(configure("it::able=ttl=1s"), Ok(1), "it has a time to live");
    drop(able);
}

#[test]
fn nothing_changes_where_something_is_wrong() {
    let cache = named("it::wrong");
    let error = configure("it::wrong=maxsize=1;it::wrong=ttl=soon").expect_err("`soon`");
    assert!(error.to_string().starts_with("`ttl=soon`: "), "{error}");
    assert_eq!(cache.parameters().maxsize, Some(10));
    assert_eq!(named("it::wrong").parameters().maxsize, Some(10));
}

#[test]
fn a_name_that_no_cache_has_is_told_of() {
    assert_eq!(configure("it::nobody::*=maxsize=1"), Ok(0));
    let is_named = || {
        let advice = advice();
        let mut unknown = advice
            .iter()
            .filter(|own| own.kind == AdviceKind::UnknownName);
        unknown.any(|own| own.cache == "it::nobody::*")
    };
    assert!(is_named());
    let somebody = named("it::nobody::now");
    assert!(!is_named());
    drop(somebody);
}

/// Runs a test of this module again, alone in a process with this environment; what it writes.
fn alone(test: &str, case: &str, environment: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().expect("the path of this program"));
    child.args(["--exact", "--nocapture", &format!("configure::{test}")]);
    child.env(ALONE, case).envs(environment.iter().copied());
    let output = child.output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    let has_passed = output.status.success() && told.contains("1 passed");
    assert!(has_passed, "{environment:?}: {told}{complaints}");
    complaints
}

#[test]
fn the_environment_has_rules() {
    const SELF: &str = "the_environment_has_rules";
    if std::env::var_os(ALONE).is_none() {
        let rules =
            "env::a=maxsize=5000,ttl=10m;env::b=maxsize=nothing,ttl=1s;env::c;env::*=ttl=2s";
        let complaints = alone(SELF, "rules", &[("MEMOKIT_CACHES", rules)]);
        assert_eq!(complaints.matches("`maxsize=nothing`").count(), 1);
        assert_eq!(
            complaints
                .matches("memokit: MEMOKIT_CACHES: `env::c`")
                .count(),
            1
        );
        return;
    }
    let (a, b) = (named("env::a"), named("env::b"));
    assert_eq!(a.parameters().maxsize, Some(5_000));
    assert_eq!(a.parameters().ttl, Some(Duration::from_secs(2)));
    assert_eq!(b.parameters().maxsize, Some(10));
    assert_eq!(
        configure("env::a=ttl=none"),
        Ok(1),
        "what is said later holds"
    );
    assert_eq!(a.parameters().ttl, None);
    let malformed: Vec<_> = advice()
        .into_iter()
        .filter(|advice| advice.kind == AdviceKind::Malformed)
        .collect();
    assert_eq!(malformed.len(), 2);
    assert!(
        malformed
            .iter()
            .all(|advice| advice.cache == "MEMOKIT_CACHES")
    );
}

#[test]
fn a_limit_that_cannot_be_understood_is_told_of() {
    const SELF: &str = "a_limit_that_cannot_be_understood_is_told_of";
    if std::env::var_os(ALONE).is_none() {
        let complaints = alone(SELF, "limit", &[("MEMOKIT_MEMORY_LIMIT", "12 apples")]);
        assert_eq!(complaints.matches("unknown unit `apples`").count(), 1);
        return;
    }
    assert!(memo_core::memory::limit() > 0);
    let advice = advice();
    assert_eq!(advice.len(), 1);
    assert_eq!(advice[0].kind, AdviceKind::Malformed);
    assert_eq!(advice[0].cache, "MEMOKIT_MEMORY_LIMIT");
    assert!(advice[0].message.contains("`apples`"));
    assert!(memo_core::report().ends_with(&format!("\nadvice\n- {}\n", advice[0])));
}
