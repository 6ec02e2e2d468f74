//! A number or a text for what the code of the function does not show.
use memokit::memoize;

#[memoize(version = 2)]
fn rate(n: u64) -> u64 {
    n
}

#[memoize(version = "tables of spring", maxsize = 10)]
fn tax(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(rate(1) + rate(1) + tax(1), 3);
    assert_eq!(rate::cache_info().hits, 1);
}
