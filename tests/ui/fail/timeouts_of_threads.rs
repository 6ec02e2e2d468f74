//! A thread cannot leave what it computes.
use memokit::memoize;

#[memoize(ttl = "1m", stale_if_error = "1h", soft_timeout = "200ms", hard_timeout = "2s")]
fn price(n: u32) -> Result<u32, String> {
    Ok(n)
}

fn main() {
    let _ = price(1);
}
