//! A change is a change, awaited or not.
use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Counter(u64);

impl Counter {
    #[memoize]
    async fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    drop(Counter(1).next());
}
