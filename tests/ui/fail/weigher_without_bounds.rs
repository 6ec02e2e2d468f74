//! The bare store asks nobody.
use memokit::memoize;

#[memoize(oom_protection = false, weigher = |square: &u64| size_of_val(square))]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
