//! Scopes of tasks: in place at every poll, and away in between.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::trace::{Record, Recording};
use super::{Entered, Mode, Trace};

/// [`bypass`](crate::bypass) for a future: its memoized calls run their functions as if there were
/// no caches. Needs the feature `async`.
///
/// The scope goes with the future, from thread to thread, and holds while it is dropped too. Tasks
/// that are spawned inside are outside.
///
/// # Examples
/// ```
/// # use memo_core as memokit;
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(value) => value,
/// #         std::task::Poll::Pending => unreachable!(),
/// #     }
/// # }
/// # block_on(async {
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// let load = async || cache.get_or_insert_with_async(&3, async || 9).await;
/// assert_eq!(memokit::bypass_async(load()).await, 9);
/// assert!(cache.is_empty());
/// # });
/// ```
pub fn bypass_async<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Scoped::new(future, Scope::Mode(Mode::Bypass))
}

/// [`read_only`](crate::read_only) for a future: its memoized calls are answered from their caches
/// where they can be; what is missing there is computed and not stored. Needs the feature `async`.
///
/// What [`bypass_async`] says about scopes of futures holds here too.
///
/// # Examples
/// ```
/// # use memo_core as memokit;
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(value) => value,
/// #         std::task::Poll::Pending => unreachable!(),
/// #     }
/// # }
/// # block_on(async {
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// cache.insert(3, 9);
/// let load = async |n| cache.get_or_insert_with_async(&n, async || n + 1).await;
/// assert_eq!(memokit::read_only_async(load(3)).await, 9);
/// assert_eq!(memokit::read_only_async(load(4)).await, 5);
/// assert_eq!(cache.len(), 1);
/// # });
/// ```
pub fn read_only_async<F: Future>(future: F) -> impl Future<Output = F::Output> {
    Scoped::new(future, Scope::Mode(Mode::ReadOnly))
}

/// [`trace`](crate::trace()) for a future: tells which memoized calls it made and how they were
/// answered. Needs the feature `async`.
///
/// What [`bypass_async`] says about scopes of futures holds here too.
///
/// # Examples
/// ```
/// # use memo_core as memokit;
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(value) => value,
/// #         std::task::Poll::Pending => unreachable!(),
/// #     }
/// # }
/// # block_on(async {
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// let load = cache.get_or_insert_with_async(&3, async || 9);
/// let (value, trace) = memokit::trace_async(load).await;
/// assert_eq!(value, 9);
/// assert_eq!(trace.calls[0].answer, memokit::Answer::Miss);
/// # });
/// ```
pub fn trace_async<F: Future>(future: F) -> impl Future<Output = (F::Output, Trace)> {
    let record = Record::new();
    Traced {
        scoped: Scoped::new(future, Scope::Trace(Arc::clone(&record))),
        record,
    }
}

enum Scope {
    Mode(Mode),
    Trace(Arc<Record>),
}

/// Keeps a scope in place.
enum InPlace {
    #[allow(dead_code, reason = "held for its drop")]
    Mode(Entered),
    #[allow(dead_code, reason = "held for its drop")]
    Trace(Recording),
}

impl Scope {
    fn enter(&self) -> InPlace {
        match self {
            Self::Mode(mode) => InPlace::Mode(Entered::new(*mode)),
            Self::Trace(record) => InPlace::Trace(Recording::new(record)),
        }
    }
}

pin_project! {
    struct Scoped<F> {
        // Taken out when it is ready or dropped, to drop it in its scope.
        #[pin]
        future: Option<F>,
        scope: Scope,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                let _in_place = this.scope.enter();
                this.future.set(None);
            }
        }
    }
}

impl<F> Scoped<F> {
    fn new(future: F, scope: Scope) -> Self {
        Self {
            future: Some(future),
            scope,
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            panic!("polled after it was ready");
        };
        let _in_place = this.scope.enter();
        let output = ready!(future.poll(cx));
        this.future.set(None);
        Poll::Ready(output)
    }
}

pin_project! {
    struct Traced<F> {
        #[pin]
        scoped: Scoped<F>,
        record: Arc<Record>,
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = (F::Output, Trace);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let output = ready!(this.scoped.poll(cx));
        Poll::Ready((output, this.record.take()))
    }
}
