//! What has expired at once is better not stored.
use memokit::memoize;

#[memoize(ttl = 0)]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(ttl = "0s")]
fn cube(n: u64) -> u64 {
    n * n * n
}

fn main() {
    square(cube(2));
}
