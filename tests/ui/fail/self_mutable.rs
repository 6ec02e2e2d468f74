//! A change that a hit would leave out.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Counter(u64);

impl Counter {
    #[memoize]
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }

    #[memoize(key(self = self.0))]
    fn after(&mut self, n: u64) -> u64 {
        self.0 += n;
        self.0
    }
}

fn main() {
    Counter(1).next();
    Counter(1).after(2);
}
