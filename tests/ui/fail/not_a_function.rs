//! The attribute is for functions.
use memokit::memoize;

#[memoize]
struct Square(u64);

#[memoize]
impl Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

#[memoize]
const SQUARE: Square = Square(2);

fn main() {
    SQUARE.area();
}
