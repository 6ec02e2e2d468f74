//! Not yet: type parameters.
use memokit::memoize;

#[memoize]
fn double<T: Clone>(value: T) -> (T, T) {
    (value.clone(), value)
}

#[memoize]
fn zeros<const N: usize>() -> [u8; N] {
    [0; N]
}

fn main() {
    double(zeros::<2>());
}
