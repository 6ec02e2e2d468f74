//! `entry_stats` is a flag.
use memokit::memoize;

#[memoize(entry_stats = true)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
