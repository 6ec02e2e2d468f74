//! What expansions call: the drivers over the engine, and the operations on one call's arguments.

use std::fmt;
use std::marker::PhantomData;

use crate::common::Common;
use crate::engine::{Begun, EntryInfo, Home, RawLead, is_key, is_same_key, value_of};
use crate::entry::{Node, typed};
use crate::key::KeyRef;
use crate::outcome::Outcome;
use crate::protection::Protection;
use crate::sharing::{Holds, NodePtr, Sharing};
use crate::singleflight::{FlightHandle, Landing};

/// Answers a call: with a value, or with the duty to compute it. Blocks while another thread
/// computes it.
///
/// # Panics
/// When the value is needed for its own computation.
#[inline]
pub(crate) fn call<Q, O, C>(core: C, query: &Q) -> Result<O::Ret, RawLead<C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let hash = core.hash(query);
    match core.hit::<Q::Owned, O::Stored>(hash, query) {
        Some(value) => Ok(O::give(value)),
        None => lead_or_wait::<Q, O, C>(core, hash, query),
    }
}

#[cold]
#[inline(never)]
fn lead_or_wait<Q, O, C>(core: C, hash: u64, query: &Q) -> Result<O::Ret, RawLead<C>>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    let mut has_waited = false;
    loop {
        let landed = match core.begin::<Q, O::Stored>(hash, query) {
            Begun::Hit(node) => value_of::<Q::Owned, O::Stored>(&node).map(O::give),
            Begun::Lead(claimed) => return Err(RawLead::new(core, claimed)),
            Begun::Wait(node, flight) => {
                has_waited = true;
                match flight.wait(&core.common().waiting) {
                    Landing::InNode => value_of::<Q::Owned, O::Stored>(&node).map(O::give),
                    Landing::Handed(value) => O::receive(&value),
                    Landing::Failed => None,
                    Landing::Cycle => panic_recursion(core.common(), true),
                }
            }
            Begun::Reentrant => panic_recursion(core.common(), false),
        };
        if let Some(value) = landed {
            let counters = &core.common().counters;
            if has_waited {
                counters.coalesced();
            } else {
                counters.hit();
            }
            return Ok(value);
        }
    }
}

#[cold]
fn panic_recursion(common: &Common, across_threads: bool) -> ! {
    // A call like any other, for which there was no value.
    common.counters.miss();
    let name = common.name();
    assert!(
        !across_threads,
        "`{name}` waits for itself: threads need each other's results, in a circle; break the \
         circle, or compute one of them with `uncached`"
    );
    panic!(
        "`{name}` was called with the arguments that it is being computed for: its result depends \
         on itself; recursion has to change the arguments that are part of the key"
    );
}

/// The operations on the entry of one call's arguments.
///
/// One opaque type for each memoized function implements it.
pub trait Lookup<R, C: Home>: Sized {
    /// A value, or the duty to compute it.
    fn begin(self) -> Result<R, Lead<R, C>>;
    /// The duty to compute it anew.
    fn supersede(self) -> Lead<R, C>;
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

/// The entry of one call's arguments.
#[derive(Debug)]
#[must_use]
pub struct At<L>(L);

impl<Q, O, C: Home> At<Query<Q, O, C>>
where
    O: Outcome,
{
    /// The entry of these arguments in this cache.
    #[inline]
    pub fn new(core: C, key: Q, _: PhantomData<O>, keep_if: Option<KeepIf<O::Ret>>) -> Self {
        Self(Query { core, key, keep_if })
    }
}

#[allow(missing_docs, reason = "as in `Lookup`")]
impl<L> At<L> {
    #[inline]
    pub fn begin<R, C: Home>(self) -> Result<R, Lead<R, C>>
    where
        L: Lookup<R, C>,
    {
        self.0.begin()
    }

    pub fn supersede<R, C: Home>(self) -> Lead<R, C>
    where
        L: Lookup<R, C>,
    {
        self.0.supersede()
    }

    pub fn peek<R, C: Home>(self) -> Option<R>
    where
        L: Lookup<R, C>,
    {
        self.0.peek()
    }

    pub fn contains<R, C: Home>(self) -> bool
    where
        L: Lookup<R, C>,
    {
        self.0.contains()
    }

    pub fn invalidate<R, C: Home>(self) -> bool
    where
        L: Lookup<R, C>,
    {
        self.0.invalidate()
    }

    pub fn prime<R, C: Home>(self, value: R)
    where
        L: Lookup<R, C>,
    {
        self.0.prime(value);
    }

    pub fn entry_info<R, C: Home>(self) -> Option<EntryInfo>
    where
        L: Lookup<R, C>,
    {
        self.0.entry_info()
    }
}

/// One call's arguments in borrowed form, with its function's cache.
pub struct Query<Q, O: Outcome, C> {
    core: C,
    key: Q,
    keep_if: Option<KeepIf<O::Ret>>,
}

impl<Q, O, C> Query<Q, O, C>
where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>>,
{
    fn lead(raw: RawLead<C>, keep_if: Option<KeepIf<O::Ret>>) -> Lead<O::Ret, C> {
        Lead {
            raw,
            keep_if,
            finish: finish::<Q, O, C>,
        }
    }

    fn is_key(&self) -> impl Fn(&<C::S as Sharing>::Ptr) -> bool {
        is_key::<C::S, Q::Owned, O::Stored>(&self.key)
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
    fn begin(self) -> Result<O::Ret, Lead<O::Ret, C>> {
        let Self { core, key, keep_if } = self;
        let result = call::<Q, O, C>(core, &key);
        // Here, where a panic in the `Drop` of a key unwinds over the leader and ends its flight.
        drop(key);
        result.map_err(|raw| Self::lead(raw, keep_if))
    }

    fn supersede(self) -> Lead<O::Ret, C> {
        let Self { core, key, keep_if } = self;
        match core.supersede::<Q, O::Stored>(&key) {
            Some(claimed) => {
                let raw = RawLead::new(core, claimed);
                drop(key);
                Self::lead(raw, keep_if)
            }
            None => panic_recursion(core.common(), false),
        }
    }

    fn peek(self) -> Option<O::Ret> {
        self.core
            .read(self.hash(), &self.key, false, |stored: &O::Stored| {
                stored.clone()
            })
            .map(O::give)
    }

    fn contains(self) -> bool {
        self.core
            .read(self.hash(), &self.key, false, |_: &O::Stored| ())
            .is_some()
    }

    fn invalidate(self) -> bool {
        self.core.remove(self.hash(), &self.is_key())
    }

    fn prime(self, value: O::Ret) {
        if self.keep_if.is_some_and(|keep| !keep(&value)) {
            return;
        }
        let Some(stored) = O::keep(&value) else {
            return;
        };
        self.core.show_keys_of::<Q, O::Stored>();
        let node = C::S::hold(Node::ready(self.key.own(), stored));
        let ttl = self.core.common().ttl();
        self.core.put(self.hash(), &node, ttl, &self.is_key());
    }

    fn entry_info(self) -> Option<EntryInfo> {
        self.core.entry_info(self.hash(), &self.is_key())
    }
}

impl<Q, O: Outcome, C> fmt::Debug for Query<Q, O, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query")
    }
}

/// Decides what of a value is stored, and publishes it.
type Finish<R, C> = fn(&mut RawLead<C>, &R, Option<KeepIf<R>>);
/// `cache_if`
type KeepIf<R> = fn(&R) -> bool;

/// The duty to compute a value of type `R`. Dropped without one, it passes on to the next caller.
///
/// It knows nothing of the arguments, so that they can be moved into the function.
#[must_use]
pub struct Lead<R, C: Home> {
    raw: RawLead<C>,
    keep_if: Option<KeepIf<R>>,
    finish: Finish<R, C>,
}

impl<R, C: Home> Lead<R, C> {
    /// Stores the value if it is to be kept, and returns it.
    #[inline(never)]
    pub fn finish(mut self, value: R) -> R {
        (self.finish)(&mut self.raw, &value, self.keep_if);
        value
    }
}

impl<R, C: Home> fmt::Debug for Lead<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

/// The part of [`Lead::finish`] that needs the types of key and stored value.
pub(crate) fn finish<Q, O, C>(
    lead: &mut RawLead<C>,
    value: &O::Ret,
    keep_if: Option<KeepIf<O::Ret>>,
) where
    Q: KeyRef,
    O: Outcome,
    C: Home<S: Holds<Q::Owned, O::Stored>, P: Protection>,
{
    let is_kept = keep_if.is_none_or(|keep| keep(value));
    match is_kept.then(|| O::keep(value)).flatten() {
        Some(stored) => {
            let node = lead.node().clone();
            let Some(own) = typed::<Q::Owned, O::Stored>(node.node()) else {
                return;
            };
            // The leader is the only one who sets it, once.
            let _ = own.value.set(stored);
            lead.publish(&is_same_key::<C::S, Q, O::Stored>(&own.key));
        }
        None => lead.discard(&|| O::hand(value)),
    }
}
