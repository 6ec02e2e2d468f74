//! The system's clock, and tokio.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use memokit::{TimedOut, memoize};
use tokio::sync::oneshot;

use crate::support::set_spawner;

static ANSWER: Mutex<Option<oneshot::Receiver<u64>>> = Mutex::new(None);

#[memoize(hard_timeout = "20ms")]
async fn slow(item: u64) -> Result<u64, TimedOut> {
    let answer = ANSWER.lock().unwrap().take().expect("one run");
    Ok(item + answer.await.unwrap_or(0))
}

/// Bounded by real time, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_tokio() {
    set_spawner();
    let (sender, receiver) = oneshot::channel();
    *ANSWER.lock().unwrap() = Some(receiver);
    let both = async { tokio::join!(tokio::spawn(slow(1)), tokio::spawn(slow(1))) };
    let (first, second) = tokio::time::timeout(PATIENCE, both).await.expect("an end");
    for result in [first, second] {
        let timed_out = result.expect("no panic").unwrap_err();
        assert_eq!(timed_out.limit, Duration::from_millis(20));
    }
    assert!(!slow::contains(&1));
    sender.send(41).expect("it goes on");
    let end = async {
        while !slow::contains(&1) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, end).await.expect("a result");
    assert_eq!(slow(1).await, Ok(42));
    let info = slow::cache_info();
    assert_eq!((info.timeouts, info.hits, info.load_successes), (2, 1, 1));
}

static STORM_RUNS: AtomicU64 = AtomicU64::new(0);
static STORM_ENDS: AtomicU64 = AtomicU64::new(0);

/// Counts ends, by a drop too.
struct Run;

impl Drop for Run {
    fn drop(&mut self) {
        STORM_ENDS.fetch_add(1, Ordering::SeqCst);
    }
}

#[memoize(
    ttl = "1ms",
    stale_if_error = "1h",
    soft_timeout = "50us",
    hard_timeout = "200us"
)]
async fn stormy(item: u64) -> Result<u64, TimedOut> {
    let run = STORM_RUNS.fetch_add(1, Ordering::SeqCst);
    let _run = Run;
    // Some are in time, some are not.
    for _ in 0..run % 7 * 40 {
        tokio::task::yield_now().await;
    }
    Ok(item)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_of_calls() {
    set_spawner();
    let storm = async {
        let call = |task: u64| async move {
            for n in 0..40 {
                let item = (task + n) % 8;
                let call = stormy(item);
                if n % 10 == 9 {
                    // Given up, at whatever moment.
                    let _ = tokio::time::timeout(Duration::from_micros(60), call).await;
                    continue;
                }
                // An error is one of time.
                if let Ok(value) = call.await {
                    assert_eq!(value, item);
                }
                if task == 3 {
                    stormy::invalidate(&item);
                }
            }
        };
        let tasks: Vec<_> = (0..64).map(|task| tokio::spawn(call(task))).collect();
        for task in tasks {
            task.await.expect("no panic");
        }
        // What goes on in the background comes to an end.
        while STORM_RUNS.load(Ordering::SeqCst) > STORM_ENDS.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, storm).await.expect("an end");
    let info = stormy::cache_info();
    assert_eq!(info.calls(), 64 * 40);
    assert_eq!(info.waiting, 0);
    assert!(info.timeouts <= info.misses + info.coalesced);
}
