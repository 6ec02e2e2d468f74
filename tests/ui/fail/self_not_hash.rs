//! `self` is an argument like others; there are four ways out.
use memokit::memoize;

struct Square(u64);

impl Square {
    #[memoize]
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    Square(2).area();
}
