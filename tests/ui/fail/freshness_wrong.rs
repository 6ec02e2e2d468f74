//! What is said about the end of results has to have a meaning.
use memokit::memoize;

#[memoize(ttl = "1m", refresh_ahead = 1.5)]
fn part(n: u32) -> u32 {
    n
}

#[memoize(refresh_ahead = 0.8, stale_while_revalidate = "30s", stale_if_error = "1h", jitter = 0.1)]
fn without_an_end(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", early = 0.0)]
fn never_early(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", early = 1.0, refresh_ahead = 0.8)]
fn two_moments(n: u32) -> u32 {
    n
}

const NOT_A_NUMBER: f64 = f64::NAN;

#[memoize(ttl = "1m", early = NOT_A_NUMBER)]
fn no_number(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", stale_while_revalidate = 30s, tti = -1, jitter = "much")]
fn values(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", refresh_ahead = 0.8, scope = thread)]
fn of_a_thread(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", refresh_ahead = 0.8)]
fn lends(name: Option<&str>) -> usize {
    name.map_or(0, str::len)
}

#[memoize(ttl = "1m", refresh_ahead = 0.8, bulk)]
fn many(ids: &[u32]) -> Vec<u32> {
    ids.to_vec()
}

#[memoize(ttl = "1m", adaptive_ttl = ("10s", "1h"))]
fn two_lives(n: u32) -> u32 {
    n
}

#[memoize(adaptive_ttl = ("1h", "10s"))]
fn upside_down(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", err_ttl = "1s")]
fn no_error(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", err_ttl = "1s", cache_err = true)]
fn two_ways(n: u32) -> Result<u32, String> {
    Ok(n)
}

#[memoize(expires = |n: &u32| *n)]
fn no_life(n: u32) -> u32 {
    n
}

struct Service;

impl Service {
    #[memoize(ttl = "1m", refresh_ahead = 0.8, skip(self))]
    fn ask(&self, n: u32) -> u32 {
        n
    }
}

fn main() {}
