//! Limits beside `maxsize`.
use memokit::memoize;
use std::time::Duration;

const ROOM: usize = 10_000;
const DEEP: usize = 2;

#[memoize(maxsize = None, max_bytes = ROOM, max_entry_bytes = "1KiB")]
fn bytes(n: u64) -> [u64; 4] {
    [n; 4]
}

#[memoize(max_bytes = "1.5GiB", max_entry_bytes = 100)]
fn too_large(n: u64) -> [u64; 40] {
    [n; 40]
}

#[memoize(max_depth = DEEP)]
fn sum_to(n: u64) -> u64 {
    if n == 0 { 0 } else { n + sum_to(n - 1) }
}

#[memoize(min_cost = Duration::from_secs(60), scope = thread)]
fn cheap(n: u64) -> u64 {
    n
}

fn main() {
    for n in 0..1_000 {
        assert_eq!(bytes(n), [n; 4]);
        assert_eq!(too_large(n), [n; 40]);
        assert_eq!(cheap(n), n);
    }
    let info = bytes::cache_info();
    assert!(info.bytes.unwrap() <= 10_000 && info.currsize > 50);
    assert_eq!(bytes::cache_parameters().max_bytes, Some(10_000));
    assert_eq!(too_large::cache_info().rejected, 1_000);
    assert_eq!(sum_to(9), 45);
    assert!(sum_to::contains(&8) && !sum_to::contains(&7));
    assert_eq!(cheap::cache_info().currsize, 0);
}
