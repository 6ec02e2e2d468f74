//! Results of every ordinary kind.
use memokit::memoize;
use std::error::Error;
use std::fmt::Display;
use std::sync::Arc;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[memoize]
fn boxed_error(text: &str) -> Fallible<u64> {
    Ok(text.parse()?)
}

#[memoize]
fn shared(n: u64) -> Arc<dyn Display + Send + Sync> {
    Arc::new(n)
}

#[memoize]
fn slice(n: u64) -> Arc<[u64]> {
    (0..n).collect()
}

#[memoize]
fn function(n: u64) -> fn(u64) -> u64 {
    if n == 0 { |n| n } else { |n| n + 1 }
}

#[memoize]
fn unit(n: u64) {
    assert!(n < 10);
}

#[memoize]
fn nested(n: u64) -> Option<Result<u64, String>> {
    Some(n.checked_sub(1).ok_or_else(|| "small".to_owned()))
}

fn main() {
    assert_eq!(boxed_error("2").unwrap(), 2);
    assert!(boxed_error("a").is_err());
    assert_eq!(shared(1).to_string(), "1");
    assert_eq!(*slice(2), [0, 1]);
    assert_eq!(function(1)(1), 2);
    unit(1);
    assert!(unit::contains(&1));
    assert_eq!(nested(0), Some(Err("small".to_owned())));
    assert!(nested::contains(&0));
}
