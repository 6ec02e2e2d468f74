//! What expansions call: the drivers over the engine, and the operations on one call's arguments.
//!
//! A call is answered in steps. Each asks the engine and ends with a value, with the duty to
//! compute it, or with a flight to wait for; when that has landed, the value is taken from there, or
//! the next step follows. Threads wait in [`call`], tasks in [`task`]: nothing else differs.

mod ask;
mod at;
mod bulk;
mod lead;
mod miss;
mod previous;
mod refer;
mod refreshing;
mod rest;
mod rules;
mod see;
#[cfg(feature = "async")]
mod task;
#[cfg(feature = "async")]
mod timed;

pub use ask::{
    Ask, Begin, Contains, Hit, InBulk, Inspect, Invalidate, Peek, Prime, See, Supersede,
};
#[cfg(feature = "async")]
pub use ask::{BeginAsync, BeginTimed, SupersedeAsync, SupersedeTimed};
pub(crate) use at::First;
pub use at::{Lookup, Query};
pub use bulk::{Batch, Bulk, BulkOutput, BulkOutputFor};
pub use lead::Lead;
pub(crate) use lead::{Duty, finish};
pub use refer::Refer;
pub use refreshing::{BeginOrRenew, ToDo};
#[cfg(feature = "async")]
pub use refreshing::{BeginOrRenewAsync, BeginOrRenewTimed};
pub use rest::Again;
pub(crate) use rest::read_timed;
pub use rules::Rules;
#[cfg(feature = "async")]
pub use task::{Leading, TaskLead, Turn, Within};
#[cfg(feature = "async")]
pub use timed::{TimedLead, TimedLeading, TimedTurn};

use std::sync::Arc;

use crate::common::Common;
use crate::engine::{Begun, Claimed, Core, Home, RawLead, Use, Work, is_key};
use crate::key::KeyRef;
use crate::nesting::Circle;
use crate::outcome::Outcome;
use crate::scope::{self, Answer, Mode, Ticket};
use crate::sharing::Holds;
use crate::singleflight::{Flight, Landing};
use crate::store::{AnyKey, NodeRef, OwnedKey};

/// Answers a call: with a value, or with the duty to compute it. Blocks while somebody else
/// computes it.
///
/// # Panics
/// When the value is needed for its own computation.
#[inline]
pub(crate) fn call<Q, O, C>(core: C, query: &Q, looks: bool) -> Result<O::Ret, Duty<C::Held>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    if scope::is_special() {
        let (core, answered) = call_in_scope::<Q, O, C>(core, query);
        return answered.held_by(core);
    }
    call_outside::<Q, O, C::Held>(core.hold(), query, looks)
}

/// The value of a call that a first look has not found where it most probably is. Nothing of one in a scope: that
/// is asked first.
pub(crate) fn look_again<Q, O, C>(core: &C, query: &Q) -> Option<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home,
{
    if scope::is_special() {
        return None;
    }
    hit::<Q, O, C>(core, core.hash(query), query)
}

/// What [`call`] is outside of scopes.
#[inline]
pub(crate) fn call_outside<Q, O, C>(core: C, query: &Q, looks: bool) -> Result<O::Ret, Duty<C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let hash = core.hash(query);
    if looks && let Some(value) = hit::<Q, O, C>(&core, hash, query) {
        return Ok(value);
    }
    // Here, with what follows in the caller: a frame of its own, and a duty that is handed over in memory, would
    // be a tenth of what a call costs that computes.
    let mut key = own_key::<Q, O, C>(&core, query);
    if let Some(work) = core.engine().lead(hash, &mut key) {
        return Err(Some(RawLead::of(core, work)));
    }
    let missing = Missing {
        hash,
        ticket: Ticket::NONE,
    };
    ask_or_wait::<Q, O, C>(&core, &missing, key, query).held_by(core)
}

/// How a call goes on, beside the core that it asks.
enum Answered<R> {
    Value(R),
    Lead(Work),
    /// The value is for the caller alone.
    Alone,
}

impl<R> Answered<R> {
    /// The same for the caller. Made anew of its parts, so that a duty which comes by [`Core::lead`] instead is
    /// never in memory before it is where it stays.
    #[inline]
    fn held_by<C: Home>(self, core: C) -> Result<R, Duty<C>> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Lead(work) => Err(Some(RawLead::of(core, work))),
            Self::Alone => Err(None),
        }
    }
}

/// The key of a call that was no hit.
#[inline]
fn own_key<Q, O, C>(core: &Core<C::S, C::P>, query: &Q) -> OwnedKey<Q::Owned, O::Stored>
where
    Q: KeyRef,
    O: Outcome,
    C: Home,
{
    core.note_types::<Q, O>();
    core.common()
        .own::<C::P, Q::Owned, O::Stored>(|| query.own())
}

/// The live value of a key, as an access.
#[inline]
fn hit<Q, O, C>(core: &C, hash: u64, query: &Q) -> Option<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home,
{
    if O::IS_WEAK {
        let give = |stored: &O::Stored| O::give(stored.clone());
        let (_, value) = core.seek_held::<Q::Owned, _, _>(hash, query, Use::Hit, give)?;
        return Some(value);
    }
    O::give(core.hit::<Q::Owned, O::Stored>(hash, query)?)
}

#[cold]
#[inline(never)]
fn call_in_scope<Q, O, C>(core: C, query: &Q) -> (C::Held, Answered<O::Ret>)
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let core = core.isolated().unwrap_or(core).hold();
    let answered = match look_in_scope::<Q, O, C::Held>(&core, query) {
        InScope::Value(value) => Answered::Value(value),
        InScope::Alone => Answered::Alone,
        InScope::Missing(hash, ticket) => {
            let key = own_key::<Q, O, C::Held>(&core, query);
            ask_or_wait::<Q, O, C::Held>(&core, &Missing { hash, ticket }, key, query)
        }
    };
    (core, answered)
}

/// How a call went that first asked what its scope says.
enum InScope<R> {
    Value(R),
    /// The caller computes the value for itself.
    Alone,
    /// The call goes on as ever; its hash is this.
    Missing(u64, Ticket),
}

fn look_in_scope<Q, O, C>(core: &C, query: &Q) -> InScope<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let (mode, ticket) = scope::begin(core.common());
    if mode == Mode::Bypass {
        return InScope::Alone;
    }
    let hash = core.hash(query);
    if let Some(value) = hit::<Q, O, C>(core, hash, query) {
        ticket.answer(Answer::Hit);
        return InScope::Value(value);
    }
    if mode == Mode::ReadOnly {
        core.common().counters.miss();
        ticket.answer(Answer::Miss);
        return InScope::Alone;
    }
    InScope::Missing(hash, ticket)
}

/// A value, or the duty to compute it, where there may be an entry of the key.
#[cold]
#[inline(never)]
fn ask_or_wait<Q, O, C>(
    core: &C,
    missing: &Missing,
    mut key: OwnedKey<Q::Owned, O::Stored>,
    query: &Q,
) -> Answered<O::Ret>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let is_key = is_key::<Q::Owned, O::Stored>(query);
    let is_key = |_: &dyn AnyKey, node: NodeRef<'_>| is_key(node);
    let mut has_waited = false;
    loop {
        let flight = match step::<Q::Owned, O, C>(core, missing, &mut key, &is_key, has_waited) {
            Step::Value(value) => return Answered::Value(value),
            Step::Lead(lead) => {
                previous::offer::<Q, O, C>(&lead);
                return Answered::Lead(lead.enter().into_work());
            }
            Step::Wait(flight) => flight,
            Step::Alone => return Answered::Alone,
        };
        let landing = flight.wait(core.common());
        if let Some(value) = landed::<O, C>(core, missing, landing) {
            return Answered::Value(value);
        }
        has_waited = true;
    }
}

/// A call for a key that was not found.
pub(crate) struct Missing {
    hash: u64,
    ticket: Ticket,
}

/// Where a call stands after it has asked the engine.
pub(crate) enum Step<R, C: Home> {
    Value(R),
    Lead(RawLead<C>),
    /// Somebody computes the value.
    Wait(Arc<Flight>),
    /// The value is for the caller alone, and nobody waits for it.
    Alone,
}

fn step<K, O, C>(
    core: &C,
    missing: &Missing,
    key: &mut dyn AnyKey,
    is_key: &dyn Fn(&dyn AnyKey, NodeRef<'_>) -> bool,
    has_waited: bool,
) -> Step<O::Ret, C>
where
    K: 'static,
    O: Outcome,
    C: Home<S: Holds<K, O::Stored>>,
{
    loop {
        let mut value = None;
        let begun = core.engine().claim(missing.hash, key, is_key, &mut |node| {
            if !has_waited {
                core.count_hit_of(node);
            }
            let entry = node.typed::<K, O::Stored>();
            value = entry.and_then(|(_, value)| value.cloned());
        });
        match (begun, value) {
            (Begun::Lead(claimed), _) => return missing.lead(core, claimed),
            (Begun::Wait(flight), _) => return Step::Wait(flight),
            (Begun::Alone, _) => {
                missing.refuse(core.common());
                return Step::Alone;
            }
            (Begun::Hit, Some(stored)) => {
                // One that is gone by now is taken out by the next claim.
                if let Some(value) = O::give(stored) {
                    missing.count(core.common(), has_waited);
                    return Step::Value(value);
                }
            }
            (Begun::Hit, None) => {}
        }
    }
}

/// The value that a flight has brought, if any.
///
/// # Panics
/// When it cannot land before the caller's own computation.
fn landed<O, C>(core: &C, missing: &Missing, landing: Landing) -> Option<O::Ret>
where
    O: Outcome,
    C: Home,
{
    let value = match landing {
        Landing::Stored(Some(value)) if O::IS_WEAK => O::receive(&value),
        Landing::Stored(Some(copy)) => copy
            .downcast_ref::<O::Stored>()
            .and_then(|stored| O::give(stored.clone())),
        Landing::Handed(value) => O::receive(&value),
        Landing::Stored(None) | Landing::Absent | Landing::Failed => None,
        Landing::Circle(circle) => panic_recursion(core.common(), circle),
    }?;
    missing.count(core.common(), true);
    Some(value)
}

impl Missing {
    /// The caller computes the value.
    fn lead<R, C: Home>(&self, core: &C, claimed: Claimed<C::S>) -> Step<R, C> {
        self.ticket.answer(Answer::Miss);
        Step::Lead(RawLead::new(core.clone(), claimed))
    }

    /// The caller computes a value that cannot be kept.
    fn refuse(&self, common: &Common) {
        common.counters.miss();
        common.counters.rejected();
        self.ticket.answer(Answer::Miss);
    }

    /// The call is answered without computing.
    fn count(&self, common: &Common, has_waited: bool) {
        if has_waited {
            common.counters.coalesced();
            self.ticket.answer(Answer::Coalesced);
        } else {
            common.counters.hit();
            self.ticket.answer(Answer::Hit);
        }
    }
}

#[cold]
fn panic_recursion(common: &Common, circle: Circle) -> ! {
    // A call like any other, for which there was no value.
    common.counters.miss();
    let name = common.name();
    match circle {
        Circle::Direct => panic!(
            "`{name}` was called with the arguments that it is being computed for: its result \
             depends on itself; recursion has to change the arguments that are part of the key"
        ),
        Circle::OverOthers => panic!(
            "`{name}` waits for itself: computations need each other's results, in a circle; break \
             the circle, or compute one of them with `uncached`"
        ),
    }
}
