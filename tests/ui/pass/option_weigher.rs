//! A weigher: a closure, with or without the type of its argument, or a function; beside other options.
use memokit::memoize;

#[memoize(weigher = |found: &Vec<u64>| size_of_val(found) + 8 * found.capacity())]
fn by_closure(n: u64) -> Vec<u64> {
    (0..n).collect()
}

#[memoize(weigher = |found| found.len(), max_bytes = "1MiB", cache_if = |found| !found.is_empty())]
fn by_short_closure(n: u64) -> Vec<u64> {
    (0..n).collect()
}

fn size(n: &u64) -> usize {
    size_of_val(n)
}

#[memoize(weigher = size, scope = thread)]
fn by_function(n: u64) -> u64 {
    n
}

#[memoize(weigher = String::capacity)]
fn by_method(n: usize) -> String {
    "n".repeat(n)
}

fn main() {
    by_closure(1);
    by_short_closure(1);
    by_function(1);
    by_method(1);
    assert!(by_method::contains(&1));
}
