//! An async function has nothing that reads in place.
use memokit::memoize;

#[memoize]
async fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square::with(2, |n| *n);
    let _ = square(2);
}
