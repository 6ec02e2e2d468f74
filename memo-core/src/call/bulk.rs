//! One call for many keys: the body is asked for those that are missing, and for no others.
//!
//! No key is waited for while another one is led here: all that is missing is claimed first, then
//! computed in one run of the body, and only then the results of others are waited for. So two
//! calls for the same keys in different orders cannot block each other.

mod output;

use std::fmt;
#[cfg(feature = "async")]
use std::future::{Future, poll_fn};
use std::sync::Arc;
#[cfg(feature = "async")]
use std::task::{Context, Poll};

use super::at::Lookup;
use super::miss::Miss;
#[cfg(feature = "async")]
use super::task::Within;
use crate::engine::Home;
use crate::nesting::InsideShared;
use crate::singleflight::{Flight, Landing};

pub use output::{BulkOutput, BulkOutputFor};

/// A call for many keys: a slot for each of them, in their order.
pub struct Bulk<R, C: Home> {
    slots: Vec<Slot<R, C>>,
    /// What is computed here: one computation for all keys that this call leads.
    computation: Option<Arc<Flight>>,
}

enum Slot<R, C: Home> {
    Value(R),
    /// There is none, or it is being moved.
    Absent,
    Miss(Miss<R, C>),
}

/// Keys to compute, in one run of the body.
#[must_use]
pub struct Batch<K> {
    keys: Vec<K>,
    /// Of their slots.
    positions: Vec<usize>,
    computation: Arc<Flight>,
}

impl<R, C: Home> Bulk<R, C> {
    /// A call for so many keys.
    pub fn with_capacity(keys: usize) -> Self {
        Self {
            slots: Vec::with_capacity(keys),
            computation: None,
        }
    }

    /// Asks for the next key.
    pub(super) fn begin(&mut self, entry: impl Lookup<R, C>) {
        // What comes later is part of the computation of what is missing already: user code that
        // asks for that, a key's `Eq`, say, must not wait for it.
        let _inside = self.computation.as_ref().map(InsideShared::of);
        let slot = match entry.begin_unblocked() {
            Ok(value) => Slot::Value(value),
            Err(miss) => self.missed(miss),
        };
        self.slots.push(slot);
    }

    /// Asks for the next key to be computed anew.
    pub(super) fn begin_anew(&mut self, entry: impl Lookup<R, C>) {
        let _inside = self.computation.as_ref().map(InsideShared::of);
        let miss = entry.here().supersede_unblocked(self.computation.as_ref());
        let slot = self.missed(miss);
        self.slots.push(slot);
    }

    fn missed(&mut self, mut miss: Miss<R, C>) -> Slot<R, C> {
        if let Some(lead) = miss.lead() {
            let computation = self.computation.get_or_insert_with(Flight::start);
            computation.compute_for(&lead.flight());
        } else if miss.is_alone() {
            self.computation.get_or_insert_with(Flight::start);
        }
        Slot::Miss(miss)
    }

    /// The keys to compute now; `None` when there are none any more. Blocks while somebody else
    /// computes the rest.
    pub fn next<K: Clone>(&mut self, keys: &[K]) -> Option<Batch<K>> {
        loop {
            if let Some(batch) = self.batch(keys) {
                return Some(batch);
            }
            let (position, landing) = self
                .misses()
                .find_map(|(position, miss)| Some((position, miss.wait()?)))?;
            self.land(position, landing);
            self.take_landed();
        }
    }

    /// The same for a task.
    #[cfg(feature = "async")]
    pub async fn next_async<K: Clone>(&mut self, keys: &[K]) -> Option<Batch<K>> {
        loop {
            if let Some(batch) = self.batch(keys) {
                return Some(batch);
            }
            let (position, landing) = poll_fn(|cx| self.poll_first(cx)).await?;
            self.land(position, landing);
            self.take_landed();
        }
    }

    #[cfg(feature = "async")]
    fn poll_first(&mut self, cx: &Context<'_>) -> Poll<Option<(usize, Landing)>> {
        match self.misses().next() {
            None => Poll::Ready(None),
            Some((position, miss)) => miss
                .poll(cx)
                .map(|landing| landing.map(|landing| (position, landing))),
        }
    }

    fn misses(&mut self) -> impl Iterator<Item = (usize, &mut Miss<R, C>)> {
        let slots = self.slots.iter_mut().enumerate();
        slots.filter_map(|(position, slot)| match slot {
            Slot::Miss(miss) => Some((position, miss)),
            Slot::Value(_) | Slot::Absent => None,
        })
    }

    /// All keys that this call leads; when there are none, those that it computes beside the cache.
    ///
    /// Not both together: among the latter are keys that came twice, and of a map's value only one
    /// of them gets something.
    fn batch<K: Clone>(&mut self, keys: &[K]) -> Option<Batch<K>> {
        let computation = self.computation.clone()?;
        let _inside = InsideShared::of(&computation);
        let leads = self
            .misses()
            .filter_map(|(position, miss)| Some((position, miss.lead()?)));
        let (mut positions, mut leads): (Vec<_>, Vec<_>) = leads.unzip();
        let count = leads.len();
        for lead in &mut leads {
            lead.share(count);
        }
        if positions.is_empty() {
            let misses = self.misses();
            let alone = misses.filter(|(_, miss)| miss.is_alone());
            positions.extend(alone.map(|(position, _)| position));
        }
        if positions.is_empty() {
            return None;
        }
        let keys = positions.iter().filter_map(|position| keys.get(*position));
        Some(Batch {
            keys: keys.cloned().collect(),
            positions,
            computation,
        })
    }

    /// A flight has landed that the key at this position waited for.
    fn land(&mut self, position: usize, landing: Landing) {
        let Slot::Miss(mut miss) = self.take(position) else {
            return;
        };
        if matches!(landing, Landing::Absent) {
            miss.count_awaited();
            return;
        }
        self.slots[position] = match miss.advance(landing) {
            Some(value) => Slot::Value(value),
            None => self.missed(miss),
        };
    }

    fn take(&mut self, position: usize) -> Slot<R, C> {
        std::mem::replace(&mut self.slots[position], Slot::Absent)
    }

    /// Lands the other keys for which no waiting is needed. So those that somebody failed to
    /// compute together are computed together here.
    fn take_landed(&mut self) {
        for position in 0..self.slots.len() {
            let landing = match &self.slots[position] {
                Slot::Miss(miss) => miss.awaited().and_then(|flight| flight.landing()),
                Slot::Value(_) | Slot::Absent => None,
            };
            if let Some(landing) = landing {
                self.land(position, landing);
            }
        }
    }

    /// Stores what the body has returned; `Err` with what to return at once if it has failed.
    ///
    /// # Panics
    /// When these are not the values of the keys.
    pub fn finish<K, B>(&mut self, batch: Batch<K>, output: B) -> Result<(), B>
    where
        B: BulkOutputFor<K, Value = R>,
    {
        let _inside = InsideShared::of(&batch.computation);
        let values = output.take_apart(&batch.keys)?;
        if values.len() != batch.keys.len() {
            self.panic_count(values.len(), &batch.positions);
        }
        // What the body has said is about all of its keys.
        let tags = batch.computation.take_tags();
        for (position, value) in batch.positions.into_iter().zip(values) {
            let Slot::Miss(mut miss) = self.take(position) else {
                continue;
            };
            match (value, miss.lead()) {
                (Some(value), lead) => {
                    if let Some(lead) = lead.filter(|_| !tags.is_empty()) {
                        lead.add_tags(&tags);
                    }
                    let served = miss.finish(&value);
                    self.slots[position] = Slot::Value(served.unwrap_or(value));
                }
                (None, Some(lead)) => lead.miss_out(),
                (None, None) => {}
            }
        }
        Ok(())
    }

    #[cold]
    fn panic_count(&mut self, values: usize, positions: &[usize]) -> ! {
        let keys = positions.len();
        let name = self.misses().next().map(|(_, miss)| miss.name());
        panic!(
            "`{}` returned {values} values for {keys} keys: a `bulk` function returns a value for \
             each key, in the order of the keys; where some have none, it returns a map",
            name.unwrap_or_default()
        );
    }

    /// The result of the call.
    pub fn output<K, B>(self, keys: &[K]) -> B
    where
        B: BulkOutputFor<K, Value = R>,
    {
        let values = self.slots.into_iter().map(|slot| match slot {
            Slot::Value(value) => Some(value),
            Slot::Absent | Slot::Miss(_) => None,
        });
        B::put_together(keys, values)
    }
}

impl<K> Batch<K> {
    /// The keys in the order in which they were asked for, each once unless caching is off for this
    /// call.
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    /// Runs the body.
    pub fn run<B>(&self, body: impl FnOnce() -> B) -> B {
        let _inside = InsideShared::of(&self.computation);
        body()
    }

    /// Runs the body of an async function.
    #[cfg(feature = "async")]
    pub fn run_async<F: Future>(&self, body: F) -> Within<F> {
        Within::new(Arc::clone(&self.computation), body)
    }
}

impl<R, C: Home> fmt::Debug for Bulk<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("keys", &self.slots.len())
            .finish_non_exhaustive()
    }
}

impl<K> fmt::Debug for Batch<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("positions", &self.positions)
            .finish_non_exhaustive()
    }
}
