//! So is that of a part.
use memokit::memoize;

#[memoize(key(n = f64::from(n).sqrt()))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(2);
}
