//! Arguments are called by their names.
use memokit::{invalidates, memoize};

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

#[invalidates(square(m))]
fn save(n: u64) -> u64 {
    n
}

fn main() {
    save(square(2));
}
