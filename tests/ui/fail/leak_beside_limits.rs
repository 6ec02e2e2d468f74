//! What stays for ever neither gives way nor ends.
use memokit::memoize;

#[memoize(oom_protection = false, leak, maxsize = 10, ttl = "1h", scope = thread)]
fn limited(n: u64) -> u64 {
    n * n
}

#[memoize(oom_protection = false, leak, cache_if = |n: &Option<u64>| n.is_some(), cache_none = false)]
fn chosen(n: u64) -> Option<u64> {
    n.checked_mul(n)
}

#[memoize(oom_protection = false, leak, bulk)]
fn many(ns: &[u64]) -> Vec<u64> {
    ns.to_vec()
}

struct Square(u64);

impl Square {
    #[memoize(oom_protection = false, leak, key(self = self.0))]
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

fn main() {
    limited(2);
    chosen(2);
    many(&[2]);
    Square(2).area();
}
