//! Nor is a float under another name, which the compiler finds out.
use memokit::memoize;

type Metres = f64;

#[memoize]
fn square(side: Metres) -> Metres {
    side * side
}

fn main() {
    square(2.0);
}
