//! All mistakes of one attribute are reported at once, each at its place.
use memokit::memoize;

#[memoize(
    maxsze = 10,
    ttl = "5 parsecs",
    stats = "no",
    skip(),
    name = "",
    scope = process,
    floats = "exact",
    cache_if = true,
    handle = 7,
    ttl = 3,
)]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    square(2);
}
