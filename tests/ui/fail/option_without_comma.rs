//! Options are separated by commas.
use memokit::memoize;

#[memoize(maxsize = 10 ttl = "5m")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
