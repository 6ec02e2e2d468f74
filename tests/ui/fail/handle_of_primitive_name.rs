//! A handle called `u64` would hide the type.
use memokit::memoize;

#[memoize]
fn u64(n: u32) -> u32 {
    n
}

fn main() {
    u64(2);
}
