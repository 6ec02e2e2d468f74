//! It does not see the arguments of the call.
use memokit::memoize;

#[memoize(cache_if = |square: &u64| *square > n)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
