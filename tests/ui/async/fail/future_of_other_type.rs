//! A future in a type of one's own is a result, and results are cloned.
use std::future::{Ready, ready};

use memokit::memoize;

#[memoize]
fn square(n: u64) -> Ready<std::cell::Cell<u64>> {
    ready(std::cell::Cell::new(n * n))
}

fn main() {
    drop(square(2));
}
