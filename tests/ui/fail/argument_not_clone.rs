//! A key is kept, so an argument behind a reference is cloned.
use memokit::memoize;

#[derive(PartialEq, Eq, Hash)]
struct Point(i32, i32);

#[memoize]
fn norm(point: &Point) -> i32 {
    point.0.abs() + point.1.abs()
}

fn main() {
    norm(&Point(1, 2));
}
