//! All caches of the program together. Other tests run beside these, so they only look at caches
//! of their own, and nothing here calls `clear_all`.

use memokit::memoize;

#[memoize(tags("program-run"))]
fn tagged(n: u64) -> u64 {
    n
}

#[memoize(tags("program-run", "program-user"), name = "program-names::one")]
fn twice_tagged(n: u64) -> u64 {
    n
}

#[memoize(name = "program-names::two")]
fn named(n: u64) -> u64 {
    n
}

#[test]
fn tags_and_patterns() {
    let fill = || (tagged(1), twice_tagged(1), named(1));
    fill();
    assert_eq!(memokit::clear_tag("program-run"), 2);
    assert_eq!(tagged::cache_info().misses, 1, "counters stay");
    assert_eq!(tagged::cache_info().removals.explicit, 1);
    fill();
    assert_eq!(memokit::clear_tag("program-user"), 1);
    fill();
    assert_eq!(memokit::clear_matching("program-names::*"), 2);
    assert_eq!(
        memokit::clear_matching("program-names"),
        0,
        "a pattern matches whole names"
    );
    assert_eq!(memokit::clear_tag("program-nobody"), 0);
}

#[memoize(name = "program::before")]
fn unused(n: u64) -> u64 {
    n
}

#[test]
fn a_cache_is_listed_once_it_was_used() {
    let is_listed = || {
        memokit::caches()
            .iter()
            .any(|cache| cache.name() == "program::before")
    };
    assert!(!is_listed());
    assert_eq!(
        unused::cache_info().maxsize,
        Some(128),
        "but its settings are known before"
    );
    assert_eq!(unused::cache_clear(), 0);
    assert!(unused::set_maxsize(7));
    unused(1);
    assert!(is_listed());
    assert_eq!(unused::cache_info().maxsize, Some(7));
    assert!(memokit::report().contains("program::before"));
}
