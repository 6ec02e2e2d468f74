//! Results that a function can ask for when it is to replace them.
use memokit::memoize;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

#[memoize(ttl = "1m", keep_expired = "1h")]
fn plain(n: u64) -> u64 {
    plain::previous().map_or(n, memokit::not_modified)
}

#[memoize(ttl = "1m", keep_expired = HOUR, refresh_ahead = 0.8)]
fn fallible(name: &str) -> Result<String, std::num::ParseIntError> {
    match fallible::previous() {
        Some(Ok(old)) => Ok(memokit::not_modified(old)),
        Some(Err(_)) | None => name.parse::<u32>().map(|n| n.to_string()),
    }
}

#[memoize(expires = |_: &Option<T>| None, keep_expired = 60)]
fn generic<'a, T: Clone + Eq + std::hash::Hash + Send + Sync + 'static>(value: &'a T) -> Option<T>
where
    T: std::fmt::Debug,
{
    generic::previous::<T>().unwrap_or_else(|| Some(value.clone()))
}

#[memoize(ttl = "1m", keep_expired = "1h", handle = optional_cache, cache_none = false)]
fn optional(n: u64) -> Option<u64> {
    optional_cache::previous().flatten().or(Some(n))
}

// That it never asks is no mistake.
#[memoize(ttl = "1m", keep_expired = "1h")]
pub fn silent(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(plain(1), 1);
    assert_eq!(fallible("2").unwrap(), "2");
    assert!(fallible("x").is_err());
    assert_eq!(generic(&3_u8), Some(3));
    assert_eq!(optional(4), Some(4));
    assert_eq!(silent(5), 5);
    assert_eq!(plain::refresh(1), 1);
}
