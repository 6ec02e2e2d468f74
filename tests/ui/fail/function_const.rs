//! A cache lives at run time.
use memokit::memoize;

#[memoize]
const fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    const FOUR: u64 = square(2);
    square(FOUR);
}
