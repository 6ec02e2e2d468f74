//! Timeouts where no executor is known for the background. In a program of its own: an executor is for all.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{AdviceKind, Clock, TimedOut, memoize};

static BEGUN: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicU64 = AtomicU64::new(0);

struct Run;

impl Drop for Run {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::SeqCst);
    }
}

#[memoize(
    ttl = "10s",
    stale_if_error = "1h",
    soft_timeout = "200ms",
    hard_timeout = "2s"
)]
async fn price(item: &str, hangs: bool) -> Result<u64, TimedOut> {
    let run = BEGUN.fetch_add(1, Ordering::SeqCst);
    let _run = Run;
    if hangs && run > 0 {
        pending::<()>().await;
    }
    Ok(item.len() as u64)
}

/// All results of futures that are polled side by side, each once after each step of the clock.
fn poll_all<T>(futures: &mut [std::pin::Pin<Box<dyn Future<Output = T>>>]) -> Vec<Option<T>> {
    let mut context = Context::from_waker(Waker::noop());
    let polls = futures
        .iter_mut()
        .map(|future| future.as_mut().poll(&mut context));
    polls
        .map(|poll| match poll {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        })
        .collect()
}

#[test]
fn the_computation_ends_and_whoever_waits_starts_over() {
    let clock = MockClock::new();
    assert!(price::cache().set_clock(clock.clone()));
    let advised = || {
        let advice = memokit::advice();
        let own = advice
            .iter()
            .filter(|advice| advice.kind == AdviceKind::NoSpawner);
        own.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(poll_all(&mut [Box::pin(price("abc", true))]), [Some(Ok(3))]);
    clock.advance(Duration::from_secs(11));
    let mut first: [std::pin::Pin<Box<dyn Future<Output = _>>>; 1] = [Box::pin(price("abc", true))];
    assert_eq!(poll_all(&mut first), [None]);
    clock.advance(Duration::from_millis(100));
    let mut second: [std::pin::Pin<Box<dyn Future<Output = _>>>; 1] =
        [Box::pin(price("abc", true))];
    assert_eq!(poll_all(&mut second), [None]);
    assert!(advised().is_empty());
    clock.advance(Duration::from_millis(100));
    assert_eq!(poll_all(&mut first), [Some(Ok(3))]);
    assert_eq!(ENDED.load(Ordering::SeqCst), 2, "it was dropped");
    // The other one computes for itself, for as long as is left of its time.
    assert_eq!(poll_all(&mut second), [None]);
    assert_eq!(BEGUN.load(Ordering::SeqCst), 3);
    clock.advance(Duration::from_millis(100));
    assert_eq!(poll_all(&mut second), [Some(Ok(3))]);
    assert_eq!(ENDED.load(Ordering::SeqCst), 3);
    let info = price::cache_info();
    assert_eq!((info.timeouts, info.stale, info.load_failures), (2, 2, 2));
    assert_eq!(clock.timers().unwrap().len(), 0);
    let said = advised();
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("price: computations are dropped when a timeout ends their call"));
    // A key without an older value gets the error.
    let mut call = pin!(price("other", true));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    clock.advance(Duration::from_secs(2));
    let Poll::Ready(Err(timed_out)) = call.as_mut().poll(&mut context) else {
        panic!("its time is up");
    };
    assert_eq!(timed_out.limit, Duration::from_secs(2));
    let mut ready = pin!(poll_fn(|_| Poll::Ready(())));
    assert!(ready.as_mut().poll(&mut context).is_ready());
    assert_eq!(BEGUN.load(Ordering::SeqCst), ENDED.load(Ordering::SeqCst));
}
