//! A pattern that does not always match.
use memokit::memoize;

#[memoize]
fn square(Some(n): Option<u64>) -> u64 {
    n * n
}

fn main() {
    square(Some(2));
}
