//! Calls of tasks that wait no longer than their function says.
//!
//! The body is in a box from the start. While its caller waits, it is polled by that; when the time is up, the
//! box goes to the program's executor, and the caller has an older value, or an error. It stays the one
//! computation of its key: others join it, and what it gives is stored by the rules for all.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::miss::{Miss, Stage};
use super::task::{Leading, TaskLead};
use crate::advisor;
use crate::background;
use crate::engine::{Home, Wish};
use crate::expiry::Deadline;
use crate::key::KeyRef;
use crate::outcome::Outcome;
use crate::sharing::{Holds, KeyBox};
use crate::timed_out::TimedOut;
use crate::timer::Alarm;

/// The value that a call gets which waits no longer, if there is one; and whether that is past its time.
pub(super) type Older<R, C> = fn(&Miss<R, C>) -> Option<(R, bool)>;

/// The older value of a call that leads or waits. It lives no longer for that: what the computation gives
/// decides.
pub(super) fn older<Q, O, C>(miss: &Miss<O::Ret, C>) -> Option<(O::Ret, bool)>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let (stored, older) = match miss.stage() {
        Stage::Lead(raw) => raw.older::<Q, O::Stored>(Wish::HandOut)?,
        Stage::Wait(waiting) => {
            let (hash, key) = (waiting.missing.hash, waiting.key.key());
            waiting.core.older_of::<Q, O::Stored>(hash, key)?
        }
        Stage::Alone(_) => return None,
    };
    let value = O::give(stored).filter(|value| !O::is_failure(value))?;
    Some((value, older.is_stale))
}

/// How long a call goes on waiting.
struct Patience<R, C: Home> {
    soft: Deadline,
    hard: Deadline,
    /// Set while the call waits.
    alarm: Option<Alarm>,
    older: Older<R, C>,
    /// Makes the error of the function.
    fail: Option<fn(TimedOut) -> R>,
}

impl<R, C: Home> Patience<R, C> {
    /// That of a call which begins now.
    fn new(miss: &Miss<R, C>, older: Older<R, C>) -> Self {
        let settings = miss.core().common().settings();
        let (timeouts, now) = (settings.timeouts, settings.clock.now());
        let after = |span: u64| Deadline::from_raw(now.saturating_add(span));
        Self {
            soft: after(timeouts.soft),
            hard: after(timeouts.hard),
            alarm: None,
            older,
            fail: None,
        }
    }

    /// The same of one that wants a new value: an older one is only for the case that there is none, where
    /// one may take the place of an error.
    fn anew(miss: &Miss<R, C>, older: Older<R, C>) -> Self {
        let serves_older = miss.core().common().settings().freshness.error > 0;
        Self {
            soft: Deadline::NEVER,
            ..Self::new(miss, if serves_older { older } else { |_| None })
        }
    }

    /// What a call gets that waits no longer; the task is woken when that may be so.
    fn poll(&mut self, miss: &Miss<R, C>, cx: &Context<'_>) -> Poll<R> {
        loop {
            let next = self.soft.min(self.hard);
            if next.is_never() {
                return Poll::Pending;
            }
            let clock = &miss.core().common().settings().clock;
            if let Some(alarm) = &self.alarm {
                if alarm.wakes(cx.waker()) {
                    return Poll::Pending;
                }
                self.alarm = None;
            }
            if !next.has_passed(clock.now()) {
                self.alarm = Some(clock.arm(next.raw(), cx.waker()));
                // It may have passed before the alarm was set.
                if !next.has_passed(clock.now()) {
                    return Poll::Pending;
                }
                self.alarm = None;
            }
            let is_soft = self.soft <= self.hard;
            if let Some(value) = self.give_up(miss, is_soft) {
                return Poll::Ready(value);
            }
        }
    }

    /// The time is up: what the call gets, if that ends it.
    fn give_up(&mut self, miss: &Miss<R, C>, is_soft: bool) -> Option<R> {
        let common = miss.core().common();
        let older = (self.older)(miss);
        let is_stale = matches!(older, Some((_, true)));
        let value = older.map(|(value, _)| value);
        let value = if is_soft {
            self.soft = Deadline::NEVER;
            value?
        } else {
            self.hard = Deadline::NEVER;
            let limit = Duration::from_nanos(common.settings().timeouts.hard);
            let fail = || Some(self.fail?(TimedOut::new(common.name(), limit)));
            value.or_else(fail)?
        };
        common.counters.timed_out();
        if is_stale {
            common.counters.stale();
        }
        common.counters.telemetry.report(common);
        Some(value)
    }
}

/// A call that was no hit: a future for the value, or for the duty to compute it.
///
/// Dropped while it waits, it leaves its place; dropped with the duty, it passes that on.
#[must_use = "futures do nothing unless polled"]
pub struct TimedTurn<R, C: Home>(Option<TimedLead<R, C>>);

impl<R, C: Home> TimedTurn<R, C> {
    pub(super) fn new(miss: Miss<R, C>, older: Older<R, C>) -> Self {
        let patience = Box::new(Patience::new(&miss, older));
        Self(Some(TimedLead { miss, patience }))
    }

    /// With `hard_timeout`: how the function says that the time is up.
    pub fn or_fail(mut self, fail: fn(TimedOut) -> R) -> Self {
        if let Some(lead) = self.0.take() {
            self.0 = Some(lead.or_fail(fail));
        }
        self
    }
}

/// No part of it is pinned: what it waits for is in a box of its own.
impl<R, C: Home> Unpin for TimedTurn<R, C> {}

impl<R, C: Home> Future for TimedTurn<R, C> {
    type Output = Result<R, TimedLead<R, C>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(TimedLead { miss, patience }) = &mut self.0 else {
            panic!("polled after it was ready");
        };
        let value = loop {
            match miss.poll(cx) {
                Poll::Pending => {
                    let value = std::task::ready!(patience.poll(miss, cx));
                    miss.count_awaited();
                    break Some(value);
                }
                Poll::Ready(None) => break None,
                Poll::Ready(Some(landing)) => {
                    if let Some(value) = miss.advance(landing) {
                        break Some(value);
                    }
                }
            }
        };
        // What waits for it leaves its place, and its alarm is taken back.
        let lead = self.0.take();
        Poll::Ready(match (value, lead) {
            (None, Some(lead)) => Err(lead),
            (Some(value), _) => Ok(value),
            (None, None) => unreachable!("it was there when it was polled"),
        })
    }
}

/// The duty of a task to compute a value of type `R`. Dropped without one, it passes on to a caller
/// that waits.
#[must_use]
pub struct TimedLead<R, C: Home> {
    miss: Miss<R, C>,
    patience: Box<Patience<R, C>>,
}

impl<R, C: Home> TimedLead<R, C> {
    /// The duty to compute a value anew.
    pub(super) fn anew(miss: Miss<R, C>, older: Older<R, C>) -> Self {
        let patience = Box::new(Patience::anew(&miss, older));
        Self { miss, patience }
    }

    /// With `hard_timeout`: how the function says that the time is up.
    pub fn or_fail(mut self, fail: fn(TimedOut) -> R) -> Self {
        self.patience.fail = Some(fail);
        self
    }
}

impl<R, C> TimedLead<R, C>
where
    C: Home + Send + 'static,
    R: 'static,
    Miss<R, C>: Send,
{
    /// Computes the value by this future, and stores it if it is to be kept, whether somebody waits for it or
    /// not.
    pub fn run<F>(self, body: F) -> TimedLeading<R, C, F>
    where
        F: Future<Output = R> + Send + 'static,
    {
        let Self { miss, patience } = self;
        let computation = Box::pin(Computation {
            leading: TaskLead::new(miss).run(body),
        });
        TimedLeading {
            computation: Some(computation),
            patience,
        }
    }
}

pin_project! {
    /// The computation of a value: a future for nothing, where nobody waits for it.
    struct Computation<R, C: Home, F> {
        #[pin]
        leading: Leading<R, C, F>,
    }
}

impl<R, C: Home, F: Future<Output = R>> Future for Computation<R, C, F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().leading.poll(cx).map(drop)
    }
}

/// The computation of a value by a task, as long as that waits. Dropped before, it passes the duty on.
#[must_use = "futures do nothing unless polled"]
pub struct TimedLeading<R, C: Home, F> {
    computation: Option<Pin<Box<Computation<R, C, F>>>>,
    patience: Box<Patience<R, C>>,
}

/// What is pinned is in a box.
impl<R, C: Home, F> Unpin for TimedLeading<R, C, F> {}

impl<R, C, F> Future for TimedLeading<R, C, F>
where
    C: Home + Send + 'static,
    R: 'static,
    Miss<R, C>: Send,
    F: Future<Output = R> + Send + 'static,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let Self {
            computation,
            patience,
        } = self.get_mut();
        let Some(running) = computation else {
            panic!("polled after it was ready");
        };
        let mut leading = running.as_mut().project().leading;
        if let Poll::Ready(value) = leading.as_mut().poll(cx) {
            *computation = None;
            patience.alarm = None;
            return Poll::Ready(value);
        }
        let Some(miss) = leading.miss() else {
            unreachable!("it computes");
        };
        let value = std::task::ready!(patience.poll(miss, cx));
        patience.alarm = None;
        if let Some(running) = computation.take() {
            let_go(running);
        }
        Poll::Ready(value)
    }
}

/// The computation goes on without its caller; where there is no executor, it ends.
fn let_go<R, C, F>(mut running: Pin<Box<Computation<R, C, F>>>)
where
    C: Home + Send + 'static,
    R: 'static,
    Miss<R, C>: Send,
    F: Future<Output = R> + Send + 'static,
{
    let Some(miss) = running.as_mut().project().leading.miss_mut() else {
        return;
    };
    let core = miss.core().clone();
    let Some(raw) = miss.lead() else {
        // Nobody would get its value.
        return;
    };
    raw.leave();
    if let Err(dropped) = background::spawn(running) {
        // Whoever waits for it starts over.
        drop(dropped);
        if core.common().note_dropped() {
            advisor::look_now(core.common(), || core.engine().extent());
        }
    }
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident),+>;)*) => {$(
        impl<$($param),+> fmt::Debug for $name<$($param),+>
        where
            C: Home,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

debug_by_name! {
    TimedTurn<R, C>;
    TimedLead<R, C>;
    TimedLeading<R, C, F>;
}
