//! Features of newer editions in bodies and signatures.
use memokit::memoize;

#[memoize]
fn chained(text: &str) -> Option<u64> {
    if let Some(first) = text.split(' ').next()
        && let Ok(n) = first.parse::<u64>()
    {
        return Some(n);
    }
    let Some((_, rest)) = text.split_once(' ') else {
        return None;
    };
    chained(rest)
}

#[memoize]
fn constants(pair: (&str, [u8; 1 + 1])) -> usize {
    const { assert!(size_of::<u8>() == 1) };
    pair.0.len() + pair.1.len()
}

#[memoize]
fn raw(text: &str) -> String {
    let r#gen = c"text".count_bytes();
    format!("{text}{gen}", gen = r#gen)
}

#[memoize]
fn labelled(n: u64) -> u64 {
    let found = 'search: {
        for candidate in 2..n {
            if n.is_multiple_of(candidate) {
                break 'search candidate;
            }
        }
        n
    };
    found
}

fn main() {
    assert_eq!(chained("a b 3"), Some(3));
    assert_eq!(constants(("ab", [1, 2])), 4);
    assert_eq!(raw("a"), "a4");
    assert_eq!(labelled(15), 3);
}
