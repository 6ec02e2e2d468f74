//! Many options, in any order, over lines and with a comma at the end.
use memokit::memoize;

#[memoize(
    stats = true,
    key = (user.to_lowercase(), n),
    skip(verbose),
    cache_err = true,
    cache_if = |found: &Result<usize, String>| found.as_ref().is_ok_and(|n| *n > 0),
    ttl = "5m",
    name = "rights",
    tags("users"),
    scope = global,
    maxsize = 10,
    oom_protection = true,
    handle = rights_cache,
    crate = ::memokit,
)]
fn rights(user: &str, n: usize, verbose: bool) -> Result<usize, String> {
    if verbose && user.is_empty() {
        Err("who?".to_owned())
    } else {
        Ok(user.len() * n)
    }
}

fn main() {
    assert_eq!(rights("Ada", 2, false), Ok(6));
    assert!(rights_cache::contains("ADA", &2));
    assert!(rights("", 1, true).is_err());
    assert_eq!(rights_cache::cache_info().currsize, 1);
}
