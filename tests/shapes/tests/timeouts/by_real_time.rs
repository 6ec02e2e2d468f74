//! The system's clock, and tokio.

use std::sync::Mutex;
use std::time::Duration;

use memokit::{TimedOut, memoize};
use tokio::sync::oneshot;

static ANSWER: Mutex<Option<oneshot::Receiver<u64>>> = Mutex::new(None);

#[memoize(hard_timeout = "20ms")]
async fn slow(item: u64) -> Result<u64, TimedOut> {
    let answer = ANSWER.lock().unwrap().take().expect("one run");
    Ok(item + answer.await.unwrap_or(0))
}

/// Bounded by real time, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn on_tokio() {
    // A program of its own for the executor: the other tests have another.
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
    else {
        panic!("a runtime");
    };
    runtime.block_on(async {
        let (sender, receiver) = oneshot::channel();
        *ANSWER.lock().unwrap() = Some(receiver);
        let (first, second) =
            tokio::time::timeout(PATIENCE, async { tokio::join!(slow(1), slow(1)) })
                .await
                .expect("an end");
        let expected = Duration::from_millis(20);
        assert_eq!(first.unwrap_err().limit, expected);
        assert_eq!(second.unwrap_err().limit, expected);
        let third = tokio::spawn(slow(1));
        sender.send(41).expect("it goes on");
        // What is in the background of this thread is polled here.
        let end = async {
            while !slow::contains(&1) {
                crate::support::run_background();
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, end).await.expect("an end");
        // It was in time, or not.
        assert!(matches!(third.await, Ok(Ok(42) | Err(_))));
        assert_eq!(slow(1).await, Ok(42));
    });
}
