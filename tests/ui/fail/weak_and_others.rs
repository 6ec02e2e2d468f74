//! `weak` beside options that say otherwise.
use std::sync::Arc;

use memokit::memoize;

#[memoize(weak = true)]
fn with_value(n: u64) -> Arc<u64> {
    Arc::new(n)
}

#[memoize(weak, cache_err = true)]
fn errors(n: u64) -> Result<Arc<u64>, String> {
    Ok(Arc::new(n))
}

#[memoize(weak, err_ttl = "1m")]
fn errors_for_a_while(n: u64) -> Result<Arc<u64>, String> {
    Ok(Arc::new(n))
}

#[memoize(weak, cache_none = false)]
fn nothing(n: u64) -> Option<Arc<u64>> {
    Some(Arc::new(n))
}

#[memoize(weak, oom_protection = false, leak)]
fn for_ever(n: u64) -> Arc<u64> {
    Arc::new(n)
}

#[memoize(weak, ttl = "1h", refresh_ahead = 0.8, stale_while_revalidate = "1m")]
fn renewed(n: u64) -> Arc<u64> {
    Arc::new(n)
}

fn main() {
    (with_value(1), errors(1), errors_for_a_while(1), nothing(1), for_ever(1), renewed(1));
}
