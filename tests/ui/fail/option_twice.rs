//! Each option is given once.
use memokit::memoize;

#[memoize(ttl = "5m", maxsize = 10, ttl = "1h")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
