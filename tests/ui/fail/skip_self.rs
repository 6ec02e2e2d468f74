//! Not yet: `self`, however it is mentioned.
use memokit::memoize;

struct Square(u64);

impl Square {
    #[memoize(skip(self))]
    fn scaled(&self, by: u64) -> u64 {
        self.0 * by
    }
}

fn main() {
    Square(2).scaled(3);
}
