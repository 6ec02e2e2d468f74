//! A constant for the protection is a `bool`.
use memokit::memoize;

const SAFE: u8 = 1;

#[memoize(oom_protection = SAFE)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
