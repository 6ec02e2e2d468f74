//! A condition: a closure, with or without the type of its argument, or a function.
use memokit::memoize;

#[memoize(cache_if = |found: &Vec<u64>| !found.is_empty())]
fn by_closure(n: u64) -> Vec<u64> {
    (0..n).collect()
}

#[memoize(cache_if = |found| !found.is_empty())]
fn by_short_closure(n: u64) -> Vec<u64> {
    (0..n).collect()
}

fn is_even(n: &u64) -> bool {
    n.is_multiple_of(2)
}

#[memoize(cache_if = is_even)]
fn by_function(n: u64) -> u64 {
    n
}

#[memoize(cache_if = Result::is_err, cache_err = true)]
fn by_method(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    for n in 0..2 {
        assert_eq!(by_closure(n), by_short_closure(n));
        by_function(n);
    }
    assert!(!by_closure::contains(&0) && by_closure::contains(&1));
    assert!(!by_short_closure::contains(&0) && by_short_closure::contains(&1));
    assert!(by_function::contains(&0) && !by_function::contains(&1));
    assert!(by_method("1").is_ok() && by_method("a").is_err());
    assert!(!by_method::contains("1") && by_method::contains("a"));
}
