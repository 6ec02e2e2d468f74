//! A declaration has no results.
use memokit::memoize;

trait Shape {
    #[memoize]
    fn area(&self) -> u64;
}

struct Square(u64);

impl Shape for Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Square(2).area();
}
