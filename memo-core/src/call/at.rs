//! The entry of one call's arguments, and what can be done with it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::lead::{Duty, Lead, finish, finish_in_place};
use super::miss::{self, Miss};
use super::previous;
use super::refer::LeadInPlace;
use super::refreshing::{self, Due};
use super::rest::{Again, Looked, read_timed};
use super::rules::Rules;
use super::see::{Here, Seen, SeenAnywhere, Sight};
#[cfg(feature = "async")]
use super::timed;
use super::{Missing, call, panic_recursion};
use crate::accounting;
use crate::engine::{
    Begun, EntryInfo, Given, Home, Look, RawLead, Use, Wanted, is_key, is_own_key,
};
use crate::key::KeyRef;
use crate::nesting::Circle;
use crate::outcome::Outcome;
use crate::pin::{Guard, Nearby, Pinned, nearby};
use crate::scope::{self, Ticket};
use crate::sharing::Holds;
use crate::singleflight::{Flight, Landing};
use crate::store::{AnyKey, NodeRef, OwnedKey, TypeNumber, Typed};

/// The operations on the entry of one call's arguments.
///
/// Each memoized function has a type of its own for it, which has no name; see [`Ask`](super::Ask).
pub trait Lookup<R, C: Home>: Sized {
    /// The entry of the same arguments in the isolation that the calling thread is in, if it is in one.
    /// Calls find that themselves; what is asked beside calls is asked there.
    #[must_use]
    fn here(self) -> Self;
    /// A value, if it is where it most probably is.
    fn hit(self, nearby: Option<Nearby>) -> Looked<R, C>;
    /// A value to look at, if it is where it most probably is.
    fn see(self) -> Seen<R, C>;
    /// A value to look at, wherever it is; `looks` unless the caller has just looked.
    fn see_anywhere(self, looks: bool) -> SeenAnywhere<R, C>;
    /// A value to look at, wherever it is, or the duty to compute it; whatever scopes say.
    fn see_or_lead(self) -> Result<Sight<Guard, R, C>, LeadInPlace<R, C>>;
    /// A value, or the duty to compute it.
    fn look_or_begin(self) -> Result<R, Lead<R, C>>;
    /// The same after a first look; `looks` unless that has shown that there is none.
    fn begin(self, looks: bool) -> Result<R, Lead<R, C>>;
    /// A value, or a call that leads or waits: never blocks.
    fn begin_unblocked(self) -> Result<R, Miss<R, C>>;
    /// A value; if it is due, with the duty to compute its successor.
    fn find_or_renew(self) -> (refreshing::Found<R, C>, Self);
    /// What finds the value for a call that waits no longer.
    #[cfg(feature = "async")]
    fn older(&self) -> timed::Older<R, C>;
    /// The duty to compute it anew.
    fn supersede(self) -> Lead<R, C>;
    /// The same, as a call that leads; or that waits for the `bulk` computation that it is part of,
    /// if that computes this key already.
    fn supersede_unblocked(self, bulk: Option<&Arc<Flight>>) -> Miss<R, C>;
    /// The value, if there is one.
    fn peek(self) -> Option<R>;
    /// Whether there is a value.
    fn contains(self) -> bool;
    /// Removes the entry.
    fn invalidate(self) -> bool;
    /// Stores a value.
    fn prime(self, value: R);
    /// What is known about the entry.
    fn entry_info(self) -> Option<EntryInfo>;
}

/// The entry of one call's arguments: these in borrowed form, with the function's cache.
pub struct Query<Q, O: Outcome, C> {
    core: C,
    key: Q,
    rules: Rules<O::Ret>,
}

/// What a first look brings.
pub enum First<R, C, K, V> {
    /// The value.
    Value(R),
    /// An entry that may have expired.
    Timed(C, Typed<Pinned, K, V>),
    /// It is not where it most probably is.
    Elsewhere,
    /// There is none.
    Nowhere,
}

/// A live entry; with its value, where that might go otherwise.
type Sought<Q, O> = (
    Typed<Guard, <Q as KeyRef>::Owned, <O as Outcome>::Stored>,
    Option<<O as Outcome>::Ret>,
);

impl<Q, O: Outcome, C> Query<Q, O, C> {
    /// The entry of these arguments in this cache.
    #[inline]
    pub fn new(core: C, key: Q, _: PhantomData<O>, rules: Rules<O::Ret>) -> Self {
        Self { core, key, rules }
    }
}

impl<Q, O, C> Query<Q, O, C>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    /// See [`KeyQuery::is_long`](crate::key::KeyQuery::is_long).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_long(&self) -> bool {
        self.key.is_long()
    }

    /// A value, if it is where it most probably is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn first_look(
        self,
        nearby: Option<Nearby>,
    ) -> First<O::Ret, C, Q::Owned, O::Stored> {
        self.first(nearby, |_, typed| O::give(typed.value().clone()))
    }

    /// What is taken of an entry, if it is where it most probably is.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn first<T>(
        self,
        nearby: Option<Nearby>,
        take: impl FnOnce(C, Typed<Pinned, Q::Owned, O::Stored>) -> Option<T>,
    ) -> First<T, C, Q::Owned, O::Stored> {
        let Some(nearby) = nearby else {
            return First::Elsewhere;
        };
        let Some(core) = self.core.at_hand().filter(|_| !scope::is_special()) else {
            return First::Elsewhere;
        };
        let hash = core.hash_in_place(&self.key);
        let look = core.look(nearby, hash, &self.key, &TypeNumber::with::<O::Stored>());
        // Here, where a panic in the `Drop` of a key unwinds over the pin and ends it.
        drop(self.key);
        match look {
            Look::Here(found) if !O::IS_WEAK => {
                core.note_first_hit(&found);
                match found.typed().and_then(|typed| take(self.core, typed)) {
                    Some(value) => First::Value(value),
                    None => First::Nowhere,
                }
            }
            // One that may be gone is no hit yet, either.
            Look::Here(found) | Look::Timed(found) => match found.typed() {
                Some(typed) => First::Timed(self.core, typed),
                None => First::Nowhere,
            },
            Look::Elsewhere => First::Elsewhere,
            Look::Nowhere => First::Nowhere,
        }
    }

    /// A value, if it is where it most probably is; otherwise whether it may be anywhere else. For calls
    /// whose functions have no first look of their own; not in a scope.
    ///
    /// Never inlined: once for all functions with such arguments and results.
    #[inline(never)]
    fn peek_first(&self) -> Result<O::Ret, Again> {
        let (Some(nearby), Some(core)) = (nearby(), self.core.at_hand()) else {
            return Err(Again::EVERYWHERE);
        };
        let hash = core.hash(&self.key);
        let value = match core.look(nearby, hash, &self.key, &TypeNumber::with::<O::Stored>()) {
            Look::Here(found) if !O::IS_WEAK => {
                let typed = found.typed::<Q::Owned, O::Stored>();
                typed.and_then(|typed| {
                    core.note_hit(typed.kept());
                    O::give(typed.value().clone())
                })
            }
            Look::Here(found) | Look::Timed(found) => {
                let typed = found.typed::<Q::Owned, O::Stored>();
                let value = typed.and_then(|typed| read_timed::<Q::Owned, O, C>(core, &typed));
                return value.ok_or(Again::EVERYWHERE);
            }
            Look::Nowhere => None,
            Look::Elsewhere => return Err(Again::EVERYWHERE),
        };
        value.ok_or(Again::NOWHERE)
    }

    fn lead(raw: Duty<C::Held>, rules: Rules<O::Ret>) -> Lead<O::Ret, C> {
        Lead::new(raw, rules, finish::<Q, O, C::Held>)
    }

    /// The duty to compute the value again while the present one is served, or the flight in which
    /// the caller does that already.
    fn anew(&self, key: &mut OwnedKey<Q::Owned, O::Stored>) -> (Missing, Begun<C::S>) {
        self.core.note_types::<Q, O>();
        let missing = Missing {
            hash: self.hash(),
            ticket: Ticket::NONE,
        };
        let is_key = self.is_key();
        let is_key = |_: &dyn AnyKey, node: NodeRef<'_>| is_key(node);
        let begun = self.core.engine().supersede(missing.hash, key, &is_key);
        (missing, begun)
    }

    /// The live entry of the key; with its value, where that might go otherwise.
    #[inline]
    fn seek(&self, hash: u64, call: Use) -> Option<Sought<Q, O>> {
        if O::IS_WEAK {
            let give = |stored: &O::Stored| O::give(stored.clone());
            let (typed, value) = self.core.seek_held(hash, &self.key, call, give)?;
            return Some((typed, Some(value)));
        }
        Some((self.core.seek(hash, &self.key, call)?, None))
    }

    /// To be called before anything is done about the entry but computing it: what a snapshot had of it is
    /// there then.
    #[inline]
    #[cfg_attr(
        not(feature = "serde"),
        allow(clippy::unused_self, reason = "there are no snapshots")
    )]
    fn settle(&self) {
        #[cfg(feature = "serde")]
        self.core.note_types::<Q, O>();
    }

    /// A value; if it is due, with the duty to compute its successor. Whatever scopes say.
    fn renew(self) -> (refreshing::Found<O::Ret, C>, Self) {
        let hash = self.hash();
        let found = self.seek(hash, Use::Hit).and_then(|(typed, held)| {
            let value = held.or_else(|| O::give(typed.value().clone()))?;
            Some((typed, value))
        });
        let Some((typed, value)) = found else {
            return (refreshing::Found::Nothing, self);
        };
        let is_due = self.core.is_due(typed.kept());
        drop(typed);
        if !is_due {
            return (refreshing::Found::Value(value), self);
        }
        let mut owned = self
            .core
            .common()
            .own::<C::P, Q::Owned, O::Stored>(|| self.key.own());
        let claimed = {
            let is_key = self.is_key();
            let is_key = |_: &dyn AnyKey, node: NodeRef<'_>| is_key(node);
            self.core.engine().claim_refresh(hash, &mut owned, &is_key)
        };
        let found = match claimed {
            Some(claimed) => {
                let raw = RawLead::in_background(self.core.clone(), claimed);
                let miss = Miss::leading::<Q, O>(raw, self.rules);
                refreshing::Found::Due(Due::new(value, miss))
            }
            None => refreshing::Found::Value(value),
        };
        (found, self)
    }

    fn is_key(&self) -> impl Fn(NodeRef<'_>) -> bool {
        is_key::<Q::Owned, O::Stored>(&self.key)
    }

    fn hash(&self) -> u64 {
        self.core.hash(&self.key)
    }
}

impl<Q, O, C> Lookup<O::Ret, C> for Query<Q, O, C>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    #[inline]
    fn here(mut self) -> Self {
        if scope::is_special()
            && let Some(core) = self.core.isolated()
        {
            self.core = core;
        }
        self
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn hit(self, nearby: Option<Nearby>) -> Looked<O::Ret, C> {
        match self.first_look(nearby) {
            First::Value(value) => Looked::Value(value),
            First::Timed(core, typed) => Looked::timed::<Q::Owned, O>(core, typed.found()),
            First::Elsewhere => Looked::Elsewhere,
            First::Nowhere => Looked::Nowhere,
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn see(self) -> Seen<O::Ret, C> {
        match self.first(nearby(), Sight::of::<Q::Owned, O>) {
            First::Value(sight) => Seen::Here(Here(sight)),
            First::Timed(core, typed) => Seen::timed::<Q::Owned, O>(core, typed),
            First::Elsewhere => Seen::Elsewhere,
            First::Nowhere => Seen::Nowhere,
        }
    }

    // Once for all closures that look.
    #[inline(never)]
    fn see_anywhere(self, looks: bool) -> SeenAnywhere<O::Ret, C> {
        let is_special = scope::is_special();
        if !looks || (is_special && scope::bypasses()) {
            return SeenAnywhere::nowhere();
        }
        let Some((typed, held)) = self.seek(self.hash(), Use::First) else {
            return SeenAnywhere::nowhere();
        };
        if is_special {
            scope::answer_hit(self.core.common());
        }
        let seen = SeenAnywhere::here::<Q::Owned, O>(self.core, typed);
        // As in `first`.
        drop((self.key, held));
        seen
    }

    fn see_or_lead(self) -> Result<Sight<Guard, O::Ret, C>, LeadInPlace<O::Ret, C>> {
        if scope::is_special() {
            // It is no scope that a first look gave way to.
            scope::read_switch();
        }
        let hash = self.hash();
        let mut owned: Option<OwnedKey<Q::Owned, O::Stored>> = None;
        let mut has_waited = false;
        loop {
            let call = if has_waited { Use::None } else { Use::Hit };
            if let Some((typed, held)) = self.seek(hash, call) {
                if has_waited {
                    self.core.common().counters.coalesced();
                }
                let Some(sight) = Sight::of::<Q::Owned, O>(self.core, typed) else {
                    unreachable!("what is held is not gone");
                };
                // As in `first`.
                drop((self.key, owned, held));
                return Ok(sight);
            }
            self.core.note_types::<Q, O>();
            let owned = owned
                .get_or_insert_with(|| self.core.common().own::<C::P, _, _>(|| self.key.own()));
            let begun = if let Some(claimed) = self.core.engine().claim_first(hash, owned) {
                Begun::Lead(claimed)
            } else {
                let is_key = self.is_key();
                let is_key = |_: &dyn AnyKey, node: NodeRef<'_>| is_key(node);
                let engine = self.core.engine();
                engine.claim(hash, owned, &is_key, &mut |_| ())
            };
            match begun {
                Begun::Hit => {}
                Begun::Lead(claimed) => {
                    let Self { core, key, .. } = self;
                    let raw = RawLead::new(core, claimed);
                    drop(key);
                    return Err(LeadInPlace::new(raw.enter(), finish_in_place::<Q, O, C>));
                }
                Begun::Alone => {
                    let missing = Missing {
                        hash,
                        ticket: Ticket::NONE,
                    };
                    missing.refuse(self.core.common());
                    let Self { core, key, .. } = self;
                    drop(key);
                    return Err(LeadInPlace::alone(core));
                }
                Begun::Wait(flight) => {
                    if let Landing::Circle(circle) = flight.wait(self.core.common()) {
                        panic_recursion(self.core.common(), circle);
                    }
                    has_waited = true;
                }
            }
        }
    }

    #[inline]
    fn look_or_begin(self) -> Result<O::Ret, Lead<O::Ret, C>> {
        if scope::is_special() {
            return self.begin(true);
        }
        match self.peek_first() {
            Ok(value) => Ok(value),
            Err(again) => self.begin(again.looks()),
        }
    }

    #[inline]
    fn begin(self, looks: bool) -> Result<O::Ret, Lead<O::Ret, C>> {
        let Self { core, key, rules } = self;
        let result = call::<Q, O, C>(core, &key, looks);
        // Here, where a panic in the `Drop` of a key unwinds over the leader and ends its flight.
        drop(key);
        result.map_err(|raw| Self::lead(raw, rules))
    }

    #[inline]
    fn begin_unblocked(self) -> Result<O::Ret, Miss<O::Ret, C>> {
        if scope::is_special() {
            let Self { core, key, rules } = self;
            return miss::call_in_scope::<Q, O, C>(core, key, rules);
        }
        let again = match self.peek_first() {
            Ok(value) => return Ok(value),
            Err(again) => again,
        };
        let Self { core, key, rules } = self;
        let hash = core.hash(&key);
        let found = if again.looks() {
            super::hit::<Q, O, C>(&core, hash, &key)
        } else {
            None
        };
        match found {
            Some(value) => Ok(value),
            None => miss::lead_or_wait::<Q, O, C>(core, hash, key, rules, Ticket::NONE),
        }
    }

    fn find_or_renew(self) -> (refreshing::Found<O::Ret, C>, Self) {
        if !scope::is_special() {
            return self.renew();
        }
        let own = self.here();
        if scope::is_usual() {
            own.renew()
        } else {
            // What a scope says, a call asks that is no hit.
            (refreshing::Found::Nothing, own)
        }
    }

    #[cfg(feature = "async")]
    fn older(&self) -> timed::Older<O::Ret, C> {
        timed::older::<Q, O, C>
    }

    fn supersede(self) -> Lead<O::Ret, C> {
        let mut owned = self.core.common().own::<C::P, _, _>(|| self.key.own());
        let (missing, begun) = self.anew(&mut owned);
        let Self { core, key, rules } = self;
        let raw = match begun {
            Begun::Lead(claimed) => {
                let raw = RawLead::new(core.hold(), claimed);
                previous::offer::<Q, O, C::Held>(&raw);
                Some(raw)
            }
            Begun::Alone => {
                missing.refuse(core.common());
                None
            }
            Begun::Wait(_) | Begun::Hit => panic_recursion(core.common(), Circle::Direct),
        };
        drop(key);
        Self::lead(raw.map(RawLead::enter), rules)
    }

    fn supersede_unblocked(self, bulk: Option<&Arc<Flight>>) -> Miss<O::Ret, C> {
        let mut owned = self.core.common().own::<C::P, _, _>(|| self.key.own());
        let (missing, begun) = self.anew(&mut owned);
        let Self { core, key, rules } = self;
        let miss = match begun {
            Begun::Lead(claimed) => Miss::leading::<Q, O>(RawLead::new(core, claimed), rules),
            Begun::Wait(flight) if bulk.is_some_and(|bulk| bulk.computes_for(&flight)) => {
                let owned = C::S::forget_type(owned);
                Miss::waiting::<Q, O>(core, missing, owned, flight, rules)
            }
            Begun::Alone => {
                missing.refuse(core.common());
                Miss::alone::<Q, O>(core)
            }
            Begun::Wait(_) | Begun::Hit => panic_recursion(core.common(), Circle::Direct),
        };
        drop(key);
        miss
    }

    fn peek(self) -> Option<O::Ret> {
        self.settle();
        self.core
            .read(self.hash(), &self.key, Use::None, |stored: &O::Stored| {
                stored.clone()
            })
            .and_then(O::give)
    }

    fn contains(self) -> bool {
        self.settle();
        self.core
            .read(self.hash(), &self.key, Use::None, |stored: &O::Stored| {
                !O::is_gone(stored)
            })
            .unwrap_or(false)
    }

    fn invalidate(self) -> bool {
        self.settle();
        self.core.engine().remove(self.hash(), &self.is_key())
    }

    fn prime(self, value: O::Ret) {
        if !self.rules.keeps(&value) {
            return;
        }
        let Some(stored) = O::keep(&value) else {
            return;
        };
        let common = self.core.common();
        let weighed = self.rules.weighed::<C::P, O>(&value, common);
        let heap = weighed.unwrap_or_else(|| accounting::heap_as::<C::P, O>(&stored));
        self.core.note_types::<Q, O>();
        let key = common.own::<C::P, _, _>(|| self.key.own());
        let adaptive = common.settings().freshness.adaptive;
        let life = self.rules.life::<O>(&value, adaptive, common, || None);
        let ttl = life.or_else(|| common.ttl());
        let wanted = Wanted {
            hash: self.hash(),
            is_key: &is_own_key::<Q, O::Stored>,
        };
        self.core.put_value(
            wanted,
            key,
            stored,
            Given {
                heap,
                ttl,
                tags: None,
            },
        );
    }

    fn entry_info(self) -> Option<EntryInfo> {
        self.settle();
        self.core.engine().entry_info(self.hash(), &self.is_key())
    }
}

impl<Q, O: Outcome, C> fmt::Debug for Query<Q, O, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query")
    }
}

impl<R, C, K, V> fmt::Debug for First<R, C, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("First")
    }
}
