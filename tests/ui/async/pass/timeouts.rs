//! Functions whose calls wait no longer than these say.
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use memokit::{TimedOut, memoize};

type Shared<T> = Result<T, Box<dyn Error + Send + Sync>>;

const LIMIT: Duration = Duration::from_secs(2);

#[memoize(ttl = "1m", stale_while_revalidate = "30s", soft_timeout = "200ms")]
async fn cannot_fail(name: &str) -> usize {
    name.len()
}

#[memoize(ttl = "1m", stale_if_error = "1h", soft_timeout = 0.2, hard_timeout = LIMIT)]
pub async fn by_alias(name: &str, all: &[u8]) -> Shared<usize> {
    Ok(name.len() + all.len())
}

#[memoize(hard_timeout = "2s", handle = boxed_cache)]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = Result<u64, TimedOut>> + Send>> {
    Box::pin(async move { Ok(n) })
}

#[memoize(hard_timeout = "2s")]
async fn generic<T, E>(item: T, _n: u8) -> Result<T, E>
where
    T: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
    E: From<TimedOut> + 'static,
{
    Ok(item)
}

fn is_send<T: Send>(_: &T) {}

fn main() {
    is_send(&cannot_fail("a"));
    is_send(&by_alias("a", &[1]));
    is_send(&by_alias::refresh("a", &[1]));
    is_send(&boxed(1));
    drop(generic::<_, TimedOut>("a".to_owned(), 1));
    assert_eq!(boxed_cache::cache_info().timeouts, 0);
}
