//! What is named has to be memoized.
use memokit::invalidates;

fn square(n: u64) -> u64 {
    n * n
}

#[invalidates(square(n))]
fn save(n: u64) -> u64 {
    n
}

fn main() {
    save(square(2));
}
