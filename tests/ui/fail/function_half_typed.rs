//! Half a function is the compiler's to report.
use memokit::memoize;

#[memoize]
fn square(n: u64, ) -> {
    n * n
}

fn main() {}
