//! The system's clock, and tokio.

use std::sync::Mutex;
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
