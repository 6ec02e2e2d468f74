//! What is expected of a lint happens, whether it looks at the body or at the whole function.
#![deny(warnings)]
use memokit::memoize;

#[memoize]
#[expect(unused_variables)]
fn body(n: u64, unused: u64) -> u64 {
    n
}

#[memoize]
#[expect(dead_code, reason = "nobody calls it")]
fn unused(n: u64) -> u64 {
    n
}

#[memoize]
#[expect(non_snake_case)]
fn Named(n: u64) -> u64 {
    n
}

#[memoize]
#[expect(dead_code, unused_variables)]
fn both(n: u64) {}

fn main() {
    assert_eq!(body(1, 2) + Named(1), 2);
}
