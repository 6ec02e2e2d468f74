//! The end of a computation: what becomes of its entry, and of those who wait for it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{Notes, Work};
use crate::advisor;
use crate::common::Common;
use crate::engine::{Core, IsKey, Search};
use crate::event::RemovalCause;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::{Flight, Handed, Landing};
use crate::store::{Facts, NodeRef, NodeType, Outgoing, Slot, Writer};
use crate::tags::EntryTags;
use crate::timing::Ended;

/// What was caught.
type Panic = Box<dyn Any + Send>;

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The value is in the node: makes it available, unless the key was invalidated meanwhile, and
    /// hands copies to the callers that wait for it.
    pub(in crate::engine) fn publish(
        &self,
        work: &mut Work,
        node_type: &'static NodeType,
        is_key: IsKey<'_>,
        hand: &dyn Fn() -> Option<Handed>,
    ) {
        let notes = work.notes();
        let settings = self.common.settings();
        let (heap, ttl) = (notes.heap, notes.rest().ttl.or_else(|| settings.ttl()));
        let (ended, loads) = self.end(work.notes_mut(), true, ttl.is_some());
        let tags = work.tags();
        let facts = Facts {
            now: ended.now,
            deadline: settings.deadline(ended.now, ttl),
            cost: ended.cost,
            heap: tags.as_ref().map_or(0, |tags| tags.bytes()) + heap,
            tags: tags.as_ref(),
        };
        let is_cleared = facts.tags.is_some_and(|tags| tags.are_cleared());
        let is_worth_it = !is_cleared && ended.cost >= settings.limits.min_cost;
        let bytes = self.shared.bytes_of(node_type).saturating_add(facts.heap);
        let outgoing = if !is_worth_it || !self.finds_room(bytes, Some(ended.cost), ended.now) {
            self.common.counters.rejected();
            self.give_up(work.notes())
        } else {
            self.settle(work.notes(), facts, is_key)
        };
        let panic = Self::land_with(work, (tags.as_deref(), hand), Landing::Stored);
        // Last, as user code runs here: listeners, and the `Drop` of what was evicted.
        self.dispose(outgoing);
        advisor::after_load(&self.common, loads, || self.extent());
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// The value is not to be kept: gives the key free and hands the value, if it can be copied,
    /// to the callers that wait for it.
    pub(in crate::engine) fn discard(&self, work: &mut Work, hand: &dyn Fn() -> Option<Handed>) {
        self.end_otherwise(work.notes_mut(), false, false);
        let tags = work.tags();
        let served = work.notes().rest().served;
        let (is_stale, outgoing) = self.give_up_and(work.notes(), |writer| {
            // Some who wait may have come after the older value was invalidated. Nobody comes any more.
            let is_there = |slot| writer.see(slot).is_some_and(|seen| !seen.is_cleared);
            served.is_some_and(|slot| !is_there(slot))
        });
        let hand = || if is_stale { None } else { hand() };
        let panic = Self::land_with(work, (tags.as_deref(), &hand), |handed| {
            handed.map_or(Landing::Failed, Landing::Handed)
        });
        self.dispose(outgoing);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// There is no value, and none is to come.
    pub(in crate::engine) fn miss_out(&self, work: &mut Work) {
        self.end_otherwise(work.notes_mut(), false, false);
        let outgoing = self.give_up(work.notes());
        work.land(Landing::Absent);
        self.dispose(outgoing);
    }

    /// The computation has ended without a value.
    pub(in crate::engine) fn abandon(&self, work: &mut Work) {
        // The clock may be what panicked; a second panic here would abort the program.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.end_otherwise(work.notes_mut(), false, false);
        }));
        if ended.is_err() {
            let notes = work.notes_mut();
            self.count(notes, false, Common::end_unknown(notes.started));
        }
        let outgoing = self.give_up(work.notes());
        work.land(Landing::Failed);
        self.dispose(outgoing);
    }

    /// Lands with a copy for those who wait, if somebody does: nobody new can come, as the flight has
    /// left the table. They start over if the value is of before a clear by one of its tags.
    ///
    /// A panic in the user's `Clone` goes on later: it must not keep what has left the table from
    /// being freed.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn land_with(
        work: &mut Work,
        (tags, hand): (Option<&EntryTags>, &dyn Fn() -> Option<Handed>),
        landing: fn(Option<Handed>) -> Landing,
    ) -> Option<Panic> {
        if work.flight().is_awaited() {
            return Self::land_awaited(work, (tags, hand), landing);
        }
        work.land_alone();
        None
    }

    #[inline(never)]
    fn land_awaited(
        work: &mut Work,
        (tags, hand): (Option<&EntryTags>, &dyn Fn() -> Option<Handed>),
        landing: fn(Option<Handed>) -> Landing,
    ) -> Option<Panic> {
        // Some of them may have come after a tag was cleared. Asked now that nobody new can come: who
        // is there came before a clear that is later than this.
        if tags.is_some_and(EntryTags::are_cleared) {
            work.land(Landing::Failed);
            return None;
        }
        let handed = catch_unwind(AssertUnwindSafe(hand));
        let (handed, panic) = match handed {
            Ok(handed) => (handed, None),
            Err(panic) => (None, Some(panic)),
        };
        work.land(landing(handed));
        panic
    }

    /// Ends the computation and counts it; also how many this thread has counted.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn end(&self, notes: &mut Notes, kept: bool, exact: bool) -> (Ended, u64) {
        let ended = self.common.end(notes.started, notes.rest().keys, exact);
        (ended, self.count(notes, kept, ended))
    }

    /// The same, once for all that do so seldom.
    #[inline(never)]
    pub(super) fn end_otherwise(&self, notes: &mut Notes, kept: bool, exact: bool) -> (Ended, u64) {
        self.end(notes, kept, exact)
    }

    /// Counts the computation, once.
    #[inline]
    pub(super) fn count(&self, notes: &mut Notes, kept: bool, ended: Ended) -> u64 {
        if notes.is_counted {
            return 0;
        }
        notes.is_counted = true;
        self.common.counters.load(kept, ended.spent)
    }

    /// Makes a computed value available in the place of older ones of its key.
    fn settle(&self, notes: &Notes, facts: Facts<'_>, is_key: IsKey<'_>) -> Outgoing {
        let (settled, outgoing) = self.write(|writer| {
            // Then all entries of the key have to be found, and for that to be compared.
            if writer.may_be_twice() {
                return None;
            }
            Some(self.make_available(writer, notes, facts))
        });
        let (is_stored, outgoing) = if let Some(is_stored) = settled {
            (is_stored, outgoing)
        } else {
            self.dispose(outgoing);
            let is_key = |(): &(), node: NodeRef<'_>| is_key(node);
            let search = Search {
                hash: notes.hash,
                is_key: &is_key,
                pinned: &mut None,
            };
            self.locate(search, &mut (), |writer, (), matches| {
                self.settle_among(writer, notes, matches, facts)
            })
        };
        if !is_stored {
            self.common.counters.rejected();
        }
        outgoing
    }

    /// Makes the value available, unless its entry was invalidated, cleared or overtaken by a newer
    /// value: this is the generation check that keeps a late value out. Whether the value is kept.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn make_available(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        notes: &Notes,
        facts: Facts<'_>,
    ) -> bool {
        let (own, bound) = (notes.slot, self.bound());
        let bytes = writer.bytes_with(own, facts.heap);
        let is_kept = self.has_room(writer, bound, bytes) && writer.settle(own, facts);
        if !is_kept {
            if let Some(older) = notes.rest().older {
                writer.end_refresh(older, facts.now);
            }
            writer.give_up(own, true);
        }
        Self::keep_within(writer, bound);
        is_kept
    }

    /// The same where there may be other entries of the key.
    #[cold]
    fn settle_among(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        notes: &Notes,
        matches: &[Slot],
        facts: Facts<'_>,
    ) -> bool {
        let own = notes.slot;
        self.replace(writer, |writer| {
            // Computations that began later are newer than this value: they stay. Values that are there
            // are older: a newer one would have taken this entry out.
            if let Some(rank) = writer.pending(own.id).map(Flight::rank) {
                for &slot in matches {
                    let other = writer.pending(slot.id).map(Flight::rank);
                    if slot != own && other.is_none_or(|other| other < rank) {
                        writer.unlink(slot, RemovalCause::Replaced);
                    }
                }
            }
            self.make_available(writer, notes, facts)
        })
    }

    /// Takes the entry out and lets it go. An older value goes on being served; somebody may try again to
    /// compute it anew.
    pub(in crate::engine) fn give_up(&self, notes: &Notes) -> Outgoing {
        self.give_up_and(notes, |_| ()).1
    }

    /// The same; what `look` says of the table right after it.
    fn give_up_and<R>(
        &self,
        notes: &Notes,
        look: impl FnOnce(&Writer<'_, S, P::Order>) -> R,
    ) -> (R, Outgoing) {
        let older = notes.rest().older;
        let older = older.map(|older| (older, self.now_or_then(notes)));
        let Notes {
            slot, has_value, ..
        } = *notes;
        // In one step: what has left the table by that is dropped when those who wait have been woken.
        self.write(|writer| {
            if let Some((older, now)) = older {
                writer.end_refresh(older, now);
            }
            writer.give_up(slot, has_value);
            look(writer)
        })
    }

    /// The time; that at which the computation began if the clock panics, which may be why it has ended: a
    /// second panic would abort the program.
    #[cold]
    fn now_or_then(&self, notes: &Notes) -> u64 {
        let clock = &self.common.settings().clock;
        let now = catch_unwind(AssertUnwindSafe(|| clock.roughly_now()));
        now.unwrap_or_else(|_| Common::end_unknown(notes.started).now)
    }
}
