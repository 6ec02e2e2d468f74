//! A computed time to live comes from what the whole program can see.
use memokit::memoize;
use std::time::Duration;

#[memoize(ttl = || Duration::from_secs(n))]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
