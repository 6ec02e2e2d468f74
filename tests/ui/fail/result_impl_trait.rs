//! A result has a type that can be named.
use memokit::memoize;

#[memoize]
fn evens(n: u64) -> impl Iterator<Item = u64> {
    (0..n).step_by(2)
}

fn main() {
    evens(2).count();
}
