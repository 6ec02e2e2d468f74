//! More arguments than a tuple of the standard library has traits for.
#![deny(warnings, clippy::pedantic)]
#![expect(clippy::many_single_char_names, clippy::too_many_arguments)]
use memokit::memoize;

#[memoize]
fn sum(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
    m: &str,
    n: Option<&str>,
) -> usize {
    let numbers = [a, b, c, d, e, f, g, h, i, j, k, l];
    numbers.iter().map(|n| usize::from(*n)).sum::<usize>() + m.len() + n.map_or(0, str::len)
}

fn main() {
    assert_eq!(
        sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "m", Some("n")),
        80
    );
    assert_eq!(sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "m", None), 79);
    assert_eq!(sum::cache_info().currsize, 2);
}
