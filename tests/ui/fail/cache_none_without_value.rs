//! What it should be is said.
use memokit::memoize;

#[memoize(cache_none)]
fn half(n: u64) -> Option<u64> {
    n.is_multiple_of(2).then_some(n / 2)
}

fn main() {
    half(2);
}
