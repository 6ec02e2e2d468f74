//! Calls of tasks: the same steps as a thread's, with waiting by `Poll::Pending`.
//!
//! Nothing here knows an executor. A hit is answered before any of this; a miss costs one box, so
//! that the futures of memoized functions stay small.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::lead::{Finish, KeepIf, finish};
use super::{Missing, Step, landed, step};
use crate::engine::{Home, RawLead, is_key, is_same_key};
use crate::entry::typed;
use crate::key::KeyRef;
use crate::nesting::Inside;
use crate::outcome::Outcome;
use crate::sharing::{Holds, NodePtr, Sharing};
use crate::singleflight::{Flight, Landing, Seat};
use crate::waiter::Waiter;

#[cold]
#[inline(never)]
pub(super) fn lead_or_wait<Q, O, C>(
    core: C,
    hash: u64,
    query: Q,
    keep_if: Option<KeepIf<O::Ret>>,
) -> Result<O::Ret, Turn<O::Ret, C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let missing = Missing {
        hash,
        node: core.pending::<Q, O::Stored>(&query),
    };
    let first = {
        let is_key = is_key::<C::S, Q::Owned, O::Stored>(&query);
        step::<Q::Owned, O, C>(&core, &missing, &is_key, false)
    };
    let stage = match first {
        Step::Value(value) => return Ok(value),
        Step::Lead(raw) => Stage::Lead(raw),
        Step::Wait(theirs, flight) => Stage::Wait(Waiting {
            core,
            missing,
            theirs,
            flight,
            seat: None,
            go_on: go_on::<Q, O, C>,
        }),
    };
    // Here, where a panic in the `Drop` of a key unwinds over the leader and ends its flight.
    drop(query);
    Err(Turn(Some(Box::new(Turning {
        stage,
        keep_if,
        finish: finish::<Q, O, C>,
    }))))
}

/// What follows when a flight has landed that a task waited for.
fn go_on<Q, O, C>(waiting: &Waiting<O::Ret, C>, landing: Landing) -> Step<O::Ret, C>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let Waiting { core, missing, .. } = waiting;
    if let Some(value) = landed::<Q::Owned, O, C>(core, landing, &waiting.theirs) {
        return Step::Value(value);
    }
    // The arguments are not borrowed while a task waits: its own node has the key.
    let own = missing.node.clone();
    let is_key = |node: &<C::S as Sharing>::Ptr| {
        typed::<Q::Owned, O::Stored>(own.node())
            .is_some_and(|own| is_same_key::<C::S, Q, O::Stored>(&own.key)(node))
    };
    step::<Q::Owned, O, C>(core, missing, &is_key, true)
}

/// A call that was no hit: a future for the value, or for the duty to compute it.
///
/// Dropped while it waits, it leaves its place; dropped with the duty, it passes that on.
#[must_use = "futures do nothing unless polled"]
pub struct Turn<R, C: Home>(Option<Box<Turning<R, C>>>);

struct Turning<R, C: Home> {
    stage: Stage<R, C>,
    keep_if: Option<KeepIf<R>>,
    finish: Finish<R, C>,
}

enum Stage<R, C: Home> {
    Lead(RawLead<C>),
    Wait(Waiting<R, C>),
}

struct Waiting<R, C: Home> {
    core: C,
    missing: Missing<C>,
    /// The node of the flight's leader.
    theirs: <C::S as Sharing>::Ptr,
    flight: Arc<Flight>,
    /// Taken at the first poll.
    seat: Option<Seat>,
    go_on: fn(&Self, Landing) -> Step<R, C>,
}

impl<R, C: Home> Waiting<R, C> {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Landing> {
        let waiter = Waiter::task(cx.waker());
        let landing = match &self.seat {
            Some(seat) => seat.landing_or_wake(waiter),
            None => match Seat::take(&self.flight, self.core.common(), waiter) {
                Ok(seat) => {
                    self.seat = Some(seat);
                    None
                }
                Err(landing) => Some(landing),
            },
        };
        match landing {
            Some(landing) => {
                self.seat = None;
                Poll::Ready(landing)
            }
            None => Poll::Pending,
        }
    }
}

impl<R, C: Home> Turning<R, C> {
    /// `Some` value, or `None` when the caller leads.
    fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<R>> {
        loop {
            let Stage::Wait(waiting) = &mut self.stage else {
                return Poll::Ready(None);
            };
            let landing = std::task::ready!(waiting.poll(cx));
            match (waiting.go_on)(waiting, landing) {
                Step::Value(value) => return Poll::Ready(Some(value)),
                Step::Lead(raw) => self.stage = Stage::Lead(raw),
                Step::Wait(theirs, flight) => {
                    (waiting.theirs, waiting.flight) = (theirs, flight);
                }
            }
        }
    }
}

/// No part of it is pinned: what it waits for is in a box of its own.
impl<R, C: Home> Unpin for Turn<R, C> {}

impl<R, C: Home> Future for Turn<R, C> {
    type Output = Result<R, TaskLead<R, C>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(turning) = &mut self.0 else {
            panic!("polled after it was ready");
        };
        let value = std::task::ready!(turning.poll(cx));
        Poll::Ready(match (value, self.0.take()) {
            (None, Some(turning)) => Err(TaskLead(turning)),
            (Some(value), _) => Ok(value),
            (None, None) => unreachable!("it was there when it was polled"),
        })
    }
}

/// The duty of a task to compute a value of type `R`. Dropped without one, it passes on to a caller
/// that waits.
#[must_use]
pub struct TaskLead<R, C: Home>(Box<Turning<R, C>>);

impl<R, C: Home> TaskLead<R, C> {
    pub(super) fn new(raw: RawLead<C>, keep_if: Option<KeepIf<R>>, finish: Finish<R, C>) -> Self {
        Self(Box::new(Turning {
            stage: Stage::Lead(raw),
            keep_if,
            finish,
        }))
    }

    /// Computes the value by this future, and stores it if it is to be kept.
    pub fn run<F: Future<Output = R>>(self, body: F) -> Leading<R, C, F> {
        Leading {
            body: Some(body),
            lead: Some(self),
        }
    }

    /// From now on what this thread runs belongs to the computation.
    fn enter(&mut self) -> Option<Inside> {
        self.raw().map(|raw| raw.inside())
    }

    fn raw(&mut self) -> Option<&mut RawLead<C>> {
        match &mut self.0.stage {
            Stage::Lead(raw) => Some(raw),
            Stage::Wait(_) => None,
        }
    }

    fn finish(mut self, value: &R) {
        let (finish, keep_if) = (self.0.finish, self.0.keep_if);
        if let Some(raw) = self.raw() {
            finish(raw, value, keep_if);
        }
    }
}

pin_project! {
    /// The computation of a value by a task. Dropped before it has ended, it passes the duty on.
    #[must_use = "futures do nothing unless polled"]
    pub struct Leading<R, C: Home, F> {
        #[pin]
        body: Option<F>,
        lead: Option<TaskLead<R, C>>,
    }

    impl<R, C: Home, F> PinnedDrop for Leading<R, C, F> {
        /// The body goes before the lead: what it holds is free when the next caller begins.
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _inside = this.lead.as_mut().and_then(TaskLead::enter);
            this.body.set(None);
        }
    }
}

impl<R, C: Home, F: Future<Output = R>> Future for Leading<R, C, F> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        let _inside = this.lead.as_mut().and_then(TaskLead::enter);
        let Some(body) = this.body.as_mut().as_pin_mut() else {
            panic!("polled after it was ready");
        };
        let value = std::task::ready!(body.poll(cx));
        this.body.set(None);
        if let Some(lead) = this.lead.take() {
            lead.finish(&value);
        }
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

impl<R, C: Home, F> fmt::Debug for Leading<R, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leading")
    }
}
