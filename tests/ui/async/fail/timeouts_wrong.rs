//! How long calls wait has to have a meaning.
use std::time::Duration;

use memokit::{TimedOut, memoize};

#[memoize(ttl = "1m", soft_timeout = "200ms")]
async fn nothing_older(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", stale_if_error = "1h", soft_timeout = "2s", hard_timeout = "200ms")]
async fn upside_down(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

const SOON: Duration = Duration::from_millis(5);

#[memoize(ttl = "1m", stale_if_error = "1h", soft_timeout = SOON, hard_timeout = SOON)]
async fn the_same(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

#[memoize(hard_timeout = Duration::ZERO)]
async fn at_once(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

#[memoize(ttl = "1m", stale_if_error = "1h", soft_timeout = 0)]
async fn zero(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

#[memoize(hard_timeout = 2s)]
async fn without_quotes(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

#[memoize(hard_timeout = "2s", scope = thread)]
async fn of_a_thread(n: u32) -> Result<u32, TimedOut> {
    Ok(n)
}

#[memoize(hard_timeout = "2s", bulk)]
async fn many(ids: &[u32]) -> Result<Vec<u32>, TimedOut> {
    Ok(ids.to_vec())
}

#[memoize(hard_timeout = "2s")]
async fn lends(name: Option<&str>) -> Result<usize, TimedOut> {
    Ok(name.map_or(0, str::len))
}

struct Service;

impl Service {
    #[memoize(hard_timeout = "2s", skip(self))]
    async fn ask(&self, n: u32) -> Result<u32, TimedOut> {
        Ok(n)
    }
}

fn main() {}
