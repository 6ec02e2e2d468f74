//! A cache for each thread needs a key, too, though not a `Send` one.
use std::cell::Cell;

use memokit::memoize;

struct Square(Cell<u64>);

impl Square {
    #[memoize(scope = thread)]
    fn area(&self) -> u64 {
        self.0.get() * self.0.get()
    }
}

fn main() {
    Square(Cell::new(2)).area();
}
