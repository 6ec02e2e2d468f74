//! A public function without documentation is reported once, at its name.
#![deny(missing_docs)]
use memokit::memoize;

#[memoize]
pub fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
