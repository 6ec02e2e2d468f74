//! The engine: answers each call with a hit, the duty to compute, or a flight to wait for.
//!
//! It is colourless: nothing here blocks or awaits, and no user code (`Hash`, `Eq`, `Clone`,
//! `Drop`, listeners) runs while the table is locked. Keys are compared outside of the lock, on
//! candidates taken out under it; under the lock again, the comparison holds if no unknown
//! candidate has come meanwhile. See [`Core::locate`].
//!
//! What depends on the user's types is thin and on top; the rest is compiled once.

mod admin;
mod compiled;
mod lead;
mod types;

use std::fmt;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::common::Common;
use crate::entry::{Node, typed};
use crate::event::RemovalCause;
use crate::key::{KeyQuery, KeyRef};
use crate::nesting;
use crate::outcome::Outcome;
use crate::policy::{EntryId, Order};
use crate::protection::Protection;
use crate::sharing::{Global, Holds, Lock, Member, NodePtr, PerThread, Sharing};
use crate::singleflight::Flight;
use crate::store::{Candidates, Entry, Table};

pub use admin::EntryInfo;
pub(crate) use compiled::Operations;
pub(crate) use lead::{RawLead, Work};
pub(crate) use types::EntryTypes;

/// A table with its cache's common part: all that works without the types of key and value.
pub struct Core<S: Sharing, P: Protection> {
    table: S::Lock<Table<S, P::Order>>,
    member: S::Member,
    common: Arc<Common>,
    /// Seeded at random for each process, so that nobody can choose keys that collide.
    hasher: RandomState,
}

/// A way to hold on to a core for the length of a call.
pub trait Home: Deref<Target = Core<Self::S, Self::P>> + Clone {
    /// How the table is shared.
    type S: Sharing;
    /// Which limits it has.
    type P: Protection;
}

impl<P: Protection> Home for &Core<Global, P> {
    type S = Global;
    type P = P;
}

impl<P: Protection> Home for Rc<Core<PerThread, P>> {
    type S = PerThread;
    type P = P;
}

/// The engine's answer to a call.
pub(crate) enum Begun<S: Sharing> {
    /// The value is in the node.
    Hit(S::Ptr),
    /// Nobody has it: the caller computes.
    Lead(Claimed<S>),
    /// Somebody computes it: the value will be in the node when the flight has landed.
    Wait(S::Ptr, Arc<Flight>),
}

/// A pending entry that the caller has put into the table.
pub(crate) struct Claimed<S: Sharing> {
    hash: u64,
    id: EntryId,
    node: S::Ptr,
    flight: Arc<Flight>,
    /// When the computation began, on the cache's clock.
    started: u64,
}

type Removed<S> = (Entry<S>, RemovalCause);

impl<S: Sharing, P: Protection> Core<S, P> {
    pub(crate) fn new(common: Arc<Common>, member: S::Member) -> Self {
        Self {
            table: S::Lock::new(Table::default()),
            member,
            common,
            hasher: RandomState::default(),
        }
    }

    pub(crate) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// The live value of a key, as an access.
    ///
    /// Never inlined: a recursive function keeps its frame while its body runs, and what a lookup
    /// needs has no place there.
    #[inline(never)]
    pub(crate) fn hit<K: 'static, V: Clone + 'static>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
    ) -> Option<V> {
        // Counted first: a panicking `Clone` does not make it less of a hit.
        self.read(hash, query, true, |value: &V| {
            self.common.counters.hit();
            value.clone()
        })
    }

    #[inline]
    pub(crate) fn hash<K>(&self, query: &impl KeyQuery<K>) -> u64 {
        let mut state = self.hasher.build_hasher();
        query.feed(&mut state);
        std::hash::Hasher::finish(&state)
    }

    /// Reads a live value where it is; `used` if this counts as an access.
    #[inline]
    pub(crate) fn read<K: 'static, V: 'static, R>(
        &self,
        hash: u64,
        query: &impl KeyQuery<K>,
        used: bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        let found: Candidates<S> = self.with_table(|table| table.candidates(hash));
        for candidate in found.iter() {
            let Some(node) = typed::<K, V>(candidate.node()) else {
                continue;
            };
            if !query.matches(&node.key) {
                continue;
            }
            let header = candidate.node().header();
            let deadline = header.deadline();
            if !deadline.is_never() {
                let now = self.common.now();
                if deadline.has_passed(now) {
                    return None;
                }
                if used {
                    header.note_use(now);
                }
            }
            if used && P::Order::TRACKS {
                header.touch(found.tick);
            }
            return node.value.get().map(read);
        }
        None
    }

    /// To be called before the first entry.
    pub(crate) fn note_types<Q: KeyRef, O: Outcome>(&self) {
        self.common.types.get_or_init(EntryTypes::of::<Q, O>);
    }

    /// A node for the value of a key that was not found.
    pub(crate) fn pending<Q: KeyRef, O: Outcome>(&self, query: &Q) -> S::Ptr
    where
        S: Holds<Q::Owned, O::Stored>,
    {
        self.note_types::<Q, O>();
        S::hold(Node::<Q::Owned, O::Stored>::pending(query.own()))
    }

    /// Answers a call that was no hit: finds the entry, or puts `node` in as a pending one.
    ///
    /// What has expired is taken out and dropped first, in a turn of its own: a panic in its `Drop`
    /// must not meet a pending entry that nobody leads yet.
    fn claim(&self, hash: u64, node: &S::Ptr, is_key: &dyn Fn(&S::Ptr) -> bool) -> Begun<S> {
        loop {
            let now = self.common.now();
            let mut gone: Vec<Removed<S>> = Vec::new();
            let claim = self.locate(hash, None, is_key, |table, matches| {
                let mut newest: Option<(EntryId, S::Ptr, Arc<Flight>)> = None;
                for &id in matches {
                    let Some(entry) = table.get(id) else { continue };
                    if let Some(flight) = &entry.flight {
                        if newest
                            .as_ref()
                            .is_none_or(|(other, ..)| other.serial < id.serial)
                        {
                            newest = Some((id, entry.node.clone(), flight.clone()));
                        }
                    } else if entry.node.node().header().deadline().has_passed(now) {
                        gone.extend(table.unlink(id).map(|entry| (entry, RemovalCause::Expired)));
                    } else {
                        let node = entry.node.clone();
                        table.touch(id);
                        return Some(Begun::Hit(node));
                    }
                }
                if !gone.is_empty() {
                    return None;
                }
                Some(match newest {
                    Some((_, node, flight)) => {
                        flight.expect_waiter();
                        Begun::Wait(node, flight)
                    }
                    None => Begun::Lead(Self::link(table, hash, node.clone(), now)),
                })
            });
            self.dispose(gone);
            if let Some(claim) = claim {
                return claim;
            }
        }
    }

    /// Puts a pending entry in beside what is there: its value will take the place of the present
    /// one, which is served until then. `Wait` if the caller computes this key already.
    fn supersede(&self, hash: u64, node: &S::Ptr, is_key: &dyn Fn(&S::Ptr) -> bool) -> Begun<S> {
        let now = self.common.now();
        let own = nesting::enclosing();
        self.locate(hash, None, is_key, |table, matches| {
            let own = own.as_ref();
            let its_own = matches.iter().find_map(|id| {
                let entry = table.get(*id)?;
                let flight = entry.flight.as_ref()?;
                own?.has_met(flight)
                    .then(|| (entry.node.clone(), flight.clone()))
            });
            if let Some((node, flight)) = its_own {
                flight.expect_waiter();
                return Begun::Wait(node, flight);
            }
            Begun::Lead(Self::link(table, hash, node.clone(), now))
        })
    }

    fn link(table: &mut Table<S, P::Order>, hash: u64, node: S::Ptr, started: u64) -> Claimed<S> {
        let flight = Flight::start();
        let id = table.link_pending(hash, node.clone(), flight.clone());
        Claimed {
            hash,
            id,
            node,
            flight,
            started,
        }
    }

    /// Runs `act` under the lock with all entries of one key, in the table at that moment.
    ///
    /// Keys are compared before, outside of the lock. If an entry with this hash has come since,
    /// it is compared too, and so on until there is none that is unknown. Unknown entries come by
    /// other threads' progress, so some caller always gets through; only a user's `Eq` that stores
    /// a further key of the same hash at every comparison could keep it busy for ever.
    fn locate<R>(
        &self,
        hash: u64,
        own: Option<EntryId>,
        is_key: &dyn Fn(&S::Ptr) -> bool,
        act: impl FnOnce(&mut Table<S, P::Order>, &[EntryId]) -> R,
    ) -> R {
        // In order of the ids, for the search: many keys of one hash are slow enough as they are.
        let mut compared: Vec<(EntryId, bool)> = own.map(|id| (id, true)).into_iter().collect();
        let mut act = Some(act);
        loop {
            let mut unknown: Vec<(EntryId, S::Ptr)> = Vec::new();
            let done = self.with_table(|table| {
                for (id, entry) in table.with_hash(hash) {
                    if compared
                        .binary_search_by_key(&id, |(known, _)| *known)
                        .is_err()
                    {
                        unknown.push((id, entry.node.clone()));
                    }
                }
                if !unknown.is_empty() {
                    return None;
                }
                let matches: Vec<EntryId> = compared
                    .iter()
                    .filter(|(id, is_match)| *is_match && table.get(*id).is_some())
                    .map(|(id, _)| *id)
                    .collect();
                act.take().map(|act| act(table, &matches))
            });
            if let Some(result) = done {
                return result;
            }
            compared.extend(unknown.iter().map(|(id, node)| (*id, is_key(node))));
            compared.sort_unstable_by_key(|(id, _)| *id);
        }
    }

    /// Lets a thread's own table empty itself if its cache was cleared elsewhere.
    fn catch_up(&self) {
        self.with_table(|_| ());
    }

    /// Runs `f` with the table. A thread's own table first empties itself if its cache was cleared
    /// elsewhere.
    #[inline]
    fn with_table<R>(&self, f: impl FnOnce(&mut Table<S, P::Order>) -> R) -> R {
        if self.member.missed_clear(&self.common) {
            drop(self.table.with(Table::take_all));
        }
        self.table.with(|table| {
            let result = f(table);
            self.member.publish(table.ready());
            result
        })
    }

    /// Counts what has left, tells the listener and drops it, all outside of the lock.
    fn dispose(&self, gone: Vec<Removed<S>>) {
        for (entry, cause) in &gone {
            // A flight that is given up was never an entry that anybody could see.
            if entry.is_ready() {
                self.common.removed(entry.node.node(), *cause);
            }
        }
        drop(gone);
    }
}

/// Compares a query with a node's key.
pub(crate) fn is_key<S, K, V>(query: &impl KeyQuery<K>) -> impl Fn(&S::Ptr) -> bool
where
    S: Sharing,
    K: 'static,
    V: 'static,
{
    move |node| typed::<K, V>(node.node()).is_some_and(|node| query.matches(&node.key))
}

/// Compares a stored key with a node's.
pub(crate) fn is_same_key<S, Q, V>(key: &Q::Owned) -> impl Fn(&S::Ptr) -> bool + '_
where
    S: Sharing,
    Q: KeyRef,
    V: 'static,
{
    move |node| typed::<Q::Owned, V>(node.node()).is_some_and(|node| Q::same(&node.key, key))
}

/// A clone of a node's value; `None` while there is none.
pub(crate) fn value_of<K: 'static, V: Clone + 'static>(node: &impl NodePtr) -> Option<V> {
    typed::<K, V>(node.node())?.value.get().cloned()
}

impl<S: Sharing, P: Protection> fmt::Debug for Core<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}
