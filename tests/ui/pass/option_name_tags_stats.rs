//! Name and groups for reports and clears; counters can be off.
use memokit::memoize;

#[memoize(name = "prices of today", tags("prices", "today"))]
fn price(n: u64) -> u64 {
    n
}

#[memoize(stats = false, tags("today",))]
fn quiet(n: u64) -> u64 {
    n
}

#[memoize(stats = true)]
fn counted(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(price(1) + quiet(1) + counted(1) + counted(1), 4);
    assert_eq!(price::cache().name(), "prices of today");
    assert_eq!(price::cache_parameters().tags, ["prices", "today"]);
    assert_eq!(quiet::cache_info().misses, 0);
    assert_eq!(counted::cache_info().hits, 1);
    assert_eq!(memokit::clear_tag("today"), 2);
    assert!(counted::contains(&1));
}
