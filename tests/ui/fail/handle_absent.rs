//! Without a handle there is no way to ask for its figures.
use memokit::memoize;

#[memoize(handle = false)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
    square::cache_info();
}
