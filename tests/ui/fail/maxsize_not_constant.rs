//! The bound is known when the program is compiled.
use memokit::memoize;

fn size() -> usize {
    std::env::args().count()
}

#[memoize(maxsize = size())]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
