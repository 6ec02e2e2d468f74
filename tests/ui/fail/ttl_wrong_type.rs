//! A constant for the time to live is a `Duration`.
use memokit::memoize;

const MINUTES: u64 = 5;

#[memoize(ttl = MINUTES)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
