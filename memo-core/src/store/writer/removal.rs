//! What leaves a table, and what becomes of it.
#![allow(unsafe_code, reason = "an entry by its address")]

use super::{FIRST_BUCKETS, Slot, Writer, load};
use crate::event::RemovalCause;
use crate::pin::Effort;
use crate::policy::{Bound, EntryId, Order};
use crate::sharing::Sharing;
use crate::store::Table;
use crate::store::garbage::Limits;
use crate::store::index::{Index, ShortHash};
use crate::store::node::NodeAt;
use crate::store::outgoing::Outgoing;
use crate::store::record::State;
use crate::store::residents::Here;

/// Nodes of the past that are freed in passing.
const FEW: u32 = 1_024;

/// What a part of a sweep has come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Swept {
    pub(crate) removed: usize,
    /// When the first of the entries there ends that have stayed.
    pub(crate) next_end: u64,
    /// Where to go on.
    pub(crate) rest: Option<u32>,
}

impl<S: Sharing, O: Order> Writer<'_, S, O> {
    fn limits(&self) -> Limits {
        let Table {
            arena,
            garbage,
            ready,
            bytes,
            ..
        } = &*self.table;
        let count = (*ready + garbage.len()).max(1) as u64;
        let average = (bytes.live + bytes.garbage) / count;
        let average = usize::try_from(average).unwrap_or(usize::MAX);
        Limits::of(*ready, average, arena.needs_drop())
    }

    /// Takes an entry out of the table, if it is there. Its key and value go when no reader can see
    /// them any more; whoever computes a value is told when that is finished.
    pub(crate) fn unlink(&mut self, slot: Slot, cause: RemovalCause) {
        let Some(record) = self.table.arena.get(slot.id) else {
            return;
        };
        let (hash, state) = (record.hash(), record.state());
        if !state.is_linked() {
            return;
        }
        self.remove_from_index(hash, slot.at);
        if state == State::Ready {
            self.leave(slot.id);
            self.set_state(slot.id, State::Retired);
            self.retire_ready(slot, Some(cause));
        } else {
            self.lose(slot);
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn remove_from_index(&mut self, hash: ShortHash, at: NodeAt) {
        let was_there = self.table.index.remove(hash, at);
        debug_assert!(was_there, "linked entries are in the index");
        self.table.linked -= 1;
    }

    /// The entry is in the state [`State::Retired`]. Without a cause nobody is told, and nothing
    /// counted.
    #[inline(never)]
    fn retire_ready(&mut self, slot: Slot, cause: Option<RemovalCause>) {
        if self.table.tagged.is_used() {
            self.forget_tags(slot);
        }
        self.table.ready -= 1;
        self.table.bytes.live -= self.table.arena.bytes_of(slot.id.slot);
        if let Some(cause) = cause {
            self.common.counters.removed(cause, 1);
        }
        match cause.filter(|_| self.tells()) {
            Some(cause) => self.tell(slot, cause),
            None => self.retire_value(slot.id.slot),
        }
    }

    /// Somebody is told, before the node is garbage.
    #[cold]
    fn tell(&mut self, slot: Slot, cause: RemovalCause) {
        if let Some(node_type) = self.table.arena.node_type() {
            let ticket = self.reserve();
            let entry = (slot.id.slot, slot.at);
            self.outgoing.tell(entry, cause, node_type, ticket);
        }
    }

    /// Whoever has found the entry and looks for its tags only now must not take it for one without: it has
    /// ended before they are gone.
    #[cold]
    fn forget_tags(&self, slot: Slot) {
        if let Some(terms) = self.table.arena.terms(slot.id.slot) {
            terms.end();
        }
        self.table.tagged.remove(slot.at);
    }

    /// A node with a value is out of the table.
    fn retire_value(&mut self, slot: u32) {
        if O::LEAKS {
            // It stays as it is, for as long as the table.
            let bytes = self.table.arena.bytes_per_node();
            self.common.counters.leaked(bytes as u64);
        } else {
            self.retire(slot);
        }
    }

    /// The node is garbage.
    fn retire(&mut self, slot: u32) {
        let Table {
            arena,
            garbage,
            bytes,
            ..
        } = &mut *self.table;
        let (of_it, is_done) = (arena.bytes_of(slot), !arena.needs_drop());
        let record = arena.record_mut(slot);
        if is_done {
            record.set_state(State::Free);
        }
        bytes.garbage += of_it;
        garbage.retire(slot, record, of_it);
    }

    /// From now on the pending entry belongs to the one who computes its value.
    fn lose(&mut self, slot: Slot) {
        if let Some(flight) = self.flight_at(slot.id) {
            // SAFETY: as in `pending`.
            self.table.flights.end(unsafe { flight.flight() });
            self.set_state(slot.id, State::Lost);
        }
    }

    fn set_state(&mut self, id: EntryId, state: State) {
        self.table.arena.record_mut(id.slot).set_state(state);
    }

    /// The one who computes gives its entry up: takes it out if it is in the table, and lets it go
    /// in any case.
    pub(crate) fn give_up(&mut self, slot: Slot, has_value: bool) {
        let Some(state) = self.state(slot.id) else {
            return self.give_up_past(slot, has_value);
        };
        if state.is_linked() {
            self.unlink(slot, RemovalCause::Explicit);
        }
        if self.state(slot.id) == Some(State::Lost) {
            if has_value {
                self.set_state(slot.id, State::Retired);
                self.retire_value(slot.id.slot);
            } else {
                self.set_state(slot.id, State::RetiredKey);
                self.retire(slot.id.slot);
            }
        }
    }

    /// A listener was told about these entries.
    pub(crate) fn retire_told(&mut self, outgoing: &Outgoing) {
        for slot in outgoing.told_slots() {
            self.retire_value(slot);
        }
    }

    /// Whether values can be kept: not while a reader holds up too much garbage.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn takes_entries(&mut self) -> bool {
        if self.table.garbage.is_clogged() {
            self.unclog();
        }
        !self.table.garbage.is_clogged()
    }

    /// Whether keys are taken: where values have not been for long, each of them would leave one more
    /// node behind.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn takes_keys(&mut self) -> bool {
        if self.table.garbage.is_overfull() {
            self.unclog();
        }
        !self.table.garbage.is_overfull()
    }

    /// The reader may be gone. A table that refuses what comes has nothing that leaves, so that no
    /// other collection would follow.
    #[cold]
    fn unclog(&mut self) {
        let garbage = &mut self.table.garbage;
        garbage.refuse();
        let effort = garbage.effort();
        self.collect(effort);
    }

    /// Takes out the entries that have to give way until what is left is within the bound.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn evict_to(&mut self, bound: Bound) {
        self.follow(bound);
        while self.table.ready > bound.entries {
            if !self.evict_one(RemovalCause::Size) {
                return;
            }
        }
        while self.table.bytes.live > bound.bytes {
            if !self.evict_one(RemovalCause::Memory) {
                return;
            }
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn follow(&mut self, bound: Bound) {
        let Table {
            order,
            arena,
            weighs,
            ..
        } = &mut *self.table;
        *weighs = bound.is_in_bytes();
        order.set_bound(bound, &Here::new(arena, *weighs));
    }

    /// Takes out the entry that has to give way, if there is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn evict_one(&mut self, cause: RemovalCause) -> bool {
        let is_watched = O::LEAKS || self.table.tagged.is_used() || self.tells();
        let Table {
            order,
            arena,
            index,
            linked,
            ready,
            bytes,
            garbage,
            weighs,
            ..
        } = &mut *self.table;
        let Some((victim, spot)) = order.victim(&Here::new(arena, *weighs)) else {
            return false;
        };
        let (of_it, is_done) = (arena.bytes_of(victim.slot), !arena.needs_drop());
        // SAFETY: the arena was just asked for it.
        let (record, at) = unsafe { arena.entry_at(spot) };
        let was_there = index.remove(record.hash(), at);
        debug_assert!(was_there, "linked entries are in the index");
        *linked -= 1;
        if is_watched {
            record.set_state(State::Retired);
            self.retire_ready(Slot { id: victim, at }, Some(cause));
            return true;
        }
        // The same at once, with the record that is at hand.
        record.set_state(if is_done { State::Free } else { State::Retired });
        *ready -= 1;
        bytes.live -= of_it;
        bytes.garbage += of_it;
        garbage.retire(victim.slot, record, of_it);
        self.common.counters.removed(cause, 1);
        true
    }

    /// No entry is of no use before this time, as far as is known.
    #[inline]
    pub(crate) fn next_end(&self) -> u64 {
        self.table.next_end
    }

    /// What comes from here on says it anew.
    pub(crate) fn forget_end(&mut self) {
        self.table.next_end = u64::MAX;
    }

    pub(crate) fn expect_end(&mut self, end: u64) {
        self.table.next_end = self.table.next_end.min(end);
    }

    /// Takes out what is of no use at this time, of `count` places from `start` on.
    pub(crate) fn sweep(&mut self, start: u32, count: u32, now: u64) -> Swept {
        let slots = self.table.arena.slots();
        let end = slots.end.min(start.saturating_add(count));
        let mut swept = Swept {
            removed: 0,
            next_end: u64::MAX,
            rest: (end < slots.end).then_some(end),
        };
        for slot in start..end {
            let Some(slot) = self.slot(self.table.arena.id(slot)) else {
                continue;
            };
            let Some(seen) = self.see(slot) else { continue };
            if seen.kept_until.has_passed(now) {
                self.unlink(slot, seen.end());
                swept.removed += 1;
            } else {
                swept.next_end = swept.next_end.min(seen.kept_until.raw());
            }
        }
        swept
    }

    /// Gives memory of the index back if it has become much too large.
    pub(crate) fn shrink_index(&mut self) {
        let needed = (self.table.linked / load(0) + 1).next_power_of_two();
        if self.table.index.buckets() > 4 * needed.max(FIRST_BUCKETS) {
            self.resize(needed.max(FIRST_BUCKETS));
        }
    }

    /// The order forgets an entry that is about to be retired.
    fn leave(&mut self, id: EntryId) {
        let Table {
            order,
            arena,
            ready,
            weighs,
            ..
        } = &mut *self.table;
        order.remove(id, *ready - 1, &Here::new(arena, *weighs));
    }

    /// Takes out everything; the number of entries that had a value. Without a cause nobody is told,
    /// and nothing counted.
    pub(crate) fn clear(&mut self, cause: Option<RemovalCause>) -> usize {
        let before = self.table.ready;
        self.replace_index(Index::empty());
        self.table.linked = 0;
        self.table.order.clear();
        for slot in self.table.arena.slots() {
            let state = self.table.arena.record(slot).state();
            let slot = Slot {
                id: self.table.arena.id(slot),
                at: self.table.arena.at(slot),
            };
            match state {
                State::Ready => {
                    self.set_state(slot.id, State::Retired);
                    self.retire_ready(slot, cause);
                }
                State::Pending => self.lose(slot),
                State::Free | State::Lost | State::Retired | State::RetiredKey | State::Dying => {}
            }
        }
        before
    }

    /// Frees what no reader can see any more, if it is worth it or `now` is asked for; what has to
    /// leave the lock for that.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn finish(&mut self, now: bool) -> Outgoing {
        if now || self.table.garbage.is_due() {
            self.finish_collecting(now);
        }
        std::mem::take(&mut self.outgoing)
    }

    #[inline(never)]
    fn finish_collecting(&mut self, now: bool) {
        if now {
            self.outgoing.hurry();
        }
        if self.table.linked == 0 && self.table.index != Index::empty() {
            // Nothing is left: the memory can be given back when the garbage is gone.
            self.replace_index(Index::empty());
        }
        self.free_pasts(if now { u32::MAX } else { FEW });
        let limits = self.limits();
        let garbage = &mut self.table.garbage;
        garbage.set_limits(limits);
        if now {
            self.collect(Effort::Heavy);
        } else if garbage.is_due() {
            let effort = garbage.effort();
            self.collect(effort);
        }
    }

    /// Frees what no reader can see any more, as far as that is known without a fence.
    pub(crate) fn collect_lightly(&mut self) {
        self.collect(Effort::Light);
    }

    fn collect(&mut self, effort: Effort) {
        let Table {
            arena,
            garbage,
            bytes,
            era,
            ..
        } = &mut *self.table;
        let outgoing = &mut self.outgoing;
        garbage.collect::<S>(self.shared.domain, effort, |chain| {
            if !arena.needs_drop() {
                bytes.garbage -= chain.bytes();
                arena.give_back_all(chain);
                return;
            }
            let dead = &mut outgoing.parts().dead;
            dead.set_type(arena.node_type());
            chain.visit(|slot| {
                let (record, at) = arena.entry(slot);
                let has_value = record.state() == State::Retired;
                record.set_state(State::Dying);
                let next = record.hash;
                dead.push(*era, slot, at, has_value);
                next
            });
        });
        self.release_memory();
    }

    /// Keys and values of these are dropped: their nodes are free.
    pub(crate) fn give_back(&mut self, outgoing: &Outgoing) {
        let Table {
            arena,
            bytes,
            era: own,
            pasts,
            ..
        } = &mut *self.table;
        for (era, slot) in outgoing.dead_slots() {
            if era == *own {
                bytes.garbage -= arena.bytes_of(slot);
                arena.give_back(slot);
            } else {
                pasts.give_back(era, slot);
            }
        }
        // Perhaps that was the last of it.
        self.free_pasts(0);
        self.release_memory();
    }

    /// An empty table gives its memory back.
    fn release_memory(&mut self) {
        let Table {
            arena,
            index,
            garbage,
            order,
            ..
        } = &mut *self.table;
        if *index == Index::empty() && arena.in_use() == 0 && garbage.is_empty() {
            // SAFETY: all nodes are free, so no reader sees one: those that could have passed. The
            // index has been empty since, so that nobody finds one either.
            unsafe { arena.reset() };
            *garbage = Default::default();
            // Its records name entries of the old memory.
            order.clear();
        }
    }
}
