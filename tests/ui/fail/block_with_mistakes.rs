//! Every function is read, and all mistakes are reported at once.
use memokit::memoize;

struct Square(u64);

#[memoize]
impl Square {
    #[memoize(maxsze = 10)]
    fn area(&self) -> u64 {
        self.0 * self.0
    }

    #[memoize]
    const fn side(&self) -> u64 {
        self.0
    }

    #[memoize = 10]
    fn perimeter(&self) -> u64 {
        self.0 * 4
    }

    #[memoize]
    fn grow(&mut self) {
        self.0 += 1;
    }

    #[memoize]
    const SIDES: u64 = 4;

    fn fine(&self) -> u64 {
        Self::SIDES
    }
}

fn main() {
    let mut square = Square(2);
    square.area();
    square.side();
    square.perimeter();
    square.grow();
    square.fine();
}
