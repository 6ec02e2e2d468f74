//! A mode that is reserved.
use memokit::memoize;

#[memoize(oom_protection = balanced)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
