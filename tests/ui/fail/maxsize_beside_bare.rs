//! The bare store has no limits.
use memokit::memoize;

#[memoize(oom_protection = false, maxsize = 100)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
