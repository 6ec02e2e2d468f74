//! Every mistake is shown, each where it is.
use memokit::{invalidates, memoize};

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

#[invalidates(square, tags = "run", 1 + 2, all(), matching(square), square(n) square(n))]
fn save(n: u64) -> u64 {
    n
}

fn main() {
    save(square(2));
}
