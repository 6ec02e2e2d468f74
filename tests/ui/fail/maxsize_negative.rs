//! A count is not negative; the way to "no bound" is another.
use memokit::memoize;

#[memoize(maxsize = -1)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
