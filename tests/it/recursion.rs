//! Recursion: deep where arguments change, refused where they do not.

use std::panic::catch_unwind;
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use memokit::memoize;

use crate::support::{Runs, message, within_time};

const P: u64 = 1_000_000_007;

#[memoize(maxsize = None)]
fn fib(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        (fib(n - 1) + fib(n - 2)) % P
    }
}

#[test]
fn deep_recursion_is_right() {
    let plain = (0..10_000).fold((0, 1), |(a, b), _| (b, (a + b) % P)).0;
    let memoized = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| fib(10_000))
        .expect("a thread with a large stack")
        .join()
        .expect("no panic");
    assert_eq!(memoized, plain);
    let info = fib::cache_info();
    assert_eq!((info.misses, info.hits), (10_001, 9_998));
}

#[memoize]
fn needs_itself(n: u64) -> u64 {
    needs_itself(n) + 1
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the time until the panic is what is tested"
)]
fn a_function_that_needs_its_own_result_panics() {
    const ATTEMPTS: u64 = 5;
    // Without the time that the default hook takes to print a backtrace.
    static PANICKED: Mutex<Option<Instant>> = Mutex::new(None);
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.to_string().contains("needs_itself") {
            *PANICKED.lock().expect("no panic") = Some(Instant::now());
        }
        print(panic);
    }));
    // The fastest of some attempts: on a busy machine any one may be put off.
    let attempt = |n| {
        let start = Instant::now();
        let panic = catch_unwind(|| needs_itself(n)).expect_err("it has no result");
        let text = message(&*panic);
        assert!(text.contains("recursion::needs_itself"), "{text}");
        assert!(!text.contains('7'), "no argument in a message: {text}");
        let panicked = PANICKED.lock().expect("no panic").expect("it panicked");
        panicked.duration_since(start)
    };
    let took = within_time(move || (70..70 + ATTEMPTS).map(attempt).min());
    assert!(took < Some(Duration::from_millis(100)), "{took:?}");
    let info = needs_itself::cache_info();
    assert_eq!((info.currsize, info.load_failures), (0, ATTEMPTS));
}

static MEET: Barrier = Barrier::new(2);
static MEETINGS: Runs = Runs::new();

/// Waits for the other thread, the first time; who starts over does not.
fn meet() {
    if MEETINGS.add() < 2 {
        MEET.wait();
    }
}

#[memoize]
fn left(n: u64) -> u64 {
    meet();
    right(n) + 1
}

#[memoize]
fn right(n: u64) -> u64 {
    meet();
    left(n) + 1
}

#[test]
fn threads_that_wait_for_each_other_panic() {
    let failed = within_time(|| {
        let one = std::thread::spawn(|| left(1));
        let other = std::thread::spawn(|| right(1));
        [one.join().is_err(), other.join().is_err()]
    });
    assert!(failed[0] || failed[1], "a circle has no result");
    assert_eq!(left::cache_info().currsize, 0);
    assert_eq!(right::cache_info().currsize, 0);
}

#[memoize]
fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

#[memoize]
fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

#[test]
fn functions_may_call_each_other() {
    assert!(even(50) && !odd(50));
}
