//! All caches of the program: listed, steered and cleared without their types.
//!
//! Names and tags here are used by one test each, as all tests share one registry; what reaches
//! every cache is tested in a program of its own, `tests/program.rs`.

use std::time::Duration;

use memo_core::{Cache, CacheHandle, caches, clear_matching, clear_tag, report};

use crate::support::{PATIENCE, assert_sound, within};

fn named(name: &str) -> Cache<u64, u64> {
    let cache = Cache::builder().name(name).build();
    cache.insert(1, 10);
    cache
}

fn listed(name: &str) -> Vec<CacheHandle> {
    caches()
        .into_iter()
        .filter(|cache| cache.name() == name)
        .collect()
}

#[test]
fn caches_are_listed_while_they_live() {
    let first = named("registry::listed");
    let second = named("registry::listed");
    let clone = first.clone();
    assert_eq!(
        listed("registry::listed").len(),
        2,
        "a clone is the same cache"
    );
    drop(first);
    assert_eq!(listed("registry::listed").len(), 2);
    drop(clone);
    let left = listed("registry::listed");
    assert_eq!(left.len(), 1);
    second.get(&1);
    assert_eq!(left[0].info().hits, 1);
}

#[test]
fn the_order_is_that_of_creation() {
    let kept: Vec<_> = ["c", "a", "b"]
        .map(|last| named(&format!("registry::order::{last}")))
        .into();
    let names: Vec<String> = caches().iter().map(CacheHandle::name).collect();
    let ours: Vec<&String> = names
        .iter()
        .filter(|name| name.starts_with("registry::order::"))
        .collect();
    assert_eq!(
        ours,
        [
            "registry::order::c",
            "registry::order::a",
            "registry::order::b"
        ]
    );
    assert_eq!(kept.len(), 3);
}

#[test]
fn a_cache_without_a_name_gets_one_of_its_own() {
    let (one, two): (Cache<u64, u64>, Cache<u64, u64>) =
        (Cache::builder().build(), Cache::builder().build());
    assert_ne!(one.parameters().name, two.parameters().name);
    assert_eq!(listed(&one.parameters().name).len(), 1);
}

#[test]
fn a_handle_steers() {
    let cache: Cache<u64, u64> = Cache::builder()
        .name("registry::steered")
        .maxsize(10)
        .build();
    let handle = listed("registry::steered")[0];
    (0..20).for_each(|key| cache.insert(key, key));
    assert!(handle.set_maxsize(3));
    assert_eq!((cache.len(), handle.info().currsize), (3, 3));
    assert_eq!(
        cache.iter().map(|(key, _)| key).collect::<Vec<_>>(),
        [17, 18, 19]
    );
    assert!(handle.set_maxsize(None) && handle.set_ttl(Duration::from_secs(5)));
    let parameters = handle.parameters();
    assert_eq!(
        (parameters.maxsize, parameters.ttl),
        (None, Some(Duration::from_secs(5)))
    );
    assert_eq!(parameters, cache.parameters());
    (0..300).for_each(|key| cache.insert(key, key));
    assert_eq!((handle.info().maxsize, handle.info().currsize), (None, 300));
    assert_eq!((handle.clear(), cache.len()), (300, 0));
    assert_sound(&cache);
}

#[test]
fn a_bare_cache_follows_no_bound() {
    let cache = Cache::<u64, u64>::builder().bare().build();
    (0..300).for_each(|key| cache.insert(key, key));
    assert!(!cache.handle().set_maxsize(1));
    assert_eq!((cache.len(), cache.parameters().maxsize), (300, None));
    assert_eq!(
        (cache.parameters().protection, cache.clear()),
        ("bare", 300)
    );
}

#[test]
fn the_handle_of_a_dropped_cache_does_nothing() {
    let cache = named("registry::dropped");
    let handle = cache.handle();
    assert_eq!(handle.name(), "registry::dropped");
    drop(cache);
    assert_eq!(
        (handle.name(), handle.clear(), handle.evict_expired()),
        (String::new(), 0, 0)
    );
    assert!(handle.parameters().name.is_empty() && handle.keys().is_empty());
    assert!(!handle.set_maxsize(1) && !handle.set_ttl(None));
    assert_eq!(handle.info(), memo_core::CacheInfo::default());
}

#[test]
fn a_tag_clears_its_caches() {
    let tagged = |tags: &[&str]| {
        let builder = Cache::<u64, u64>::builder();
        let cache = tags
            .iter()
            .fold(builder, |builder, tag| builder.tag(*tag))
            .build();
        cache.insert(1, 10);
        cache
    };
    let run = tagged(&["registry::run"]);
    let both = tagged(&["registry::user", "registry::run"]);
    let user = tagged(&["registry::user"]);
    let none = tagged(&[]);
    assert_eq!(both.parameters().tags, ["registry::user", "registry::run"]);
    assert_eq!(clear_tag("registry::run"), 2);
    let sizes = [&run, &both, &user, &none].map(Cache::len);
    assert_eq!(sizes, [0, 0, 1, 1]);
    assert_eq!(clear_tag("registry::r*"), 0, "a tag is no pattern");
}

#[test]
fn a_pattern_clears_by_name() {
    let names = ["a::one", "a::two", "b::one", "*"];
    let caches = names.map(|name| named(&format!("registry::glob::{name}")));
    let clear = |pattern: &str| {
        let removed = clear_matching(&format!("registry::glob::{pattern}"));
        let empty = caches.each_ref().map(Cache::is_empty);
        for cache in &caches {
            cache.insert(1, 10);
        }
        (removed, empty)
    };
    assert_eq!(clear("a::*"), (2, [true, true, false, false]));
    assert_eq!(clear("*::one"), (2, [true, false, true, false]));
    assert_eq!(clear("[!a]::???"), (1, [false, false, true, false]));
    assert_eq!(clear(r"\*"), (1, [false, false, false, true]));
    assert_eq!(clear("*"), (4, [true; 4]));
    assert_eq!(clear("a"), (0, [false; 4]));
    assert_eq!(clear(""), (0, [false; 4]));
}

#[test]
fn the_report_has_a_line_for_each_cache() {
    let cache: Cache<u64, u64> = Cache::builder()
        .name("registry::reported")
        .maxsize(64)
        .build();
    for key in [1, 1, 1, 2] {
        cache.get_or_insert_with(&key, || key);
    }
    // It asks every cache, those of all other tests too.
    let report = within(PATIENCE, report);
    let line = report
        .lines()
        .find(|line| line.starts_with("registry::reported"));
    let cells: Vec<&str> = line.unwrap().split_whitespace().collect();
    assert_eq!(
        cells[..9].join(" "),
        "registry::reported 2 2 0 50.0 % 2 64 0"
    );
    assert!(report.starts_with("cache "), "{report}");
    // Of the caches of other tests, mostly.
    let (report, _) = report.split_once("\n\nadvice\n").unwrap_or((&report, ""));
    assert!(
        report.lines().last().unwrap().starts_with("total of "),
        "{report}"
    );
    let lines: Vec<usize> = report.lines().map(|line| line.chars().count()).collect();
    assert!(lines.iter().all(|length| *length == lines[0]), "{report}");
}

#[test]
fn caches_come_and_go_in_many_threads() {
    within(PATIENCE, || {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let cache = named("registry::churn");
                        assert!(!listed("registry::churn").is_empty());
                        assert!(clear_matching("registry::churn") <= 8);
                        assert!(cache.len() <= 1);
                    }
                });
            }
        });
        assert!(listed("registry::churn").is_empty());
    });
}
