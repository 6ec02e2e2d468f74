//! It is asked about a result, and about nothing else.
use memokit::memoize;

#[memoize(weigher = 100)]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(weigher = |n: &u64, square: &u64| 8)]
fn of_both(n: u64) -> u64 {
    n * n
}

#[memoize(weigher = |text: &String| text.len())]
fn of_other_type(n: u64) -> u64 {
    n * n
}

fn main() {}
