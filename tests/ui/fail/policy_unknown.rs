//! Policies are names without quotes; a slip is told from a type of one's own.
use memokit::memoize;

#[memoize(policy = seive)]
fn slip(n: u32) -> u32 {
    n
}

#[memoize(policy = "lru")]
fn quoted(n: u32) -> u32 {
    n
}

#[memoize(policy = random)]
fn unheard_of(n: u32) -> u32 {
    n
}

#[memoize(oom_protection = false, policy = sieve)]
fn bare(n: u32) -> u32 {
    n
}

fn main() {}
