//! The duty to compute: from the moment a key is claimed until its value is published.

mod renewal;

use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::accounting::Heap;
use crate::advisor;
use crate::common::Common;
use crate::engine::{Claimed, Core, Home, IsKey, Search, is_same_key};
use crate::event::RemovalCause;
use crate::key::KeyRef;
use crate::nesting::Inside;
use crate::pin::Guard;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::{Flight, Handed, Landing, LedFlight};
use crate::store::{
    Facts, Held, Node, NodeAt, NodeRef, NodeType, Outgoing, ShortHash, Slot, Writer,
};
use crate::tags::{self, EntryTags, Tag};
use crate::timing::{Ended, Started};

pub(crate) use renewal::Renewal;

/// The leader of a flight. Dropped without a value (a panic, a cancelled future), it frees the key
/// and lets the waiting callers start over.
pub struct RawLead<C: Home> {
    pub(crate) core: C,
    pub(super) work: Work,
    /// The entry has a key, and gets a value, of types that may not leave the thread.
    sharing: PhantomData<<C::S as Sharing>::Key>,
}

/// A computation under way; empty once it is over. What is known of it is beside its flight, so that
/// little has to be moved about.
pub(crate) struct Work(Option<LedFlight>);

/// What was caught.
type Panic = Box<dyn Any + Send>;

/// What the leader knows of its computation.
#[derive(Debug)]
pub(crate) struct Notes {
    hash: ShortHash,
    slot: Slot,
    started: Started,
    /// The generation of tags in which the computation began.
    began: u64,
    /// For a leader that is a thread; a task is inside at each poll.
    inside: Option<Inside>,
    /// The entry that is served until the value is there.
    older: Option<Slot>,
    /// The entry whose value takes the place of this one's, as that is an error.
    served: Option<Slot>,
    /// How long the value lives, if it says so itself.
    ttl: Option<Duration>,
    /// Bytes that the value has on the heap.
    heap: u64,
    /// For how many keys the computation is: each has its share of the time.
    keys: u32,
    /// The value is in the node.
    has_value: bool,
    /// The computation has ended and was counted.
    is_counted: bool,
}

impl Notes {
    /// Those of no computation.
    pub(crate) const NONE: Self = Self {
        hash: ShortHash::NONE,
        slot: Slot::NONE,
        started: Started::NEVER,
        began: 0,
        inside: None,
        older: None,
        served: None,
        ttl: None,
        heap: 0,
        keys: 1,
        has_value: false,
        is_counted: false,
    };

    /// A computation begins, of this entry. Field by field: most of it is as it was left.
    #[inline]
    pub(super) fn begin(&mut self, hash: ShortHash, slot: Slot, started: Started) {
        debug_assert!(self.inside.is_none(), "the one before has ended");
        (self.hash, self.slot, self.started) = (hash, slot, started);
        self.began = tags::generation();
    }

    /// The value is to take the place of this one.
    pub(super) fn replace(&mut self, older: Slot) {
        self.older = Some(older);
    }

    /// The computation is over: it does not run on this thread any more.
    #[inline]
    pub(crate) fn end(&mut self) {
        (self.inside, self.ttl) = (None, None);
        (self.older, self.served) = (None, None);
        (self.heap, self.keys) = (0, 1);
        (self.has_value, self.is_counted) = (false, false);
    }

    pub(super) fn slot(&self) -> Slot {
        self.slot
    }
}

impl<C: Home> RawLead<C> {
    pub(crate) fn new(core: C, claimed: Claimed<C::S>) -> Self {
        core.common.counters.miss();
        Self {
            core,
            work: Work(Some(claimed.flight)),
            sharing: PhantomData,
        }
    }

    /// The duty of a computation that [has begun](Core::lead) on this thread.
    #[inline]
    pub(crate) fn of(core: C, work: Work) -> Self {
        Self {
            core,
            work,
            sharing: PhantomData,
        }
    }

    /// The duty to compute a value that nobody misses yet. It is to begin by [`Self::restart`]; as long as it has
    /// not, there is nothing to be counted.
    pub(crate) fn in_background(core: C, claimed: Claimed<C::S>) -> Self {
        let mut work = Work(Some(claimed.flight));
        work.notes_mut().is_counted = true;
        Self {
            core,
            work,
            sharing: PhantomData,
        }
    }

    /// The computation begins, later than the duty; not if a newer value or an invalidation has come before.
    /// Whether it does.
    pub(crate) fn restart(&mut self) -> bool {
        if !self.core.engine().wants(&self.work) {
            return false;
        }
        let started = self.core.common.start();
        let notes = self.work.notes_mut();
        (notes.started, notes.began) = (started, tags::generation());
        notes.is_counted = false;
        true
    }

    /// Whether no caller waits for the value.
    pub(crate) fn is_in_background(&self) -> bool {
        self.work.notes().older.is_some()
    }

    /// From now on what this thread runs belongs to the computation, until it is over.
    #[inline]
    pub(crate) fn enter(mut self) -> Self {
        self.work.enter();
        self
    }

    /// Where the callers of the key meet.
    ///
    /// # Panics
    /// When the computation is over.
    pub(crate) fn flight(&self) -> Arc<Flight> {
        self.work.flight().share()
    }

    /// The entry gets these tags.
    pub(crate) fn add_tags(&self, tags: &[Arc<Tag>]) {
        let flight = self.flight();
        for tag in tags {
            flight.add_tag(Arc::clone(tag));
        }
    }

    /// The computation is for so many keys.
    pub(crate) fn share(&mut self, keys: usize) {
        self.work.notes_mut().keys = u32::try_from(keys).unwrap_or(u32::MAX).max(1);
    }

    /// What the value that is going to be published has on the heap.
    #[inline]
    pub(crate) fn note_heap(&mut self, heap: Heap) {
        self.core.common.settings().sizes.note(heap.source);
        self.work.notes_mut().heap = heap.bytes;
    }

    /// The value that is going to be published lives for so long.
    pub(crate) fn note_ttl(&mut self, ttl: Duration) {
        self.work.notes_mut().ttl = Some(ttl);
    }

    /// The value of the computation: makes it available, and hands copies to those that wait.
    #[allow(unsafe_code, reason = "moves the value into its node")]
    pub(crate) fn publish_value<Q: KeyRef, V: 'static>(
        &mut self,
        value: V,
        hand: &dyn Fn() -> Option<Handed>,
    ) {
        // SAFETY: the leader's node stays until the leader is finished with it. It has this type, as the
        // claim put such a key in there.
        let own = unsafe { Node::<Q::Owned, V>::key(self.work.notes().slot.at) };
        if let Some(heap) = self.core.common.weigh(own, &value) {
            self.note_heap(heap);
        }
        let at = self.work.begin_publishing();
        // SAFETY: as above; and nobody but the leader gives it a value, once.
        unsafe { Node::<Q::Owned, V>::write_value(at, value) };
        let is_key = is_same_key::<Q, V>(own);
        let node_type = const { &Node::<Q::Owned, V>::TYPE };
        self.core
            .engine()
            .publish(&mut self.work, node_type, &is_key, hand);
    }

    /// The same, and the value where it is from then on, in the table or already out of it.
    #[allow(unsafe_code, reason = "reads the value in its node")]
    pub(crate) fn publish_in_place<Q: KeyRef, V: 'static>(
        &mut self,
        value: V,
        hand: &dyn Fn() -> Option<Handed>,
    ) -> Held<Guard, V> {
        // Before the node can leave the table.
        let guard = self.core.shared.domain.pin();
        let at = self.work.notes().slot.at;
        self.publish_value::<Q, V>(value, hand);
        // SAFETY: `publish_value` has put a value of this type there, and its node has been freed by
        // nobody since, as this thread is pinned.
        unsafe { Held::at::<Q::Owned>(guard, at) }
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
        if self.work.0.is_some() {
            self.core.engine().abandon(&mut self.work);
        }
    }
}

impl Work {
    /// A computation that runs on this thread from now on.
    #[inline]
    pub(super) fn entered(flight: LedFlight) -> Self {
        let mut work = Self(Some(flight));
        work.enter();
        work
    }

    #[inline]
    #[allow(unsafe_code, reason = "a guard beside what it is for")]
    fn enter(&mut self) {
        let flight = self.flight_mut();
        // SAFETY: who releases the flight ends it first.
        flight.notes_mut().inside = Some(unsafe { Inside::of(flight) });
    }

    /// Where the value is to be put: it is there from now on.
    #[inline]
    fn begin_publishing(&mut self) -> NodeAt {
        let notes = self.notes_mut();
        notes.has_value = true;
        notes.slot.at
    }

    /// What the computation has said about its entry. Nobody else has had its flight otherwise.
    #[inline]
    fn tags(&self) -> Option<Arc<EntryTags>> {
        let flight = self.flight();
        if !flight.is_shared() {
            return None;
        }
        EntryTags::new(self.notes().began, flight.take_tags())
    }

    /// Where the entry of the computation is.
    pub(super) fn place(&self) -> (ShortHash, Slot) {
        let notes = self.notes();
        (notes.hash, notes.slot)
    }

    #[inline]
    /// The value of this entry is served in the place of its own.
    pub(super) fn note_served(&mut self, older: Slot) {
        self.notes_mut().served = Some(older);
    }

    fn flight(&self) -> &LedFlight {
        match &self.0 {
            Some(flight) => flight,
            None => unreachable!("a computation ends once"),
        }
    }

    #[inline]
    fn flight_mut(&mut self) -> &mut LedFlight {
        match &mut self.0 {
            Some(flight) => flight,
            None => unreachable!("a computation ends once"),
        }
    }

    #[inline]
    fn notes(&self) -> &Notes {
        self.flight().notes()
    }

    #[inline]
    fn notes_mut(&mut self) -> &mut Notes {
        self.flight_mut().notes_mut()
    }

    /// The entry is settled or given up.
    fn land(&mut self, landing: Landing) {
        self.flight().land(landing);
        self.end();
    }

    /// The same where nobody waits.
    #[inline]
    fn land_alone(&mut self) {
        self.flight().land_alone();
        self.end();
    }

    #[inline]
    #[allow(unsafe_code, reason = "the last use of a flight")]
    fn end(&mut self) {
        if let Some(mut flight) = self.0.take() {
            // SAFETY: the table and this thread's list have forgotten it.
            unsafe { flight.release() };
        }
    }
}

impl<C: Home> std::fmt::Debug for RawLead<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawLead").finish_non_exhaustive()
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The value is in the node: makes it available, unless the key was invalidated meanwhile, and
    /// hands copies to the callers that wait for it.
    pub(super) fn publish(
        &self,
        work: &mut Work,
        node_type: &'static NodeType,
        is_key: IsKey<'_>,
        hand: &dyn Fn() -> Option<Handed>,
    ) {
        let notes = work.notes();
        let (heap, ttl) = (notes.heap, notes.ttl.or_else(|| self.common.ttl()));
        let (ended, loads) = self.end(work, true, ttl.is_some());
        let tags = work.tags();
        let facts = Facts {
            now: ended.now,
            deadline: self.common.settings().deadline(ended.now, ttl),
            cost: ended.cost,
            heap: tags.as_ref().map_or(0, |tags| tags.bytes()) + heap,
            tags: tags.as_ref(),
        };
        let is_cleared = facts.tags.is_some_and(|tags| tags.are_cleared());
        let is_worth_it = !is_cleared && ended.cost >= self.common.settings().limits.min_cost;
        let bytes = self.shared.bytes_of(node_type).saturating_add(facts.heap);
        let outgoing = if !is_worth_it || !self.finds_room(bytes, Some(ended.cost), ended.now) {
            self.common.counters.rejected();
            self.give_up(work)
        } else {
            self.settle(work, facts, is_key)
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
    pub(super) fn discard(&self, work: &mut Work, hand: &dyn Fn() -> Option<Handed>) {
        self.end(work, false, false);
        let tags = work.tags();
        let served = work.notes().served;
        let (is_stale, outgoing) = self.give_up_and(work, |writer| {
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
    pub(super) fn miss_out(&self, work: &mut Work) {
        self.end(work, false, false);
        let outgoing = self.give_up(work);
        work.land(Landing::Absent);
        self.dispose(outgoing);
    }

    /// The computation has ended without a value.
    pub(super) fn abandon(&self, work: &mut Work) {
        // The clock may be what panicked; a second panic here would abort the program.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.end(work, false, false);
        }));
        if ended.is_err() {
            let notes = work.notes_mut();
            self.count(notes, false, Common::end_unknown(notes.started));
        }
        let outgoing = self.give_up(work);
        work.land(Landing::Failed);
        self.dispose(outgoing);
    }

    /// Lands with a copy for those who wait, if somebody does: nobody new can come, as the flight has
    /// left the table. They start over if the value is of before a clear by one of its tags.
    ///
    /// A panic in the user's `Clone` goes on later: it must not keep what has left the table from
    /// being freed.
    #[inline]
    fn land_with(
        work: &mut Work,
        (tags, hand): (Option<&EntryTags>, &dyn Fn() -> Option<Handed>),
        landing: fn(Option<Handed>) -> Landing,
    ) -> Option<Panic> {
        if work.flight().is_awaited() {
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
            return panic;
        }
        work.land_alone();
        None
    }

    /// Ends the computation and counts it; also how many this thread has counted.
    fn end(&self, work: &mut Work, kept: bool, exact: bool) -> (Ended, u64) {
        let notes = work.notes_mut();
        let ended = self.common.end(notes.started, notes.keys, exact);
        (ended, self.count(notes, kept, ended))
    }

    /// Counts the computation, once.
    #[inline]
    fn count(&self, notes: &mut Notes, kept: bool, ended: Ended) -> u64 {
        if notes.is_counted {
            return 0;
        }
        notes.is_counted = true;
        self.common.counters.load(kept, ended.spent)
    }

    /// Makes a computed value available in the place of older ones of its key.
    fn settle(&self, work: &Work, facts: Facts<'_>, is_key: IsKey<'_>) -> Outgoing {
        let &Notes {
            hash, slot: own, ..
        } = work.notes();
        let (settled, outgoing) = self.write(|writer| {
            // Then all entries of the key have to be found, and for that to be compared.
            if writer.may_be_twice() {
                return None;
            }
            Some(self.make_available(writer, own, facts))
        });
        let (is_stored, outgoing) = if let Some(is_stored) = settled {
            (is_stored, outgoing)
        } else {
            self.dispose(outgoing);
            let is_key = |(): &(), node: NodeRef<'_>| is_key(node);
            let search = Search {
                hash,
                is_key: &is_key,
                pinned: &mut None,
            };
            self.locate(search, &mut (), |writer, (), matches| {
                self.settle_among(writer, own, matches, facts)
            })
        };
        if !is_stored {
            self.common.counters.rejected();
            self.end_refresh(work);
        }
        outgoing
    }

    /// The older value goes on being served; somebody may try again.
    fn end_refresh(&self, work: &Work) {
        if let Some(older) = work.notes().older {
            // The clock may be what has panicked; a second panic here would abort the program.
            let clock = &self.common.settings().clock;
            let now = catch_unwind(AssertUnwindSafe(|| clock.roughly_now()));
            let now = now.unwrap_or_else(|_| Common::end_unknown(work.notes().started).now);
            let ((), outgoing) = self.write(|writer| writer.end_refresh(older, now));
            self.dispose(outgoing);
        }
    }

    /// Makes the value available, unless its entry was invalidated, cleared or overtaken by a newer
    /// value: this is the generation check that keeps a late value out. Whether the value is kept.
    #[inline]
    fn make_available(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        own: Slot,
        facts: Facts<'_>,
    ) -> bool {
        let bound = self.bound();
        let bytes = writer.bytes_with(own, facts.heap);
        let is_kept = self.has_room(writer, bound, bytes) && writer.settle(own, facts);
        if !is_kept {
            writer.give_up(own, true);
        }
        Self::keep_within(writer, bound);
        is_kept
    }

    /// The same where there may be other entries of the key.
    fn settle_among(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        own: Slot,
        matches: &[Slot],
        facts: Facts<'_>,
    ) -> bool {
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
        self.make_available(writer, own, facts)
    }

    /// Takes the entry out and lets it go.
    fn give_up(&self, work: &Work) -> Outgoing {
        self.give_up_and(work, |_| ()).1
    }

    /// The same; what `look` says of the table right after it.
    fn give_up_and<R>(
        &self,
        work: &Work,
        look: impl FnOnce(&Writer<'_, S, P::Order>) -> R,
    ) -> (R, Outgoing) {
        self.end_refresh(work);
        let &Notes {
            slot, has_value, ..
        } = work.notes();
        self.write(|writer| {
            writer.give_up(slot, has_value);
            look(writer)
        })
    }
}
