//! A trait's own functions are memoized one by one.
use memokit::memoize;

#[memoize]
trait Shape {
    #[memoize(skip(self))]
    fn sides(&self) -> u64 {
        4
    }
}

impl Shape for u64 {}

fn main() {
    4_u64.sides();
}
