//! Calls of tasks: the same steps as a thread's, with waiting by `Poll::Pending`.
//!
//! Nothing here knows an executor. A hit is answered before any of this.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::miss::Miss;
use crate::engine::Home;
use crate::nesting::InsideShared;
use crate::singleflight::Flight;

/// A call that was no hit: a future for the value, or for the duty to compute it.
///
/// Dropped while it waits, it leaves its place; dropped with the duty, it passes that on.
#[must_use = "futures do nothing unless polled"]
pub struct Turn<R, C: Home>(Option<Miss<R, C>>);

impl<R, C: Home> Turn<R, C> {
    pub(super) fn new(miss: Miss<R, C>) -> Self {
        Self(Some(miss))
    }
}

/// No part of it is pinned: what it waits for is in a box of its own.
impl<R, C: Home> Unpin for Turn<R, C> {}

impl<R, C: Home> Future for Turn<R, C> {
    type Output = Result<R, TaskLead<R, C>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let Some(miss) = &mut self.0 else {
                panic!("polled after it was ready");
            };
            let value = match std::task::ready!(miss.poll(cx)) {
                Some(landing) => match miss.advance(landing) {
                    None => continue,
                    value => value,
                },
                None => None,
            };
            return Poll::Ready(match (value, self.0.take()) {
                (None, Some(miss)) => Err(TaskLead(miss)),
                (Some(value), _) => Ok(value),
                (None, None) => unreachable!("it was there when it was polled"),
            });
        }
    }
}

/// The duty of a task to compute a value of type `R`. Dropped without one, it passes on to a caller
/// that waits.
#[must_use]
pub struct TaskLead<R, C: Home>(Miss<R, C>);

impl<R, C: Home> TaskLead<R, C> {
    pub(super) fn new(miss: Miss<R, C>) -> Self {
        Self(miss)
    }

    /// Computes the value by this future, and stores it if it is to be kept.
    pub fn run<F: Future<Output = R>>(mut self, body: F) -> Leading<R, C, F> {
        let flight = self.0.lead().map(|raw| raw.flight());
        Leading {
            body: Within {
                body: Some(body),
                flight,
            },
            lead: Some(self),
        }
    }
}

pin_project! {
    /// The computation of a value by a task. Dropped before it has ended, it passes the duty on.
    #[must_use = "futures do nothing unless polled"]
    pub struct Leading<R, C: Home, F> {
        // Before the lead: what the body holds is free when the next caller begins.
        #[pin]
        body: Within<F>,
        lead: Option<TaskLead<R, C>>,
    }
}

impl<R, C: Home, F> Leading<R, C, F> {
    /// The call that computes, until it has.
    pub(super) fn miss(&self) -> Option<&Miss<R, C>> {
        self.lead.as_ref().map(|TaskLead(miss)| miss)
    }

    pub(super) fn miss_mut(self: Pin<&mut Self>) -> Option<&mut Miss<R, C>> {
        self.project().lead.as_mut().map(|TaskLead(miss)| miss)
    }
}

impl<R, C: Home, F: Future<Output = R>> Future for Leading<R, C, F> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let this = self.project();
        let value = std::task::ready!(this.body.poll(cx));
        if let Some(TaskLead(mut miss)) = this.lead.take() {
            let _inside = miss.lead().map(|raw| InsideShared::of(&raw.flight()));
            let served = miss.finish(&value);
            return Poll::Ready(served.unwrap_or(value));
        }
        Poll::Ready(value)
    }
}

pin_project! {
    /// A body that is part of a computation, whichever thread polls or drops it.
    #[must_use = "futures do nothing unless polled"]
    pub struct Within<F> {
        #[pin]
        body: Option<F>,
        flight: Option<Arc<Flight>>,
    }

    impl<F> PinnedDrop for Within<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _inside = this.flight.as_ref().map(InsideShared::of);
            this.body.set(None);
        }
    }
}

impl<F> Within<F> {
    pub(super) fn new(flight: Arc<Flight>, body: F) -> Self {
        Self {
            body: Some(body),
            flight: Some(flight),
        }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _inside = this.flight.as_ref().map(InsideShared::of);
        let Some(body) = this.body.as_mut().as_pin_mut() else {
            panic!("polled after it was ready");
        };
        let value = std::task::ready!(body.poll(cx));
        this.body.set(None);
        Poll::Ready(value)
    }
}

impl<R, C: Home> fmt::Debug for Turn<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

impl<R, C: Home> fmt::Debug for TaskLead<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskLead")
    }
}

impl<F> fmt::Debug for Within<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Within")
    }
}

impl<R, C: Home, F> fmt::Debug for Leading<R, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leading")
    }
}
