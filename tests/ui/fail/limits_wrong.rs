//! Sizes and times have units, in quotes; a bare store has no limits.
use memokit::memoize;

#[memoize(max_bytes = 64MiB)]
fn without_quotes(n: u32) -> u32 {
    n
}

#[memoize(max_bytes = "64", max_entry_bytes = -1, max_depth = "deep", min_cost = 5ms)]
fn values(n: u32) -> u32 {
    n
}

#[memoize(max_bytes = 1_000_u64)]
fn of_other_type(n: u32) -> u32 {
    n
}

#[memoize(oom_protection = false, max_bytes = "1GiB")]
fn bare(n: u32) -> u32 {
    n
}

fn main() {}
