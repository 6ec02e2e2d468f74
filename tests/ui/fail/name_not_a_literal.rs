//! A name is known when the program is compiled.
use memokit::memoize;

#[memoize(name = squares)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
