//! Settings hold for a type as a whole, whatever `Self` is.
use std::time::Duration;

use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u64);

impl Square {
    const BOUND: usize = 10;
    const TIME: Duration = Duration::from_secs(1);
    const SAFE: bool = true;

    #[memoize(maxsize = Self::BOUND)]
    fn one(&self) -> u64 {
        self.0
    }

    #[memoize(ttl = Self::TIME)]
    fn two(&self) -> u64 {
        self.0
    }

    #[memoize(oom_protection = Self::SAFE)]
    fn three(&self) -> u64 {
        self.0
    }
}

fn main() {
    let square = Square(2);
    square.one() + square.two() + square.three();
}
