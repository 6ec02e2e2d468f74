//! The arguments are those of the memoized function.
use memokit::{invalidates, memoize};

#[memoize]
fn square(n: u64) -> u64 {
    n * n
}

#[invalidates(square(name))]
fn save(name: &str) -> usize {
    name.len()
}

fn main() {
    save("2");
    square(2);
}
