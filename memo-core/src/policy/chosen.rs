//! A policy that may be a user's: whatever it does, the bound holds and the table stays usable.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Bound, Entry, EntryId, Fifo, Hits, Policy, Residents};

/// A policy, until it fails: when it panics, or names no entry of the table, FIFO takes its place.
pub struct Chosen {
    policy: Box<dyn Policy>,
    hits: Hits,
    /// As the policy knows it.
    capacity: u64,
}

impl Chosen {
    pub(super) fn new(policy: Box<dyn Policy>, bound: Bound) -> Self {
        let hits = match policy.hits() {
            // A count that never moves.
            Hits::Counted(0) => Hits::Ignored,
            hits => hits,
        };
        let mut chosen = Self {
            policy,
            hits,
            capacity: bound.weight(),
        };
        let capacity = chosen.capacity;
        if chosen.ask(|policy| policy.set_capacity(capacity)).is_none() {
            chosen.replace();
        }
        chosen
    }

    pub(super) fn hits(&self) -> Hits {
        self.hits
    }

    // Beside the way of LRU, not in it.
    #[inline(never)]
    pub(super) fn set_bound(&mut self, bound: Bound, residents: &impl Residents) {
        let capacity = bound.weight();
        if std::mem::replace(&mut self.capacity, capacity) != capacity
            && self.ask(|policy| policy.set_capacity(capacity)).is_none()
        {
            self.fail(residents, None);
        }
    }

    // Beside the way of LRU, not in it.
    #[inline(never)]
    pub(super) fn insert(&mut self, entry: Entry, residents: &impl Residents) {
        let done = self.ask(|policy| policy.insert(entry, residents.as_entries()));
        if done.is_none() {
            self.fail(residents, None);
        }
    }

    pub(super) fn remove(&mut self, entry: Entry, residents: &impl Residents) {
        let done = self.ask(|policy| policy.remove(entry, residents.as_entries()));
        if done.is_none() {
            self.fail(residents, Some(entry));
        }
    }

    // Beside the way of LRU, not in it.
    #[inline(never)]
    pub(super) fn victim(&mut self, residents: &impl Residents) -> Option<EntryId> {
        let named = self.ask(|policy| {
            let entry = policy.victim(residents.as_entries());
            match entry.and_then(|entry| residents.resident(entry)) {
                Some(id) => id,
                None => panic!("{}: the policy names {entry:?}", policy.name()),
            }
        });
        if named.is_some() {
            return named;
        }
        self.fail(residents, None);
        let oldest = self.policy.victim(residents.as_entries())?;
        residents.resident(oldest)
    }

    pub(super) fn clear(&mut self) {
        if self.ask(Policy::clear).is_none() {
            self.replace();
        }
    }

    /// `None` if it panicked: the panic hook has told why.
    fn ask<R>(&mut self, question: impl FnOnce(&mut dyn Policy) -> R) -> Option<R> {
        // Whatever state it is in then, it is not asked again.
        catch_unwind(AssertUnwindSafe(|| question(&mut *self.policy))).ok()
    }

    /// FIFO from here on, over the entries that there are, but for one.
    #[cold]
    fn fail(&mut self, residents: &impl Residents, leaving: Option<Entry>) {
        self.replace();
        for entry in residents.residents() {
            if Some(entry) != leaving {
                self.policy.insert(entry, residents.as_entries());
            }
        }
    }

    fn replace(&mut self) {
        let failed = std::mem::replace(&mut self.policy, Box::new(Fifo::default()));
        // Its drop may panic as well.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(failed)));
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chosen").field(&self.policy.name()).finish()
    }
}
