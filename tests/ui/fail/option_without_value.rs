//! An option is more than its name.
use memokit::memoize;

#[memoize(ttl)]
fn cube(n: u64) -> u64 {
    n * n * n
}

#[memoize(maxsize = , stats = false)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(cube(2));
}
