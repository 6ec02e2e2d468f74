//! A bound: a number, a constant, an expression, none, or nothing at all is stored.
use memokit::memoize;

const SIZE: usize = 3;

#[memoize(maxsize = 2)]
fn two(n: u64) -> u64 {
    n
}

#[memoize(maxsize = SIZE * 2)]
fn six(n: u64) -> u64 {
    n
}

#[memoize(maxsize = if cfg!(any()) { 1 } else { usize::MAX })]
fn most(n: u64) -> u64 {
    n
}

#[memoize(maxsize = None)]
fn all(n: u64) -> u64 {
    n
}

#[memoize(maxsize = 0)]
fn nothing(n: u64) -> u64 {
    n
}

#[memoize()]
fn usual(n: u64) -> u64 {
    n
}

fn main() {
    for n in 0..10 {
        assert_eq!(
            two(n) + six(n) + most(n) + all(n) + nothing(n) + usual(n),
            6 * n
        );
    }
    assert_eq!(two::cache_info().currsize, 2);
    assert_eq!(six::cache_info().currsize, 6);
    assert_eq!(most::cache_parameters().maxsize, Some(usize::MAX));
    assert_eq!(all::cache_parameters().maxsize, None);
    assert_eq!(nothing::cache_info().currsize, 0);
    assert_eq!(usual::cache_parameters().maxsize, Some(128));
}
