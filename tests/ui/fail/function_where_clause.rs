//! A condition on types without parameters.
use memokit::memoize;

#[memoize]
fn square(n: u64) -> u64
where
    u64: Copy,
{
    n * n
}

fn main() {
    square(2);
}
