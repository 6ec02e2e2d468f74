//! Fibonacci numbers by their definition: memoization turns an exponential recursion into a linear one.
//!
//! ```sh
//! cargo run --release --example fibonacci
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use memokit::memoize;

/// Results are taken modulo this prime: the 10,000th number itself has 2,090 digits.
const PRIME: u64 = 1_000_000_007;
const SMALL: u32 = 35;
const LARGE: u32 = 10_000;
/// A memoized recursion needs more stack per level than a plain one; 10,000 levels fit with room.
const STACK: usize = 64 << 20;

/// Each number is asked for twice and computed once. There is no bound: the recursion comes back for
/// every number.
#[memoize(maxsize = None)]
fn fib(n: u32) -> u64 {
    if n < 2 {
        u64::from(n)
    } else {
        (fib(n - 1) + fib(n - 2)) % PRIME
    }
}

/// The same definition, without the attribute. (`fib::uncached` would not do: the calls in its body go
/// to the cache.)
fn plain_fib(n: u32) -> u64 {
    if n < 2 {
        u64::from(n)
    } else {
        (plain_fib(n - 1) + plain_fib(n - 2)) % PRIME
    }
}

fn iterative_fib(n: u32) -> u64 {
    let (mut this, mut next) = (0, 1);
    for _ in 0..n {
        (this, next) = (next, (this + next) % PRIME);
    }
    this
}

fn main() {
    let (expected, plain) = timed(|| plain_fib(black_box(SMALL)));
    let (value, memoized) = timed(|| fib(black_box(SMALL)));
    assert_eq!(value, expected, "memoized and plain results are equal");
    println!("fib({SMALL}) = {value}: plain {plain:.2?}, memoized {memoized:.2?}");
    println!(
        "speed-up {:.0}x",
        plain.as_secs_f64() / memoized.as_secs_f64()
    );

    fib::cache_clear();
    let worker = thread::Builder::new().stack_size(STACK);
    let deep = worker.spawn(|| timed(|| fib(LARGE)));
    let (value, time) = deep
        .expect("the system starts a thread")
        .join()
        .expect("the recursion returns");
    assert_eq!(value, iterative_fib(LARGE), "the loop finds the same");
    println!("fib({LARGE}) mod {PRIME} = {value}: {time:.2?}, {LARGE} levels deep");

    let info = fib::cache_info();
    assert_eq!(info.misses, u64::from(LARGE) + 1, "each number once");
    println!("{info}");
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}
