//! Protection is one of three words, or a constant; other words are answered with the one that is meant.
use memokit::memoize;

#[memoize(oom_protection = ballanced)]
fn slip(n: u64) -> u64 {
    n * n
}

#[memoize(oom_protection = off)]
fn word_of_others(n: u64) -> u64 {
    n * n
}

#[memoize(oom_protection = 2)]
fn number(n: u64) -> u64 {
    n * n
}

#[memoize(oom_protection = balanced, leak)]
fn leaking(n: u64) -> u64 {
    n * n
}

fn main() {
    slip(2);
    word_of_others(2);
    number(2);
    leaking(2);
}
