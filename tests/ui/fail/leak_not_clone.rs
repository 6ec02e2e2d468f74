//! A result that stays is stored as any other.
use memokit::memoize;

struct Large;

#[memoize(oom_protection = false, leak)]
fn large(n: u64) -> Large {
    let _ = n;
    Large
}

fn main() {
    large(2);
}
