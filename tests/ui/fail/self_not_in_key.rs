//! The whole key is the whole key: the object is forgotten on purpose only.
use memokit::memoize;

struct Scale(u64);

impl Scale {
    #[memoize(key = n % 10)]
    fn digit(&self, n: u64) -> u64 {
        self.0 * (n % 10)
    }
}

fn main() {
    Scale(2).digit(12);
}
