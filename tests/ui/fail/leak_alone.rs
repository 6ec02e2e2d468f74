//! To free nothing has to be said aloud, and without anything that contradicts it.
use memokit::memoize;

#[memoize(leak)]
fn alone(n: u64) -> u64 {
    n * n
}

#[memoize(leak, oom_protection = cfg!(feature = "safe"))]
fn perhaps(n: u64) -> u64 {
    n * n
}

#[memoize(oom_protection = false, leak = true)]
fn with_value(n: u64) -> u64 {
    n * n
}

fn main() {
    alone(2);
    perhaps(2);
    with_value(2);
}
