//! What is skipped must be there.
use memokit::memoize;

#[memoize(skip(verbos))]
fn square(n: u64, verbose: bool) -> u64 {
    if verbose { n * n } else { n }
}

#[memoize(skip(log))]
fn cube(n: u64) -> u64 {
    n * n * n
}

fn main() {
    square(cube(2), true);
}
