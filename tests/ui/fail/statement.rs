//! Inside a body, functions only.
use memokit::memoize;

fn main() {
    #[memoize]
    let square = |n: u64| n * n;
    square(2);
}
