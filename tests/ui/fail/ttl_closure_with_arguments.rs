//! A computed time to live is the same for all results.
use memokit::memoize;

#[memoize(ttl = |n: u64| std::time::Duration::from_secs(n))]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(tti = |n: u64| std::time::Duration::from_secs(n))]
fn thrice(n: u64) -> u64 {
    3 * n
}

fn main() {
    thrice(1);
    square(2);
}
