//! A call that was no hit, kept as a value: it leads, waits for the one that does, or computes for
//! itself alone.
//!
//! Here the arguments are not borrowed any more, so calls can wait side by side: the tasks of an
//! executor, and the keys of one bulk call. It costs a box, which leaves the futures of memoized
//! functions small.

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "async")]
use std::task::{Context, Poll};

use super::lead::{Finish, finish};
use super::previous;
use super::rules::Rules;
use super::{InScope, Missing, Step, landed, look_in_scope, step};
use crate::engine::{Home, RawLead, is_key, is_own_key};
use crate::key::KeyRef;
use crate::outcome::Outcome;
use crate::scope::Ticket;
use crate::sharing::{Holds, KeyBox, Sharing};
#[cfg(feature = "async")]
use crate::singleflight::Seat;
use crate::singleflight::{Flight, Landing};
use crate::store::{AnyKey, NodeRef};
#[cfg(feature = "async")]
use crate::waiter::Waiter;

/// A call that was no hit.
///
/// Dropped while it waits, it leaves its place; dropped while it leads, it passes the duty on.
#[must_use]
pub struct Miss<R, C: Home>(Box<State<R, C>>);

struct State<R, C: Home> {
    stage: Stage<R, C>,
    rules: Rules<R>,
    finish: Finish<R, C>,
}

pub(super) enum Stage<R, C: Home> {
    Lead(RawLead<C>),
    /// The value is for the caller alone, and nobody waits for it.
    Alone(C),
    Wait(Waiting<R, C>),
}

pub(super) struct Waiting<R, C: Home> {
    pub(super) core: C,
    pub(super) missing: Missing,
    /// The arguments are not borrowed any more.
    pub(super) key: <C::S as Sharing>::Key,
    flight: Arc<Flight>,
    /// Taken at the first poll.
    #[cfg(feature = "async")]
    seat: Option<Seat>,
    go_on: fn(&mut Self, Landing) -> Step<R, C>,
    is_counted: bool,
}

impl<R, C: Home> Drop for Waiting<R, C> {
    /// A call that is given up while it waits is a call all the same.
    fn drop(&mut self) {
        if !self.is_counted {
            self.core.common().counters.coalesced();
        }
    }
}

/// Answers a call that was no hit, as far as that needs no waiting.
#[cold]
#[inline(never)]
pub(super) fn lead_or_wait<Q, O, C>(
    core: C,
    hash: u64,
    query: Q,
    rules: Rules<O::Ret>,
    ticket: Ticket,
) -> Result<O::Ret, Miss<O::Ret, C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    core.note_types::<Q, O>();
    let missing = Missing { hash, ticket };
    let mut key = core
        .common()
        .own::<C::P, Q::Owned, O::Stored>(|| query.own());
    let first = if let Some(claimed) = core.engine().claim_first(hash, &mut key) {
        missing.lead(&core, claimed)
    } else {
        let is_key = is_key::<Q::Owned, O::Stored>(&query);
        let is_key = |_: &dyn AnyKey, node: NodeRef<'_>| is_key(node);
        step::<Q::Owned, O, C>(&core, &missing, &mut key, &is_key, false)
    };
    let miss = match first {
        Step::Value(value) => return Ok(value),
        Step::Lead(raw) => Miss::leading::<Q, O>(raw, rules),
        Step::Alone => Miss::alone::<Q, O>(core),
        Step::Wait(flight) => {
            let key = C::S::forget_type(key);
            Miss::waiting::<Q, O>(core, missing, key, flight, rules)
        }
    };
    // Here, where a panic in the `Drop` of a key unwinds over the leader and ends its flight.
    drop(query);
    Err(miss)
}

/// The same for a call that first has to ask what its scope says.
#[cold]
#[inline(never)]
pub(super) fn call_in_scope<Q, O, C>(
    core: C,
    query: Q,
    rules: Rules<O::Ret>,
) -> Result<O::Ret, Miss<O::Ret, C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let core = core.isolated().unwrap_or(core);
    match look_in_scope::<Q, O, C>(&core, &query) {
        InScope::Value(value) => Ok(value),
        InScope::Alone => Err(Miss::alone::<Q, O>(core)),
        InScope::Missing(hash, ticket) => lead_or_wait::<Q, O, C>(core, hash, query, rules, ticket),
    }
}

/// What follows when the flight has landed that a call waited for.
fn go_on<Q, O, C>(waiting: &mut Waiting<O::Ret, C>, landing: Landing) -> Step<O::Ret, C>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let Waiting {
        core, missing, key, ..
    } = waiting;
    if let Some(value) = landed::<O, C>(core, missing, landing) {
        return Step::Value(value);
    }
    let is_key = is_own_key::<Q, O::Stored>;
    let step = step::<Q::Owned, O, C>(core, missing, key.key_mut(), &is_key, true);
    if let Step::Lead(raw) = &step {
        previous::offer::<Q, O, C>(raw);
    }
    step
}

impl<R, C: Home> Miss<R, C> {
    /// A call that leads.
    pub(super) fn leading<Q, O>(raw: RawLead<C>, rules: Rules<R>) -> Self
    where
        Q: KeyRef,
        O: Outcome<Ret = R>,
        C: Home<S: Holds<Q::Owned, O::Stored>>,
    {
        previous::offer::<Q, O, C>(&raw);
        Self(Box::new(State {
            stage: Stage::Lead(raw),
            rules,
            finish: finish::<Q, O, C>,
        }))
    }

    /// A call that computes beside the cache.
    pub(super) fn alone<Q, O>(core: C) -> Self
    where
        Q: KeyRef,
        O: Outcome<Ret = R>,
        C: Home<S: Holds<Q::Owned, O::Stored>>,
    {
        Self(Box::new(State {
            stage: Stage::Alone(core),
            rules: Rules::new(),
            finish: finish::<Q, O, C>,
        }))
    }

    /// A call that waits for a flight.
    pub(super) fn waiting<Q, O>(
        core: C,
        missing: Missing,
        key: <C::S as Sharing>::Key,
        flight: Arc<Flight>,
        rules: Rules<R>,
    ) -> Self
    where
        Q: KeyRef,
        O: Outcome<Ret = R>,
        C: Home<S: Holds<Q::Owned, O::Stored>>,
    {
        Self(Box::new(State {
            stage: Stage::Wait(Waiting {
                core,
                missing,
                key,
                flight,
                #[cfg(feature = "async")]
                seat: None,
                go_on: go_on::<Q, O, C>,
                is_counted: false,
            }),
            rules,
            finish: finish::<Q, O, C>,
        }))
    }

    /// The duty to compute, if the call leads.
    pub(super) fn lead(&mut self) -> Option<&mut RawLead<C>> {
        match &mut self.0.stage {
            Stage::Lead(raw) => Some(raw),
            Stage::Alone(_) | Stage::Wait(_) => None,
        }
    }

    /// The computation begins now; where the callers of its key meet. `None` if nobody wants its value any
    /// more.
    pub(super) fn restart(&mut self) -> Option<Arc<Flight>> {
        let raw = self.lead()?;
        raw.restart().then(|| raw.flight())
    }

    /// Whether the call computes beside the cache.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.0.stage, Stage::Alone(_))
    }

    #[cfg(feature = "async")]
    pub(super) fn stage(&self) -> &Stage<R, C> {
        &self.0.stage
    }

    pub(super) fn core(&self) -> &C {
        match &self.0.stage {
            Stage::Lead(raw) => &raw.core,
            Stage::Alone(core) => core,
            Stage::Wait(waiting) => &waiting.core,
        }
    }

    /// The name of the cache.
    pub(super) fn name(&self) -> &str {
        self.core().common().name()
    }

    /// What the call waits for, if it does not compute.
    pub(super) fn awaited(&self) -> Option<&Arc<Flight>> {
        match &self.0.stage {
            Stage::Lead(_) | Stage::Alone(_) => None,
            Stage::Wait(waiting) => Some(&waiting.flight),
        }
    }

    /// Blocks until the flight has landed that the call waits for; `None` if it computes.
    pub(super) fn wait(&self) -> Option<Landing> {
        match &self.0.stage {
            Stage::Lead(_) | Stage::Alone(_) => None,
            Stage::Wait(waiting) => Some(waiting.flight.wait(waiting.core.common())),
        }
    }

    /// The same for a task, which is woken when the flight lands.
    #[cfg(feature = "async")]
    pub(super) fn poll(&mut self, cx: &Context<'_>) -> Poll<Option<Landing>> {
        match &mut self.0.stage {
            Stage::Lead(_) | Stage::Alone(_) => Poll::Ready(None),
            Stage::Wait(waiting) => waiting.poll(cx).map(Some),
        }
    }

    /// The call is answered, though the flight that it waited for has brought no value.
    pub(super) fn count_awaited(&mut self) {
        if let Stage::Wait(waiting) = &mut self.0.stage {
            waiting.is_counted = true;
            waiting.missing.count(waiting.core.common(), true);
        }
    }

    /// After a flight has landed: the value, or `None` if the call leads or waits for another.
    pub(super) fn advance(&mut self, landing: Landing) -> Option<R> {
        let Stage::Wait(waiting) = &mut self.0.stage else {
            return None;
        };
        // Whatever comes of it: a value, the duty to compute, or the panic of a recursion.
        waiting.is_counted = true;
        match (waiting.go_on)(waiting, landing) {
            Step::Value(value) => return Some(value),
            Step::Lead(raw) => self.0.stage = Stage::Lead(raw),
            Step::Alone => {
                let core = waiting.core.clone();
                self.0.stage = Stage::Alone(core);
            }
            Step::Wait(flight) => {
                waiting.is_counted = false;
                waiting.flight = flight;
                #[cfg(feature = "async")]
                {
                    waiting.seat = None;
                }
            }
        }
        None
    }

    /// Stores the value if it is to be kept, and wakes those who wait for it; what is to be served in its
    /// place.
    pub(super) fn finish(mut self, value: &R) -> Option<R> {
        let (finish, rules) = (self.0.finish, self.0.rules);
        finish(self.lead()?, value, &rules)
    }
}

#[cfg(feature = "async")]
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

impl<R, C: Home> fmt::Debug for Miss<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Miss")
    }
}
