//! A number in a string needs its unit; a bare number is seconds.
use memokit::memoize;

#[memoize(ttl = "300")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
