//! A policy of one's own implements the trait.
use memokit::memoize;

#[derive(Default)]
struct Newest;

#[memoize(policy = Newest)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {}
