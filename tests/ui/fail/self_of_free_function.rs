//! A function outside of any type has no `self`, and an associated one has not either.
use memokit::memoize;

#[memoize(skip(self))]
fn skipped(n: u64) -> u64 {
    n
}

#[memoize(key(self = self.id))]
fn part(n: u64) -> u64 {
    n
}

struct Square;

#[memoize]
impl Square {
    #[memoize(skip(self))]
    fn area(side: u64) -> u64 {
        side * side
    }
}

#[memoize(skip(this))]
fn none() -> u64 {
    1
}

fn main() {
    skipped(1);
    part(1);
    Square::area(2);
    none();
}
