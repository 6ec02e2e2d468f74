//! What is served because of an error needs a function that can fail.
use memokit::memoize;

type Fallible<T> = Result<T, String>;

#[memoize(ttl = "5m", stale_if_error = "1h")]
fn can_fail(n: u32) -> Fallible<u32> {
    Ok(n)
}

#[memoize(ttl = "5m", stale_if_error = "1h")]
fn cannot(n: u32) -> Option<u32> {
    Some(n)
}

#[memoize(ttl = "5m", err_ttl = "1m")]
fn has_no_errors(n: u32) -> u32 {
    n
}

fn main() {}
