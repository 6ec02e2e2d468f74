//! Options that are reserved are not taken for slips.
use memokit::memoize;

#[memoize(weak, tti = "1m", refresh_ahead)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
