//! On a block, the attribute is for the functions inside that have one, too.
use memokit::memoize;

struct Square(u64);

#[memoize]
impl Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Square(2).area();
}
