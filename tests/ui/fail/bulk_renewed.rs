//! What computes apart from its calls is for one key, and that is all there is to say of it.
use memokit::memoize;

#[memoize(bulk, ttl = "1m", refresh_ahead = 0.5)]
fn scores(ids: &[u64]) -> Vec<u64> {
    ids.to_vec()
}

#[memoize(bulk, hard_timeout = "1s")]
async fn prices(ids: &[u64]) -> Result<Vec<u64>, String> {
    Ok(ids.to_vec())
}

fn main() {
    let _ = (scores(&[1]), prices(&[1]));
}
