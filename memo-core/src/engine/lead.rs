//! The duty to compute: from the moment a key is claimed until its value is published.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Claimed, Core, Home, Removed};
use crate::event::RemovalCause;
use crate::expiry::Deadline;
use crate::nesting::Inside;
use crate::policy::EntryId;
use crate::protection::Protection;
use crate::sharing::{NodePtr, Sharing};
use crate::singleflight::{Flight, Handed, Landing};
use crate::store::{Entry, Table};

/// The leader of a flight. Dropped without a value (a panic, a cancelled future), it frees the key
/// and lets the waiting callers start over.
pub(crate) struct RawLead<C: Home> {
    pub(crate) core: C,
    work: Work<C::S>,
}

/// A computation under way.
pub(crate) struct Work<S: Sharing> {
    claimed: Claimed<S>,
    /// For a leader that is a thread; a task is inside at each poll.
    inside: Option<Inside>,
    /// For how many keys the computation is: each has its share of the time.
    keys: u32,
    /// The computation has ended and was counted.
    is_counted: bool,
    /// The flight has landed: nothing is left to do on drop.
    is_over: bool,
}

impl<C: Home> RawLead<C> {
    pub(crate) fn new(core: C, claimed: Claimed<C::S>) -> Self {
        core.common.counters.miss();
        Self {
            core,
            work: Work {
                claimed,
                inside: None,
                keys: 1,
                is_counted: false,
                is_over: false,
            },
        }
    }

    /// From now on what this thread runs belongs to the computation, until it is over.
    pub(crate) fn enter(mut self) -> Self {
        self.work.inside = Some(self.inside());
        self
    }

    /// While it lives, what this thread runs belongs to the computation.
    pub(crate) fn inside(&self) -> Inside {
        Inside::of(self.flight())
    }

    /// Where the callers of the key meet.
    pub(crate) fn flight(&self) -> &Arc<Flight> {
        &self.work.claimed.flight
    }

    /// The computation is for so many keys.
    pub(crate) fn share(&mut self, keys: usize) {
        self.work.keys = u32::try_from(keys).unwrap_or(u32::MAX).max(1);
    }

    /// The node that gets the value.
    pub(crate) fn node(&self) -> &<C::S as Sharing>::Ptr {
        &self.work.claimed.node
    }

    /// See [`Core::publish`].
    pub(crate) fn publish(&mut self, is_key: &dyn Fn(&<C::S as Sharing>::Ptr) -> bool) {
        self.core.engine().publish(&mut self.work, is_key);
    }

    /// See [`Core::discard`].
    pub(crate) fn discard(&mut self, hand: &dyn Fn() -> Option<Handed>) {
        self.core.engine().discard(&mut self.work, hand);
    }

    /// The computation gave no value for the key.
    pub(crate) fn miss_out(&mut self) {
        self.core.engine().miss_out(&mut self.work);
    }
}

impl<C: Home> Drop for RawLead<C> {
    fn drop(&mut self) {
        if !self.work.is_over {
            self.core.engine().abandon(&mut self.work);
        }
    }
}

impl<S: Sharing> Work<S> {
    /// What the key has cost.
    fn time_until(&self, now: u64) -> u64 {
        now.saturating_sub(self.claimed.started) / u64::from(self.keys)
    }

    fn land(&mut self, landing: Landing) {
        self.is_over = true;
        self.inside = None;
        self.claimed.flight.land(landing);
    }
}

impl<C: Home> std::fmt::Debug for RawLead<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawLead")
            .field("id", &self.work.claimed.id)
            .finish_non_exhaustive()
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The value is in the node: makes it available, unless the key was invalidated meanwhile, and
    /// wakes the callers that wait for it.
    pub(super) fn publish(&self, work: &mut Work<S>, is_key: &dyn Fn(&S::Ptr) -> bool) {
        let now = self.end(work, self.common.now(), true);
        let cost = work.time_until(now);
        let gone = self.settle(&work.claimed, now, cost, is_key);
        work.land(Landing::InNode);
        // Last, as user code runs here: listeners, and the `Drop` of what was evicted.
        self.dispose(gone);
    }

    /// The value is not to be kept: gives the key free and hands the value, if it can be copied,
    /// to the callers that wait for it.
    pub(super) fn discard(&self, work: &mut Work<S>, hand: &dyn Fn() -> Option<Handed>) {
        self.end(work, self.common.now(), false);
        self.give_up(work.claimed.id);
        // Nobody new can come, as the flight has left the table. Whoever is there gets a copy.
        let handed = if work.claimed.flight.is_awaited() {
            hand()
        } else {
            None
        };
        work.land(handed.map_or(Landing::Failed, Landing::Handed));
    }

    /// There is no value, and none is to come.
    pub(super) fn miss_out(&self, work: &mut Work<S>) {
        self.end(work, self.common.now(), false);
        self.give_up(work.claimed.id);
        work.land(Landing::Absent);
    }

    /// The computation has ended without a value.
    pub(super) fn abandon(&self, work: &mut Work<S>) {
        // The clock may be what panicked; a second panic here would abort the program.
        let now = catch_unwind(AssertUnwindSafe(|| self.common.now()));
        self.end(work, now.unwrap_or(work.claimed.started), false);
        self.give_up(work.claimed.id);
        work.land(Landing::Failed);
    }

    /// Counts the computation, once.
    fn end(&self, work: &mut Work<S>, now: u64, kept: bool) -> u64 {
        if !work.is_counted {
            work.is_counted = true;
            self.common.counters.load(kept, work.time_until(now));
        }
        now
    }

    /// Makes a computed value available in the place of older ones of its key.
    fn settle(
        &self,
        claimed: &Claimed<S>,
        now: u64,
        cost: u64,
        is_key: &dyn Fn(&S::Ptr) -> bool,
    ) -> Vec<Removed<S>> {
        let deadline = Deadline::after(now, self.common.ttl());
        claimed.node.node().header().store(now, deadline, cost);
        let mut gone = Vec::new();
        let is_stored = self.locate(claimed.hash, Some(claimed.id), is_key, |table, matches| {
            // Invalidated, cleared or overtaken by a newer value: this is the generation check
            // that keeps a late value out.
            if table.get(claimed.id).is_none() {
                return false;
            }
            // Computations that began later are newer than this value: they stay.
            let older = |id: &&EntryId| id.serial < claimed.id.serial;
            let older: Vec<EntryId> = matches.iter().filter(older).copied().collect();
            unlink_all(table, &older, RemovalCause::Replaced, &mut gone);
            if self.make_room(table, &mut gone) {
                return table.settle(claimed.id);
            }
            gone.extend(
                table
                    .unlink(claimed.id)
                    .map(|entry| (entry, RemovalCause::Size)),
            );
            false
        });
        if !is_stored {
            self.common.counters.rejected();
        }
        gone
    }

    /// Stores a value that was not computed here, in the place of what its key had. Computations
    /// that are under way do not overwrite it.
    pub(super) fn put(
        &self,
        hash: u64,
        node: &S::Ptr,
        ttl: Option<Duration>,
        is_key: &dyn Fn(&S::Ptr) -> bool,
    ) {
        let now = self.common.now();
        let header = node.node().header();
        header.store(now, Deadline::after(now, ttl), 0);
        let mut gone = Vec::new();
        let is_stored = self.locate(hash, None, is_key, |table, matches| {
            unlink_all(table, matches, RemovalCause::Replaced, &mut gone);
            let has_room = self.make_room(table, &mut gone);
            if has_room {
                table.link_ready(hash, node.clone());
            }
            has_room
        });
        if !is_stored {
            self.common.counters.rejected();
        }
        self.dispose(gone);
    }

    /// Evicts until there is room for one more entry; `false` if there never is.
    fn make_room(&self, table: &mut Table<S, P::Order>, gone: &mut Vec<Removed<S>>) -> bool {
        // For a bare store this is decided when the program is compiled.
        if !P::BOUNDED {
            return true;
        }
        let Some(maxsize) = self.common.maxsize() else {
            return true;
        };
        let mut evicted: Vec<Entry<S>> = Vec::new();
        table.evict_to(maxsize.saturating_sub(1), &mut evicted);
        gone.extend(evicted.into_iter().map(|entry| (entry, RemovalCause::Size)));
        maxsize > 0
    }

    fn give_up(&self, id: EntryId) {
        drop(self.with_table(|table| table.unlink(id)));
    }
}

pub(super) fn unlink_all<S: Sharing, O: crate::policy::Order>(
    table: &mut Table<S, O>,
    ids: &[EntryId],
    cause: RemovalCause,
    gone: &mut Vec<Removed<S>>,
) {
    for &id in ids {
        gone.extend(table.unlink(id).map(|entry| (entry, cause)));
    }
}
