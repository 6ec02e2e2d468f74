//! The key is made of what the function has.
use memokit::memoize;

#[memoize(key = self.id + n)]
fn whole(n: u64) -> u64 {
    n
}

fn main() {
    whole(1);
}
