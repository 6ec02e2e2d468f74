//! So does that of a function.
use memokit::memoize;

#[memoize]
fn apply(n: u64, f: fn(u64) -> u64) -> u64 {
    f(n)
}

fn main() {
    apply(2, u64::isqrt);
}
