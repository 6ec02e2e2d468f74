//! Futures that a test polls itself.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::Notify;

use crate::support::Runs;

/// Counts how often it was woken.
#[derive(Debug, Default)]
pub(super) struct Wakes(AtomicUsize);

impl Wakes {
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A future that goes on only when a test says so.
pub(super) struct Polled<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    wakes: Arc<Wakes>,
}

impl<'a, T: PartialEq + Debug> Polled<'a, T> {
    pub(super) fn new(future: impl Future<Output = T> + 'a) -> Self {
        Self {
            future: Box::pin(future),
            wakes: Arc::default(),
        }
    }

    /// Polled once, and suspended.
    pub(super) fn suspended(future: impl Future<Output = T> + 'a) -> Self {
        let mut polled = Self::new(future);
        polled.assert_pending();
        polled
    }

    pub(super) fn poll(&mut self) -> Poll<T> {
        let waker = Waker::from(Arc::clone(&self.wakes));
        self.poll_with(&waker)
    }

    pub(super) fn poll_with(&mut self, waker: &Waker) -> Poll<T> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    /// How often it was woken, other than through `poll_with`.
    pub(super) fn wakes(&self) -> usize {
        self.wakes.get()
    }

    #[track_caller]
    pub(super) fn assert_pending(&mut self) {
        assert_eq!(self.poll(), Poll::Pending);
    }

    #[track_caller]
    pub(super) fn assert_ready(&mut self, value: T) {
        assert_eq!(self.poll(), Poll::Ready(value));
    }

    /// The message of the panic at the next poll.
    #[track_caller]
    pub(super) fn panic(&mut self) -> String {
        let panic = catch_unwind(AssertUnwindSafe(|| self.poll())).expect_err("no panic");
        match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(other) => (*other.downcast_ref::<&str>().unwrap_or(&"")).to_owned(),
        }
    }
}

/// The result of a future that is never suspended.
#[track_caller]
pub(super) fn now<T: PartialEq + Debug>(future: impl Future<Output = T>) -> T {
    match Polled::new(future).poll() {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("suspended"),
    }
}

/// A computation that ends when a test lets it.
#[derive(Debug, Default)]
pub(super) struct Hold {
    runs: Runs,
    running: AtomicUsize,
    go_on: Notify,
}

impl Hold {
    pub(super) async fn compute<T>(&self, value: T) -> T {
        self.runs.add();
        self.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(&self.running);
        self.go_on.notified().await;
        value
    }

    /// Lets one computation end, the present or else the next one.
    pub(super) fn release(&self) {
        self.go_on.notify_one();
    }

    /// How many computations have begun.
    pub(super) fn runs(&self) -> usize {
        self.runs.get()
    }

    /// How many have begun and neither ended nor been dropped.
    pub(super) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }
}

struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Makes a memoized `async fn $f(key: u64, hold: &Hold) -> u64`, which gives twice the key.
macro_rules! held {
    ($f:ident $(, $($option:tt)+)?) => {
        #[memoize(skip(hold) $(, $($option)+)?)]
        async fn $f(key: u64, hold: &Hold) -> u64 {
            hold.compute(key * 2).await
        }
    };
}
pub(super) use held;
