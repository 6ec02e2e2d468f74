//! The duty to compute: from the moment a key is claimed until its value is published.

mod landing;
mod renewal;
mod work;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::accounting::Heap;
use crate::engine::{Claimed, Core, Home, is_same_key};
use crate::key::KeyRef;
use crate::pin::Guard;
use crate::sharing::Sharing;
use crate::singleflight::{Flight, Handed};
use crate::store::{Held, Node};
use crate::tags::{self, Tag};

pub(crate) use renewal::Renewal;
pub(crate) use work::{Notes, Work};

/// The leader of a flight. Dropped without a value (a panic, a cancelled future), it frees the key
/// and lets the waiting callers start over.
pub struct RawLead<C: Home> {
    pub(crate) core: C,
    pub(super) work: Work,
    /// The entry has a key, and gets a value, of types that may not leave the thread.
    sharing: PhantomData<<C::S as Sharing>::Key>,
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

    /// Whether it is no caller's who waits for the value.
    pub(crate) fn is_in_background(&self) -> bool {
        let notes = self.work.notes();
        notes.rest().older.is_some() || notes.rest().is_left
    }

    /// The caller goes on without the value; the computation may, too.
    #[cfg(feature = "async")]
    pub(crate) fn leave(&mut self) {
        self.work.notes_mut().rest_mut().is_left = true;
    }

    /// From now on what this thread runs belongs to the computation, until it is over.
    #[inline]
    pub(crate) fn enter(mut self) -> Self {
        self.work.enter();
        self
    }

    /// The computation, for [`Self::of`]. Whoever has it makes a leader of it, or nobody ever ends it.
    pub(crate) fn into_work(mut self) -> Work {
        Work(self.work.0.take())
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
        let keys = u32::try_from(keys).unwrap_or(u32::MAX).max(1);
        self.work.notes_mut().rest_mut().keys = keys;
    }

    /// What the value that is going to be published has on the heap.
    #[inline]
    pub(crate) fn note_heap(&mut self, heap: Heap) {
        self.core.common.settings().sizes.note(heap.source);
        // Nothing is what is noted at first; of most types it is known that they have nothing there.
        if heap.bytes > 0 {
            self.work.notes_mut().heap = heap.bytes;
        }
    }

    /// Asks the cache's weigher, if there is one, what the value that is going to be published has on the heap,
    /// with its key.
    #[allow(unsafe_code, reason = "reads the key in its node")]
    pub(crate) fn weigh<Q: KeyRef, V: 'static>(&mut self, value: &V) {
        // SAFETY: as in `publish_value`.
        let own = unsafe { Node::<Q::Owned, V>::key(self.work.notes().slot.at) };
        if let Some(heap) = self.core.common.weigh(own, value) {
            self.note_heap(heap);
        }
    }

    /// The value that is going to be published lives for so long.
    pub(crate) fn note_ttl(&mut self, ttl: Duration) {
        self.work.notes_mut().rest_mut().ttl = Some(ttl);
    }

    /// The value of the computation: makes it available, and hands copies to those that wait.
    #[inline]
    #[allow(unsafe_code, reason = "moves the value into its node")]
    pub(crate) fn publish_value<Q: KeyRef, V: 'static>(
        &mut self,
        value: V,
        hand: &dyn Fn() -> Option<Handed>,
    ) {
        let engine = self.core.engine();
        let at = self.work.begin_publishing();
        // SAFETY: the leader's node stays until the leader is finished with it. It has this type, as the
        // claim put such a key in there; and nobody but the leader gives it a value, once.
        let own = unsafe {
            Node::<Q::Owned, V>::write_value(at, value);
            Node::<Q::Owned, V>::key(at)
        };
        let is_key = is_same_key::<Q, V>(own);
        let node_type = const { &Node::<Q::Owned, V>::TYPE };
        engine.publish(&mut self.work, node_type, &is_key, hand);
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

impl<C: Home> std::fmt::Debug for RawLead<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawLead").finish_non_exhaustive()
    }
}
