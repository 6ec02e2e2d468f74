//! Skipped is skipped.
use memokit::memoize;

#[memoize(skip(verbose, verbose))]
fn square(n: u64, verbose: bool) -> u64 {
    if verbose { n * n } else { n }
}

fn main() {
    square(2, true);
}
