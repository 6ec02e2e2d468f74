//! References for ever are for caches that free nothing.
use memokit::memoize;

#[memoize(oom_protection = false)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
    square::get_ref(2);
}
