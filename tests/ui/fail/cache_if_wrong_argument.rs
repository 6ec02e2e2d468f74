//! Its argument is a reference to the result.
use memokit::memoize;

#[memoize(cache_if = |text: &String| !text.is_empty())]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
