//! What the holder of a table's lock does. No user code runs here.
#![allow(unsafe_code, reason = "links and unlinks nodes in raw memory")]

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::arena::{Cost, State};
use super::flights::Pending;
use super::garbage::Limits;
use super::index::{Index, ShortHash};
use super::node::{AnyKey, NodeAt, NodeRef};
use super::outgoing::Outgoing;
use super::{Shared, Table};
use crate::event::RemovalCause;
use crate::expiry::Deadline;
use crate::pin::{Domain, Effort};
use crate::policy::{EntryId, Order};
use crate::recency::{ABSENT, UNORDERED};
use crate::sharing::Sharing;
use crate::singleflight::Flight;
use crate::stats::Counters;

/// A table under its lock.
pub(crate) struct Writer<'a, S: Sharing, O> {
    pub(super) table: &'a mut Table<S, O>,
    pub(super) shared: &'a Shared,
    pub(super) domain: &'static Domain,
    counters: &'a Counters,
    /// A listener wants to see what leaves.
    tells: bool,
    outgoing: Outgoing,
}

/// An entry in the table: which one, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slot {
    pub(crate) id: EntryId,
    pub(crate) at: NodeAt,
}

/// What is noted about a value when it becomes available.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) now: u64,
    pub(crate) deadline: Deadline,
    /// Nanoseconds that the computation took.
    pub(crate) cost: u64,
}

/// What is known about an entry with a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) tick: u64,
    pub(crate) deadline: Deadline,
    pub(crate) stored_at: u64,
    pub(crate) used_at: Option<u64>,
    pub(crate) cost: u64,
    /// Whether the time of the last use is noted.
    pub(crate) notes_use: bool,
}

/// Buckets of the first index.
const FIRST_BUCKETS: usize = 4;
/// From here on an index is large.
const LARGE_INDEX: usize = 4096;

/// Entries for each bucket of seven that are worth a larger index. Of a small one there is room to
/// spare: nearly all entries are then found in the first place. Of a large one memory counts for more.
fn load(buckets: usize) -> usize {
    if buckets < LARGE_INDEX { 3 } else { 4 }
}

impl<'a, S: Sharing, O: Order> Writer<'a, S, O> {
    pub(crate) fn new(
        table: &'a mut Table<S, O>,
        shared: &'a Shared,
        domain: &'static Domain,
        counters: &'a Counters,
        tells: bool,
    ) -> Self {
        Self {
            table,
            shared,
            domain,
            counters,
            tells,
            outgoing: Outgoing::default(),
        }
    }

    pub(crate) fn ready(&self) -> usize {
        self.table.ready
    }

    fn limits(&self) -> Limits {
        let arena = &self.table.arena;
        let needs_drop = arena.node_type().is_some_and(|node| node.needs_drop);
        Limits::of(self.table.ready, arena.bytes_per_node(), needs_drop)
    }

    /// The entries whose key may have this hash.
    pub(crate) fn with_hash(&self, hash: ShortHash) -> impl Iterator<Item = Slot> + '_ {
        let nodes = self.table.index.probe(hash);
        nodes.filter_map(move |at| {
            let slot = self.table.arena.slot_of(at)?;
            let record = self.table.arena.record(slot);
            (record.hash() == hash && record.state().is_linked()).then(|| Slot {
                id: self.table.arena.id(slot),
                at,
            })
        })
    }

    /// The entry as a reference that is good for as long as the caller stays pinned.
    ///
    /// # Safety
    /// The caller has pinned before it took the lock, and stays so for `'p`.
    pub(crate) unsafe fn node<'p>(&self, slot: Slot) -> Option<NodeRef<'p>> {
        let state = self.state(slot.id)?;
        let node_type = self.table.arena.node_type()?;
        // SAFETY: the entry is linked, so that it is not freed before the caller unpins.
        state
            .is_linked()
            .then(|| unsafe { NodeRef::new(slot.at, node_type, state == State::Ready) })
    }

    fn state(&self, id: EntryId) -> Option<State> {
        Some(self.table.arena.get(id)?.state())
    }

    pub(crate) fn is_ready(&self, id: EntryId) -> bool {
        self.state(id) == Some(State::Ready)
    }

    /// The computation of an entry's value, if it has none yet, with a number that is larger for
    /// computations that began later.
    pub(crate) fn pending(&self, id: EntryId) -> Option<(&Arc<Flight>, u64)> {
        let record = self.table.arena.get(id)?;
        if record.state() != State::Pending {
            return None;
        }
        let pending = self.table.flights.get(flight_number(record.stored_at))?;
        Some((&pending.flight, pending.serial))
    }

    /// What is known about an entry with a value.
    pub(crate) fn see(&self, slot: Slot) -> Option<Seen> {
        let record = self.table.arena.get(slot.id)?;
        if record.state() != State::Ready {
            return None;
        }
        // SAFETY: the entry is in the table, under whose lock this runs.
        let header = unsafe { slot.at.header() };
        Some(Seen {
            tick: header.tick.load(Ordering::Relaxed),
            deadline: header.deadline(),
            stored_at: record.stored_at,
            used_at: self.table.arena.used_at(slot.id.slot),
            cost: record.cost.nanos(),
            notes_use: self.shared.notes_use && !header.deadline().is_never(),
        })
    }

    /// All entries in the table.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Slot> + '_ {
        let arena = &self.table.arena;
        let linked = arena
            .slots()
            .filter(|slot| arena.record(*slot).state().is_linked());
        linked.map(|slot| Slot {
            id: arena.id(slot),
            at: arena.at(slot),
        })
    }

    /// Adds a key whose value is being computed.
    pub(crate) fn link_pending(
        &mut self,
        hash: ShortHash,
        key: &mut dyn AnyKey,
        flight: Arc<Flight>,
        supersedes: bool,
    ) -> Slot {
        let slot = self.link(hash, key);
        let number = self.table.flights.add(flight, supersedes);
        let record = self.table.arena.record_mut(slot.id.slot);
        record.stored_at = number as u64;
        slot
    }

    /// A node with this key in the index, without a value.
    fn link(&mut self, hash: ShortHash, key: &mut dyn AnyKey) -> Slot {
        self.make_place_in_index();
        let node_type = key.node_type();
        let known = self.shared.types.load(Ordering::Relaxed);
        if known == 0 {
            // Release, with the Acquire in `find`: only now there are nodes of that type.
            self.shared
                .types
                .store(node_type.number(), Ordering::Release);
        } else {
            assert_eq!(known, node_type.number(), "a cache has entries of one type");
        }
        let (id, at) = self.table.arena.take(node_type);
        // SAFETY: the node is new and nobody else knows of it; the arena has only nodes of this
        // type, as was just checked.
        unsafe { key.write(at) };
        let record = self.table.arena.record_mut(id.slot);
        record.hash = hash.0;
        record.set_state(State::Pending);
        self.table.index.insert(hash, at);
        self.table.linked += 1;
        Slot { id, at }
    }

    fn make_place_in_index(&mut self) {
        let buckets = self.table.index.buckets();
        if self.table.index.bytes() == 0 {
            self.resize(FIRST_BUCKETS);
        } else if self.table.linked >= buckets * load(buckets) {
            self.resize(buckets * 2);
        }
    }

    /// Gives memory of the index back if it has become much too large.
    pub(crate) fn shrink_index(&mut self) {
        let needed = (self.table.linked / load(0) + 1).next_power_of_two();
        if self.table.index.buckets() > 4 * needed.max(FIRST_BUCKETS) {
            self.resize(needed.max(FIRST_BUCKETS));
        }
    }

    fn resize(&mut self, buckets: usize) {
        let new = Index::with_buckets(buckets);
        for slot in self.table.arena.slots() {
            let record = self.table.arena.record(slot);
            if record.state().is_linked() {
                new.insert(record.hash(), self.table.arena.at(slot));
            }
        }
        self.replace_index(new);
    }

    fn replace_index(&mut self, new: Index) {
        let old = std::mem::replace(&mut self.table.index, new);
        self.shared.publish(new);
        if old.bytes() > 0 {
            self.table.garbage.retire_index(old);
        }
    }

    /// The value of a pending entry is in its node: it can be found from now on, as just used, and
    /// its flight leaves the table. `false` if the entry is not there any more.
    pub(crate) fn settle(&mut self, slot: Slot, facts: Facts) -> bool {
        let Some(record) = self.table.arena.get(slot.id) else {
            return false;
        };
        if record.state() != State::Pending {
            return false;
        }
        let number = flight_number(record.stored_at);
        self.table.flights.remove(number);
        self.make_ready(slot, facts);
        true
    }

    /// Adds a key with its value; `write_value` puts it into the node.
    pub(crate) fn link_ready(
        &mut self,
        hash: ShortHash,
        key: &mut dyn AnyKey,
        write_value: &mut dyn FnMut(NodeAt),
        facts: Facts,
    ) {
        let slot = self.link(hash, key);
        write_value(slot.at);
        self.make_ready(slot, facts);
    }

    fn make_ready(&mut self, slot: Slot, facts: Facts) {
        let tick = self.next_tick();
        let record = self.table.arena.record_mut(slot.id.slot);
        record.set_state(State::Ready);
        record.stored_at = facts.now;
        record.cost = Cost::of(facts.cost);
        // SAFETY: the entry is in the table, under whose lock this runs.
        let header = unsafe { slot.at.header() };
        header.set_deadline(facts.deadline);
        // Release, with the Acquire in `Shared::is_available`: value and deadline are there.
        header.tick.store(tick, Ordering::Release);
        self.table.ready += 1;
        self.table.order.insert(slot.id);
    }

    fn next_tick(&mut self) -> u64 {
        if !O::TRACKS {
            return UNORDERED;
        }
        match self.shared.epoch.begin() {
            Some(tick) => tick,
            None => self.renumber(),
        }
    }

    /// Gives all entries new ticks, in the order of their old ones.
    #[cold]
    fn renumber(&mut self) -> u64 {
        let mut entries: Vec<(u64, Slot)> = self
            .entries()
            .filter_map(|slot| Some((self.see(slot)?.tick, slot)))
            .collect();
        entries.sort_unstable_by_key(|(tick, slot)| (*tick, slot.id));
        self.table.order = O::default();
        let ticks = self.shared.epoch.restart(entries.len());
        for ((_, slot), tick) in entries.into_iter().zip(ticks) {
            // SAFETY: the entry is in the table, under whose lock this runs.
            unsafe { slot.at.header() }
                .tick
                .store(tick, Ordering::Release);
            self.table.order.insert(slot.id);
        }
        match self.shared.epoch.begin() {
            Some(tick) => tick,
            None => unreachable!("there are fewer entries than ticks"),
        }
    }

    /// Takes an entry out of the table, if it is there. Its key and value go when no reader can see
    /// them any more; whoever computes a value is told when that is finished.
    pub(crate) fn unlink(&mut self, slot: Slot, cause: RemovalCause) {
        let Some(record) = self.table.arena.get(slot.id).copied() else {
            return;
        };
        match record.state() {
            State::Ready => {
                self.remove_from_index(record.hash(), slot.at);
                self.retire_ready(slot, Some(cause));
                self.tidy();
            }
            State::Pending => {
                self.remove_from_index(record.hash(), slot.at);
                self.lose(slot, record.stored_at);
            }
            State::Free | State::Lost | State::Retired | State::RetiredKey => {}
        }
    }

    fn remove_from_index(&mut self, hash: ShortHash, at: NodeAt) {
        let was_there = self.table.index.remove(hash, at);
        debug_assert!(was_there, "linked entries are in the index");
        self.table.linked -= 1;
    }

    /// Without a cause nobody is told, and nothing counted.
    fn retire_ready(&mut self, slot: Slot, cause: Option<RemovalCause>) {
        self.table.ready -= 1;
        self.set_state(slot.id, State::Retired);
        if let Some(cause) = cause {
            self.counters.removed(cause, 1);
            if self.tells {
                if let Some(node_type) = self.table.arena.node_type() {
                    self.outgoing.tell(slot.id.slot, slot.at, cause, node_type);
                }
                return;
            }
        }
        self.table.garbage.retire(slot.id.slot);
    }

    /// From now on the entry belongs to the one who computes its value.
    fn lose(&mut self, slot: Slot, flight: u64) -> Option<Pending> {
        self.set_state(slot.id, State::Lost);
        self.table.flights.remove(flight_number(flight))
    }

    fn set_state(&mut self, id: EntryId, state: State) {
        self.table.arena.record_mut(id.slot).set_state(state);
    }

    /// The one who computes gives its entry up: takes it out if it is in the table, and lets it go
    /// in any case.
    pub(crate) fn give_up(&mut self, slot: Slot, has_value: bool) {
        self.unlink(slot, RemovalCause::Explicit);
        if self.state(slot.id) == Some(State::Lost) {
            let state = if has_value {
                State::Retired
            } else {
                State::RetiredKey
            };
            self.set_state(slot.id, state);
            self.table.garbage.retire(slot.id.slot);
        }
    }

    /// A listener was told about these entries.
    pub(crate) fn retire_told(&mut self, outgoing: &Outgoing) {
        for slot in outgoing.told_slots() {
            self.table.garbage.retire(slot);
        }
    }

    /// Whether values can be kept: not while a reader holds up too much garbage.
    pub(crate) fn takes_entries(&mut self) -> bool {
        if self.table.garbage.is_clogged() {
            self.unclog();
        }
        !self.table.garbage.is_clogged()
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

    /// Whether two entries of one key can be there at once.
    pub(crate) fn may_be_twice(&self) -> bool {
        self.table.flights.may_be_twice()
    }

    /// Takes out the entries that have to give way until at most `max` are left.
    pub(crate) fn evict_to(&mut self, max: usize) {
        while self.table.ready > max {
            let Table { order, arena, .. } = &mut *self.table;
            let Some(victim) = order.victim(|id| tick_of(arena, id)) else {
                break;
            };
            let record = *arena.record(victim.slot);
            let at = arena.at(victim.slot);
            self.remove_from_index(record.hash(), at);
            self.retire_ready(Slot { id: victim, at }, Some(RemovalCause::Size));
        }
        self.tidy();
    }

    fn tidy(&mut self) {
        let Table {
            order,
            arena,
            ready,
            ..
        } = &mut *self.table;
        order.tidy(*ready, |id| tick_of(arena, id));
    }

    /// Takes out everything; the number of entries that had a value. Without a cause nobody is told,
    /// and nothing counted.
    pub(crate) fn clear(&mut self, cause: Option<RemovalCause>) -> usize {
        let before = self.table.ready;
        self.replace_index(Index::empty());
        self.table.linked = 0;
        self.table.order = O::default();
        for slot in self.table.arena.slots() {
            let record = *self.table.arena.record(slot);
            let slot = Slot {
                id: self.table.arena.id(slot),
                at: self.table.arena.at(slot),
            };
            match record.state() {
                State::Ready => self.retire_ready(slot, cause),
                State::Pending => drop(self.lose(slot, record.stored_at)),
                State::Free | State::Lost | State::Retired | State::RetiredKey => {}
            }
        }
        before
    }

    /// Frees what no reader can see any more, if it is worth it or `now` is asked for; what has to
    /// leave the lock for that.
    #[inline]
    pub(crate) fn finish(mut self, now: bool) -> Outgoing {
        if now || self.table.garbage.is_due() {
            self.finish_collecting(now);
        }
        self.outgoing
    }

    fn finish_collecting(&mut self, now: bool) {
        if now {
            self.outgoing.hurry();
        }
        if self.table.linked == 0 && self.table.index.bytes() > 0 {
            // Nothing is left: the memory can be given back when the garbage is gone.
            self.replace_index(Index::empty());
        }
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
        let Table { arena, garbage, .. } = &mut *self.table;
        let needs_drop = arena.node_type().is_some_and(|node| node.needs_drop);
        let outgoing = &mut self.outgoing;
        garbage.collect::<S>(self.domain, effort, |slot| {
            if needs_drop {
                let has_value = arena.record(slot).state() == State::Retired;
                let dead = &mut outgoing.parts().dead;
                dead.push(slot, arena.at(slot), has_value);
                dead.set_type(arena.node_type());
            } else {
                arena.give_back(slot);
            }
        });
        self.release_memory();
    }

    /// Keys and values of these are dropped: their nodes are free.
    pub(crate) fn give_back(&mut self, outgoing: &Outgoing) {
        for slot in outgoing.dead_slots() {
            self.table.arena.give_back(slot);
        }
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
        if index.bytes() == 0 && arena.in_use() == 0 && garbage.is_empty() {
            // SAFETY: all nodes are free, so no reader sees one: those that could have passed. The
            // index has been empty since, so that nobody finds one either.
            unsafe { arena.reset() };
            *garbage = Default::default();
            // Its records name entries of the old memory.
            *order = O::default();
        }
    }
}

/// The tick of an entry that is available.
fn tick_of(arena: &super::arena::Arena, id: EntryId) -> Option<u64> {
    let record = arena.get(id)?;
    if record.state() != State::Ready {
        return None;
    }
    // SAFETY: the entry is in the table, whose lock the caller has.
    let tick = &unsafe { arena.at(id.slot).header() }.tick;
    match tick.load(Ordering::Relaxed) {
        ABSENT => None,
        tick => Some(tick),
    }
}

#[allow(clippy::cast_possible_truncation, reason = "was a `usize`")]
fn flight_number(stored_at: u64) -> usize {
    stored_at as usize
}
