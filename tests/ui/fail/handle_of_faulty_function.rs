//! The handle is there although an option is wrong.
use memokit::memoize;

#[memoize(maxsize = "many")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
    square::cache_clear();
}
