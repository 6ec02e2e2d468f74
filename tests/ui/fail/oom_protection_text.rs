//! Protection is a word without quotes.
use memokit::memoize;

#[memoize(oom_protection = "off")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
