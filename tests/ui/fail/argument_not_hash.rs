//! A type of one's own without `Hash` and `Eq`.
use memokit::memoize;

#[derive(Clone)]
struct Point(i32, i32);

#[memoize]
fn norm(point: Point) -> i32 {
    point.0.abs() + point.1.abs()
}

fn main() {
    norm(Point(1, 2));
}
