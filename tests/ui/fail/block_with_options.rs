//! Options are each function's own.
use memokit::memoize;

struct Square(u64);

#[memoize(maxsize = 10, skip(self))]
impl Square {
    #[memoize(skip(self))]
    fn area(&self) -> u64 {
        self.0
    }
}

fn main() {
    Square(2).area();
}
