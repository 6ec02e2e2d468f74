//! A duration with a unit is a string.
use memokit::memoize;

#[memoize(ttl = 5m)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
