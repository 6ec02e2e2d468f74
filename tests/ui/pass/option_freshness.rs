//! How long results are good.
use memokit::memoize;
use std::time::Duration;

const PART: f64 = 0.5;
static TIMES: [Duration; 1] = [Duration::from_secs(600)];

#[memoize(ttl = "1h", tti = "10m", jitter = 0.1)]
fn idle(n: u64) -> u64 {
    n
}

#[memoize(tti = || TIMES[0])]
fn idle_as_configured(n: u64) -> u64 {
    n
}

#[memoize(ttl = "1h", jitter = "30s", refresh_ahead = PART)]
fn ahead(name: &str, list: &[u32], n: u64) -> String {
    format!("{name}{list:?}{n}")
}

#[memoize(ttl = "1h", early = 1.5)]
fn early(name: &str) -> usize {
    name.len()
}

#[memoize(ttl = 60, refresh_ahead = 0.8, stale_while_revalidate = Duration::from_secs(30), scope = global)]
fn generic<T: Clone + Eq + std::hash::Hash + Send + Sync + ToString + 'static>(value: T) -> String {
    value.to_string()
}

#[memoize(ttl = 60, stale_if_error = "1h", err_ttl = "5s")]
fn fallible(n: u64) -> Result<u64, String> {
    if n == 0 { Err("none".to_owned()) } else { Ok(n) }
}

#[memoize(expires = life)]
fn own(n: u64) -> u64 {
    n
}

fn life(n: &u64) -> Option<Duration> {
    Some(Duration::from_secs(*n))
}

#[memoize(adaptive_ttl = ("10s", "1h"))]
fn adaptive(n: u64) -> Option<u64> {
    Some(n)
}

struct Service(u64);

impl Service {
    #[memoize(ttl = "1m", tti = "10s", stale_if_error = "1h", key(self = self.0))]
    fn ask(&self) -> Result<u64, String> {
        Ok(self.0)
    }
}

fn main() {
    assert_eq!((idle(1), idle_as_configured(1)), (1, 1));
    assert_eq!(ahead("a", &[1], 2), "a[1]2");
    assert_eq!(early("abc"), 3);
    assert_eq!(generic(3_u8), "3");
    assert!(fallible(0).is_err() && fallible(1) == Ok(1));
    assert!(fallible::contains(&0));
    assert_eq!(own(5), 5);
    assert!(own::entry_info(&5).unwrap().expires_in.unwrap() <= Duration::from_secs(5));
    assert_eq!(adaptive(6), Some(6));
    assert_eq!(Service(7).ask(), Ok(7));
}
