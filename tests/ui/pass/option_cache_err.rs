//! Errors can be kept, and need not be `Clone` if they are not.
use memokit::memoize;
use std::num::ParseIntError;

type Parsed<T> = Result<T, ParseIntError>;

#[memoize(cache_err = true)]
fn kept(text: &str) -> Parsed<u64> {
    text.parse()
}

#[memoize(cache_err = false)]
fn dropped(text: &str) -> Parsed<u64> {
    text.parse()
}

#[memoize]
fn size_of(path: &str) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn main() {
    assert!(kept("a").is_err() && kept::contains("a"));
    assert!(dropped("a").is_err() && !dropped::contains("a"));
    assert_eq!(dropped("2"), Ok(2));
    assert_eq!(dropped::peek("2"), Some(Ok(2)));
    assert!(size_of("/no/such/file").is_err());
}
