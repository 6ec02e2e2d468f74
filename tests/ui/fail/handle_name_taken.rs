//! A type of the function's name: the handle needs another one.
use memokit::memoize;

enum Shape {
    Square,
}

#[memoize]
#[allow(non_snake_case)]
fn Shape(n: u64) -> u64 {
    n
}

fn main() {
    Shape(Shape::Square as u64);
}
