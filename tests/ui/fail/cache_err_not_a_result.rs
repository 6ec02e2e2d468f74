//! Errors are stored where there can be some.
use memokit::memoize;

#[memoize(cache_err = true)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
