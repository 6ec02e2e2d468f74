//! The handle's functions cannot depend on it.
use memokit::memoize;

#[memoize]
fn square(n: u64, #[cfg(any())] scale: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
