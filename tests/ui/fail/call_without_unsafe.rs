//! An unsafe function stays unsafe, and so do the parts of its handle that run it.
use memokit::memoize;

/// # Safety
/// `n` is small.
#[memoize]
unsafe fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
    square::uncached(2);
    square::refresh(2);
}
