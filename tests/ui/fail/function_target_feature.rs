//! The handle could not call it.
use memokit::memoize;

#[memoize]
#[target_feature(enable = "sse2")]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    // SAFETY: every processor of this architecture has the feature.
    unsafe { square(2) };
}
