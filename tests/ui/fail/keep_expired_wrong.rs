//! Results are kept for a computation that can ask for them, and for no other.
use memokit::memoize;

#[memoize(keep_expired = "1h")]
fn without_an_end(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", keep_expired = "1h", scope = thread)]
fn of_a_thread(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", keep_expired = "1h", bulk)]
fn many(ids: &[u32]) -> Vec<u32> {
    ids.to_vec()
}

#[memoize(ttl = "1m", keep_expired = "1h", handle = false)]
fn without_a_handle(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1m", keep_expired = "1h")]
fn of_another_type(n: u32) -> u32 {
    let old: Option<String> = of_another_type::previous();
    old.map_or(n, |_| 1)
}

struct Service;

impl Service {
    #[memoize(ttl = "1m", keep_expired = "1h", skip(self))]
    fn ask(&self, n: u32) -> u32 {
        n
    }
}

fn main() {}
