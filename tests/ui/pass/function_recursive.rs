//! Functions that call themselves and each other.
use memokit::memoize;

#[memoize(maxsize = None)]
fn fibonacci(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        fibonacci(n - 1) + fibonacci(n - 2)
    }
}

#[memoize]
fn is_even(n: u64) -> bool {
    n == 0 || is_odd(n - 1)
}

#[memoize]
fn is_odd(n: u64) -> bool {
    n != 0 && is_even(n - 1)
}

fn main() {
    assert_eq!(fibonacci(90), 2_880_067_194_370_816_120);
    assert!(is_even(20) && !is_odd(20));
}
