//! The store is chosen by a word or a constant; limits beside a constant that is not a literal are fine.
use memokit::memoize;

const SAFE: bool = false;

#[memoize(oom_protection = false)]
fn bare(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = true, maxsize = 10)]
fn protected(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = balanced, maxsize = 10, max_bytes = "1MiB", policy = sieve, ttl = "1h")]
fn balanced(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = SAFE || cfg!(any()), maxsize = 10)]
fn chosen(n: u64) -> u64 {
    n
}

#[memoize(oom_protection = false, maxsize = None)]
fn bare_aloud(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(bare(1) + protected(1) + balanced(1) + chosen(1) + bare_aloud(1), 5);
    assert_eq!(bare::cache_parameters().maxsize, None);
    assert_eq!(protected::cache_parameters().maxsize, Some(10));
    assert_eq!(balanced::cache_parameters().maxsize, Some(10));
    assert_eq!(balanced::cache_parameters().protection, "balanced");
    assert_eq!(chosen::cache_parameters().maxsize, None);
    assert_eq!(bare_aloud::cache_parameters().maxsize, None);
}
