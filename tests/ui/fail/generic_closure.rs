//! A closure by its parameter is no more a key than by `impl Fn`.
use memokit::memoize;

#[memoize]
fn apply<F: Fn(u64) -> u64>(n: u64, f: F) -> u64 {
    f(n)
}

#[memoize]
fn applied<F>(n: u64, f: F) -> u64
where
    F: Fn(u64) -> u64,
{
    f(n)
}

#[memoize]
fn boxed(n: u64, f: Box<dyn Fn(u64) -> u64>) -> u64 {
    f(n)
}

fn main() {
    apply(2, |n| n + 1);
    applied(2, |n| n + 1);
    boxed(2, Box::new(|n| n + 1));
}
