//! There are two scopes.
use memokit::memoize;

#[memoize(scope = process)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
