//! The engine: answers each call with a hit, the duty to compute, or a flight to wait for.
//!
//! It is colourless: nothing here blocks or awaits, and no user code (`Hash`, `Eq`, `Clone`,
//! `Drop`, listeners) runs while the table is locked. Keys are compared outside of the lock, on
//! candidates that a pin keeps from being freed; under the lock again, the comparison holds if no
//! unknown candidate has come meanwhile: see [`claim`].
//!
//! What depends on the user's types is thin and on top; the rest is compiled once.

mod admin;
mod claim;
mod compiled;
mod lead;
mod matching;
mod offer;
mod older;
mod put;
mod ranking;
mod read;
mod refresh;
mod replacing;
#[cfg(feature = "serde")]
mod restore;
mod room;
mod sweep;
#[cfg(test)]
mod tests;
mod types;

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::common::Common;
use crate::event::Change;
use crate::key::{KeyQuery, KeyRef};
use crate::memory::Told;
use crate::outcome::Outcome;
use crate::protection::Protection;
use crate::sharing::{Global, Lock, Member, Sharing};
use crate::singleflight::{Flight, LedFlight};
use crate::store::{
    AnyKey, Extent, NodeRef, Outgoing, OwnedKey, Shared, ShortHash, Slot, Table, Tagged, Writer,
};
use crate::timing::Started;

pub use admin::EntryInfo;
use claim::Search;
pub(crate) use compiled::Operations;
pub(crate) use lead::{Notes, RawLead, Renewal, Work};
pub(crate) use older::{Older, Wish};
pub(crate) use put::Given;
pub(crate) use ranking::{Extreme, in_turns};
pub(crate) use read::{Look, Use};
use replacing::Replacements;
#[cfg(feature = "serde")]
pub(crate) use restore::{Onlooker, Parcel, Restored, Restoring};
pub(crate) use types::{EntryTypes, as_text};

/// A table with its cache's common part: all that works without the types of key and value.
pub struct Core<S: Sharing, P: Protection> {
    shared: Shared,
    table: S::Lock<Table<S, P::Order>>,
    member: S::Member,
    told: Told,
    tagged: Arc<Tagged>,
    /// When the next entry expires, as far as is known.
    sweep_at: AtomicU64,
    /// How long nobody has looked for values that are gone, before the last look.
    look_pause: AtomicU64,
    /// The time at which it was made.
    began_at: u64,
    replacements: Replacements,
    common: Arc<Common>,
}

/// A way to hold on to a core for the length of a call.
pub trait Home: Deref<Target = Core<Self::S, Self::P>> + Clone {
    /// How the table is shared.
    type S: Sharing;
    /// Which limits it has.
    type P: Protection;
    /// The same for a computation, where the core is known to be there.
    type Held: Home<S = Self::S, P = Self::P>;

    /// Holds on to the core for a computation.
    fn hold(self) -> Self::Held;

    /// The core, if it takes no call to get it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn at_hand(&self) -> Option<&Core<Self::S, Self::P>> {
        Some(self)
    }

    /// What takes its place in the isolation that the calling thread is in, if there is one.
    fn isolated(&self) -> Option<Self> {
        None
    }
}

impl<P: Protection> Home for &Core<Global, P> {
    type S = Global;
    type P = P;
    type Held = Self;

    #[inline]
    fn hold(self) -> Self {
        self
    }
}

/// The engine's answer to a call.
pub(crate) enum Begun<S: Sharing> {
    /// The value was there.
    Hit,
    /// Nobody has it: the caller computes.
    Lead(Claimed<S>),
    /// Somebody computes it: look again when the flight has landed.
    Wait(Arc<Flight>),
    /// Nobody has it, and nothing can be kept now: the caller computes for itself.
    Alone,
}

/// A pending entry that the caller has put into the table. It stays in its place until the caller
/// is finished with it, also when it is taken out of the table.
pub(crate) struct Claimed<S: Sharing> {
    flight: LedFlight,
    /// The entry has a key, and gets a value, of types that may not leave the thread.
    sharing: PhantomData<S::Key>,
}

impl<S: Sharing> Claimed<S> {
    fn new(mut flight: LedFlight, hash: ShortHash, slot: Slot, started: Started) -> Self {
        flight.notes_mut().begin(hash, slot, started);
        Self {
            flight,
            sharing: PhantomData,
        }
    }

    /// The value is to take the place of this one.
    fn anew(mut self, older: Slot) -> Self {
        self.flight.notes_mut().replace(older);
        self
    }
}

/// Compares a node's key with the one that is looked for.
type IsKey<'a> = &'a dyn Fn(NodeRef<'_>) -> bool;
/// The same, with the owned key at hand.
type IsOwnKey<'a> = &'a dyn Fn(&dyn AnyKey, NodeRef<'_>) -> bool;

/// A key that is looked for: its hash, and how to know it.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) hash: u64,
    pub(crate) is_key: IsOwnKey<'a>,
}

impl<S: Sharing, P: Protection> Core<S, P> {
    pub(crate) fn new(common: Arc<Common>, member: S::Member) -> Self {
        let settings = common.settings();
        let (fronts, rules) = (settings.fronts(), settings.freshness);
        let table = Table::new(fronts, rules, settings.policy, settings.bound());
        Self {
            shared: Shared::new(fronts, common.domain(), table.hits()),
            tagged: Arc::clone(table.tagged()),
            table: S::Lock::new(table),
            member,
            told: Told::new(P::BOUNDED.then_some(common.account())),
            sweep_at: AtomicU64::new(sweep::NEVER),
            look_pause: AtomicU64::new(0),
            began_at: common.now(),
            replacements: Replacements::new(),
            common,
        }
    }

    /// How large the table is, as of the last change; nothing of one that has no limits.
    pub(crate) fn held(&self) -> Extent {
        Extent {
            entries: self.told.entries(),
            bytes: self.told.bytes(),
        }
    }

    pub(crate) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// To be called before the first entry.
    pub(crate) fn note_types<Q: KeyRef, O: Outcome>(&self) {
        self.common.note_types(EntryTypes::of::<Q, O>());
    }

    /// A node for use outside of the lock, by a caller that has pinned.
    #[allow(
        unsafe_code,
        clippy::unused_self,
        reason = "nodes stay while their reader is pinned, which is asserted"
    )]
    fn pinned_node<'p>(&self, writer: &Writer<'_, S, P::Order>, slot: Slot) -> Option<NodeRef<'p>> {
        debug_assert!(
            self.shared
                .domain
                .local()
                .is_none_or(crate::pin::Local::is_pinned)
        );
        // SAFETY: all callers of the functions that lead here pin first, and unpin last.
        unsafe { writer.node(slot) }
    }

    /// Lets a thread's own table empty itself if its cache was cleared elsewhere.
    fn catch_up(&self) {
        self.dispose(self.write(|_| ()).1);
    }

    /// Runs `f` with the table, under its lock; also what has left the table by that, to be
    /// [disposed of](Self::dispose).
    #[inline]
    fn write<R>(&self, f: impl FnOnce(&mut Writer<'_, S, P::Order>) -> R) -> (R, Outgoing) {
        self.write_and(false, f)
    }

    /// The same for what neither puts a value in nor takes one out: the table is as large as before.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write_key<R>(&self, f: impl FnOnce(&mut Writer<'_, S, P::Order>) -> R) -> (R, Outgoing) {
        if self.member.has_missed_clear(&self.common) {
            return self.write(f);
        }
        self.table.with(|table| {
            let mut writer = Writer::new(table, &self.shared, &self.common);
            let result = f(&mut writer);
            (result, writer.finish(false))
        })
    }

    /// The same; `at_once` to free what no reader sees any more, whatever it costs.
    fn write_and<R>(
        &self,
        at_once: bool,
        f: impl FnOnce(&mut Writer<'_, S, P::Order>) -> R,
    ) -> (R, Outgoing) {
        self.table.with(|table| {
            let mut writer = Writer::new(table, &self.shared, &self.common);
            // A thread's own table empties itself if its cache was cleared elsewhere.
            let has_missed = self.member.catch_up(&self.common);
            if has_missed {
                writer.clear(None);
            }
            let result = f(&mut writer);
            let extent = writer.extent();
            self.member.publish(extent);
            self.note_end(&writer);
            if P::BOUNDED {
                self.told.tell(extent.entries, extent.bytes);
            }
            (result, writer.finish(at_once || has_missed))
        })
    }

    /// Tells the listener about what has left, and drops it, all outside of the lock.
    #[inline]
    fn dispose(&self, outgoing: Outgoing) {
        if !outgoing.is_empty() {
            self.dispose_of(outgoing);
        }
        self.common.counters.telemetry.report(&self.common);
    }

    #[cold]
    fn dispose_of(&self, mut outgoing: Outgoing) {
        for (node, ticket) in outgoing.come() {
            self.common.record(ticket, node, Change::Inserted);
        }
        outgoing.unpin();
        for (node, cause, ticket) in outgoing.told() {
            self.common.tell(node, cause);
            if let Some(ticket) = ticket {
                self.common.record(ticket, node, Change::Removed(cause));
            }
        }
        if outgoing.has_told() {
            let at_once = outgoing.is_urgent();
            let ((), later) = self.write_and(at_once, |writer| writer.retire_told(&outgoing));
            outgoing.continue_with(later);
        }
        self.drop_dead(outgoing);
    }

    fn drop_dead(&self, outgoing: Outgoing) {
        /// The nodes are free, also when a user's `Drop` panics.
        struct GiveBack<'a, S: Sharing, P: Protection>(&'a Core<S, P>, Outgoing);
        impl<S: Sharing, P: Protection> Drop for GiveBack<'_, S, P> {
            fn drop(&mut self) {
                let ((), later) = self.0.write(|writer| writer.give_back(&self.1));
                self.0.dispose(later);
            }
        }
        if outgoing.has_dead() {
            GiveBack(self, outgoing).1.drop_dead();
        }
    }

    /// The hash of a key, which says where it is in the table.
    #[inline]
    pub(crate) fn hash<K>(&self, query: &impl KeyQuery<K>) -> u64 {
        self.hash_in_place(query)
    }

    /// The same without a call, for first looks.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn hash_in_place<K>(&self, query: &impl KeyQuery<K>) -> u64 {
        use std::hash::{BuildHasher, Hasher};
        let mut state = self.shared.hasher.build_hasher();
        query.feed(&mut state);
        state.finish()
    }
}

/// Compares a query with a node's key.
pub(crate) fn is_key<K, V>(query: &impl KeyQuery<K>) -> impl Fn(NodeRef<'_>) -> bool
where
    K: 'static,
    V: 'static,
{
    move |node| {
        let entry = node.typed::<K, V>();
        entry.is_some_and(|(key, _)| query.matches(key))
    }
}

/// Compares the owned key of a call with a node's.
pub(crate) fn is_own_key<Q, V>(own: &dyn AnyKey, node: NodeRef<'_>) -> bool
where
    Q: KeyRef,
    V: 'static,
{
    let own: &dyn Any = own;
    let own = own.downcast_ref::<OwnedKey<Q::Owned, V>>();
    let own = own.and_then(OwnedKey::get);
    own.is_some_and(|own| is_same_key::<Q, V>(own)(node))
}

/// Compares a stored key with a node's.
pub(crate) fn is_same_key<Q, V>(own: &Q::Owned) -> impl Fn(NodeRef<'_>) -> bool + '_
where
    Q: KeyRef,
    V: 'static,
{
    move |node| {
        let entry = node.typed::<Q::Owned, V>();
        entry.is_some_and(|(key, _)| Q::same(key, own))
    }
}

impl<S: Sharing, P: Protection> fmt::Debug for Core<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}
