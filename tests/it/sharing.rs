//! Callers of one key: one computes, the others wait, and what happens when it goes wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, Mutex, mpsc};

use memokit::memoize;

use crate::support::{Runs, until, within_time};

/// Runs `f` in `n` threads at once and returns what they gave; a panic gives `None`.
fn in_threads<R: Send>(n: usize, f: impl Fn() -> R + Sync) -> Vec<Option<R>> {
    let start = Barrier::new(n);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    catch_unwind(AssertUnwindSafe(&f)).ok()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("caught"))
            .collect()
    })
}

#[test]
fn sixty_four_threads_compute_each_key_once() {
    static RUNS: Runs = Runs::new();
    #[memoize(maxsize = None)]
    fn body(n: u64) -> u64 {
        RUNS.add();
        n * 3
    }
    within_time(|| {
        for round in 1..=20 {
            in_threads(64, || {
                for n in 0..1_000 {
                    assert_eq!(body(n), n * 3);
                }
            });
            assert_eq!(RUNS.get(), 1_000 * round);
            let info = body::cache_info();
            assert_eq!(info.hits + info.misses + info.coalesced, 64_000);
            assert_eq!(info.misses, 1_000);
            assert_eq!(body::cache_clear(), 1_000);
        }
    });
}

#[test]
fn the_bare_store_computes_each_key_once() {
    static RUNS: Runs = Runs::new();
    #[memoize(oom_protection = false)]
    fn body(n: u64) -> u64 {
        RUNS.add();
        n
    }
    within_time(|| {
        for _ in 0..20 {
            in_threads(8, || (0..200).for_each(|n| assert_eq!(body(n), n)));
            body::cache_clear();
        }
    });
    assert_eq!(RUNS.get(), 20 * 200);
}

/// The first `panics` runs panic, each once someone waits for it.
#[test]
fn a_panic_hands_over() {
    static RUNS: Runs = Runs::new();
    const PANICS: usize = 5;
    #[memoize]
    fn body(n: u64) -> u64 {
        assert!(RUNS.add() >= PANICS, "not yet");
        n + 1
    }
    let results = within_time(|| in_threads(32, || body(1)));
    assert_eq!(
        results.iter().filter(|result| result.is_none()).count(),
        PANICS
    );
    assert!(results.iter().flatten().all(|&result| result == 2));
    assert_eq!(RUNS.get(), PANICS + 1);
    let info = body::cache_info();
    assert_eq!(info.load_failures, PANICS as u64);
    assert_eq!(info.hits + info.misses + info.coalesced, 32);
}

/// A value that is not stored goes to those who wait, if it can be cloned.
#[test]
fn an_error_is_handed_to_those_who_wait() {
    static RUNS: Runs = Runs::new();
    static GATE: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);
    #[memoize]
    fn body(n: u64) -> Result<u64, String> {
        RUNS.add();
        if let Some(gate) = GATE.lock().expect("no panic").take() {
            gate.recv().expect("the gate opens");
        }
        Err(format!("no {n}"))
    }
    let (open, gate) = mpsc::channel();
    *GATE.lock().expect("no panic") = Some(gate);
    within_time(move || {
        std::thread::scope(|scope| {
            let leader = scope.spawn(|| body(1));
            until(|| RUNS.get() == 1);
            let waiters: Vec<_> = (0..8).map(|_| scope.spawn(|| body(1))).collect();
            until(|| body::cache_info().waiting == 8);
            open.send(()).expect("the leader waits");
            assert_eq!(leader.join().expect("no panic"), Err("no 1".to_owned()));
            for waiter in waiters {
                assert_eq!(waiter.join().expect("no panic"), Err("no 1".to_owned()));
            }
        });
    });
    assert_eq!(RUNS.get(), 1);
    assert_eq!(body::cache_info().coalesced, 8);
}
