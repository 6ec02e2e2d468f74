//! `None` is left out where there can be one.
use memokit::memoize;

#[memoize(cache_none = false)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
