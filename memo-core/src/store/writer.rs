//! What the holder of a table's lock does. No user code runs here.
#![allow(unsafe_code, reason = "links and unlinks nodes in raw memory")]

mod drawing;
mod past;
mod removal;
mod renewal;
mod watch;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::flights::Beside;
use super::front::terms_of;
use super::index::{Index, ShortHash};
use super::node::{AnyKey, NodeAt, NodeRef, NodeType};
use super::outgoing::Outgoing;
use super::record::{Cost, Record, State};
use super::{Elsewhere, Extent, Shared, Table};
use crate::common::Common;
use crate::event::RemovalCause;
use crate::expiry::{Deadline, Freshness};
use crate::policy::{EntryId, Order};
use crate::recency::UNORDERED;
use crate::sharing::Sharing;
use crate::singleflight::{Flight, FlightAt, LedFlight};
use crate::store::residents::Here;
use crate::tags::EntryTags;

pub(crate) use renewal::Renewed;

/// A table under its lock.
pub(crate) struct Writer<'a, S: Sharing, O> {
    pub(super) table: &'a mut Table<S, O>,
    pub(super) shared: &'a Shared,
    common: &'a Common,
    /// Everything was taken out in one step.
    has_forgotten: bool,
    outgoing: Outgoing,
}

/// An entry in the table: which one, and where.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Slot {
    pub(crate) id: EntryId,
    pub(crate) at: NodeAt,
}

impl Slot {
    /// Of no entry.
    pub(crate) const NONE: Self = Self {
        id: EntryId {
            slot: 0,
            generation: 0,
        },
        at: NodeAt::NOWHERE,
    };
}

/// What is noted about a value when it becomes available.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) now: u64,
    pub(crate) deadline: Deadline,
    /// Nanoseconds that the computation took.
    pub(crate) cost: u64,
    /// Bytes that the value has on the heap.
    pub(crate) heap: u64,
    pub(crate) tags: Option<&'a Arc<EntryTags>>,
}

/// What is known about an entry with a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) tick: u64,
    /// When it has lived for its time.
    pub(crate) expires_at: Deadline,
    /// The same, or when it was not used for too long.
    pub(crate) expires: Deadline,
    /// From when on it is not served any more.
    pub(crate) deadline: Deadline,
    /// From when on it is of no use for anybody.
    pub(crate) kept_until: Deadline,
    pub(crate) stored_at: u64,
    pub(crate) used_at: Option<u64>,
    /// Hits, where these are counted one by one.
    pub(crate) hits: Option<u64>,
    pub(crate) cost: u64,
    /// All that the entry takes of memory.
    pub(crate) bytes: u64,
    /// Whether the time of the last use is noted.
    pub(crate) notes_use: bool,
    /// A tag of it was cleared; its time has passed then, by all deadlines.
    pub(crate) is_cleared: bool,
    /// Whether the value is gone; the same.
    pub(crate) is_gone: bool,
}

impl Seen {
    /// Its position in the order of use. Where hits are counted or ignored, older entries come first
    /// among those with equal counts.
    pub(crate) fn rank(&self) -> (u64, u64) {
        (self.tick, self.stored_at)
    }

    /// Why an entry leaves that is of no use any more.
    pub(crate) fn end(&self) -> RemovalCause {
        if self.is_gone {
            RemovalCause::Collected
        } else if self.is_cleared {
            RemovalCause::Explicit
        } else {
            RemovalCause::Expired
        }
    }
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
    pub(crate) fn new(table: &'a mut Table<S, O>, shared: &'a Shared, common: &'a Common) -> Self {
        Self {
            table,
            shared,
            common,
            has_forgotten: false,
            outgoing: Outgoing::default(),
        }
    }

    pub(crate) fn ready(&self) -> usize {
        self.table.ready
    }

    pub(crate) fn extent(&self) -> Extent {
        Extent {
            entries: self.table.ready,
            bytes: self.table.bytes.live,
        }
    }

    /// Whether there is no entry with such a hash.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn lacks(&self, hash: ShortHash) -> bool {
        self.table.index.first(hash, |_| Some(())) == Err(Elsewhere::Nowhere)
            || self.lacks_anywhere(hash)
    }

    /// The same where an entry's hash may be like it.
    #[cold]
    fn lacks_anywhere(&self, hash: ShortHash) -> bool {
        self.with_hash(hash).next().is_none()
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

    /// The computation of an entry's value, if it has none yet.
    pub(crate) fn pending(&self, id: EntryId) -> Option<&Flight> {
        let at = self.flight_at(id)?;
        // SAFETY: as long as its entry is pending, a leader has not released it.
        Some(unsafe { at.flight() })
    }

    /// The same, to be kept: somebody is going to wait for it.
    pub(crate) fn join(&self, id: EntryId) -> Option<Arc<Flight>> {
        let at = self.flight_at(id)?;
        // SAFETY: as in `pending`.
        let flight = unsafe { at.share() };
        flight.expect_waiter();
        Some(flight)
    }

    fn flight_at(&self, id: EntryId) -> Option<FlightAt> {
        self.table.arena.get(id)?.flight()
    }

    /// What the entry takes with a value that has so many bytes on the heap.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn bytes_with(&self, slot: Slot, heap: u64) -> u64 {
        self.table.arena.bytes_of(slot.id.slot).saturating_add(heap)
    }

    /// What is known about an entry with a value.
    pub(crate) fn see(&self, slot: Slot) -> Option<Seen> {
        let record = self.table.arena.get(slot.id)?;
        if record.state() != State::Ready {
            return None;
        }
        // SAFETY: the entry is in the table, under whose lock this runs.
        let header = unsafe { slot.at.header() };
        let mut deadline = header.deadline();
        let mut is_cleared = false;
        if deadline == Deadline::LOOK
            && let Some(tags) = self.table.tagged.look(slot.at)
        {
            (deadline, is_cleared) = (tags.deadline, tags.are_cleared);
        }
        let notes_use = self.shared.fronts.notes_use() && !deadline.is_never();
        let mut expires = deadline;
        let (mut expires_at, mut kept_until) = (deadline, deadline);
        if let Some(terms) = self.table.arena.terms(slot.id.slot) {
            let rules = &self.table.rules;
            expires_at = terms.expires_at();
            expires = terms.expires(rules);
            deadline = terms.ends(rules);
            kept_until = terms.kept_until(rules);
        }
        let is_gone = self.is_gone(slot);
        if is_gone || is_cleared {
            (expires, deadline, kept_until) = (Deadline::PAST, Deadline::PAST, Deadline::PAST);
        }
        Some(Seen {
            tick: header.tick.load(Ordering::Relaxed),
            expires_at,
            expires,
            deadline,
            kept_until,
            stored_at: record.stored_at(),
            used_at: self.table.arena.used_at(slot.id.slot),
            hits: self.table.arena.hits(slot.id.slot),
            cost: record.cost.nanos(),
            bytes: self.table.arena.bytes_of(slot.id.slot),
            notes_use,
            is_cleared,
            is_gone,
        })
    }

    /// Whether the entry's value is to be computed anew at this time; then that begins.
    pub(crate) fn begin_refresh(&self, slot: Slot, now: u64) -> bool {
        let terms = self.table.arena.terms(slot.id.slot);
        self.is_ready(slot.id) && terms.is_some_and(|terms| terms.claim_refresh(now))
    }

    /// Computing the entry's value anew has come to nothing; it can be tried again after a while.
    pub(crate) fn end_refresh(&self, slot: Slot, now: u64) {
        if self.is_ready(slot.id)
            && let Some(terms) = self.table.arena.terms(slot.id.slot)
        {
            let check = terms.retry_refresh(now, &self.table.rules);
            // SAFETY: the entry is in the table, under whose lock this runs.
            let header = unsafe { slot.at.header() };
            if header.deadline() != Deadline::LOOK {
                header.set_deadline(check);
            }
        }
    }

    /// There is no new value for the entry's key: whether it is served for a while longer.
    pub(crate) fn forgive(&self, slot: Slot, now: u64) -> bool {
        let terms = self.table.arena.terms(slot.id.slot);
        self.is_ready(slot.id) && terms.is_some_and(|terms| terms.forgive(now, &self.table.rules))
    }

    /// The entry, if it has a value.
    pub(crate) fn slot(&self, id: EntryId) -> Option<Slot> {
        self.is_ready(id).then(|| Slot {
            id,
            at: self.table.arena.at(id.slot),
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

    /// Adds a key whose value is being computed. The flight is not to be released before the entry
    /// is settled or given up.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn link_pending(
        &mut self,
        hash: ShortHash,
        key: &mut dyn AnyKey,
        flight: &LedFlight,
        beside: Beside,
    ) -> Slot {
        self.table.flights.begin(flight, beside);
        self.link(hash, key, Some(flight.at()))
    }

    /// A node with this key in the index, without a value.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn link(&mut self, hash: ShortHash, key: &mut dyn AnyKey, flight: Option<FlightAt>) -> Slot {
        if self.table.linked >= self.table.room {
            self.grow_index();
        }
        let node_type = key.node_type();
        self.check_type(node_type);
        let (id, at, record) = self.table.arena.take(node_type);
        record.hash = hash.0;
        if let Some(flight) = flight {
            record.set_flight(flight);
        }
        // SAFETY: the node is new and nobody else knows of it; the arena has only nodes of this
        // type, as was just checked.
        unsafe { key.write(at) };
        if node_type.needs_drop {
            self.table.arena.add_heap(id.slot, key.heap());
        }
        self.table.index.insert(hash, at);
        self.table.linked += 1;
        Slot { id, at }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn check_type(&self, node_type: &'static NodeType) {
        let known = self.table.arena.node_type();
        if known.is_some_and(|known| std::ptr::eq(known, node_type)) {
            return;
        }
        let (number, known) = (node_type.number(), &self.shared.types);
        match known.load(Ordering::Relaxed) {
            // Release, with the Acquire in `has_types`: only now there are nodes of that type.
            0 => known.store(number, Ordering::Release),
            known => assert_eq!(known, number, "a cache has entries of one type"),
        }
    }

    #[cold]
    fn grow_index(&mut self) {
        if self.table.index == Index::empty() {
            self.resize(FIRST_BUCKETS);
        } else {
            self.resize(self.table.index.buckets() * 2);
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
        self.table.room = if new == Index::empty() {
            0
        } else {
            new.buckets() * load(new.buckets())
        };
        self.shared.publish(new);
        if old != Index::empty() {
            self.table.garbage.retire_index(old);
        }
    }

    /// The value of a pending entry is in its node: it can be found from now on, as just used.
    /// `false` if the entry is not there any more.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn settle(&mut self, slot: Slot, facts: Facts<'_>) -> bool {
        let tick = self.next_tick();
        let table = &mut *self.table;
        let rules = table.arena.has_terms().then_some(&table.rules);
        let Some(record) = table.arena.get_mut(slot.id) else {
            return false;
        };
        let Some(flight) = record.flight() else {
            return false;
        };
        // SAFETY: as in `pending`.
        table.flights.end(unsafe { flight.flight() });
        if let Some(tags) = facts.tags {
            table.tagged.insert(slot.at, tags);
        }
        let end = make_ready(record, slot.at, tick, facts, rules);
        table.next_end = table.next_end.min(end.raw());
        self.enter(slot, facts.heap);
        true
    }

    /// Adds a key with its value; `write_value` puts it into the node.
    pub(crate) fn link_ready(
        &mut self,
        hash: ShortHash,
        key: &mut dyn AnyKey,
        write_value: &mut dyn FnMut(NodeAt),
        facts: Facts<'_>,
    ) {
        let slot = self.link(hash, key, None);
        write_value(slot.at);
        let tick = self.next_tick();
        let table = &mut *self.table;
        let rules = table.arena.has_terms().then_some(&table.rules);
        let record = table.arena.record_mut(slot.id.slot);
        if let Some(tags) = facts.tags {
            table.tagged.insert(slot.at, tags);
        }
        let end = make_ready(record, slot.at, tick, facts, rules);
        table.next_end = table.next_end.min(end.raw());
        self.enter(slot, facts.heap);
    }

    /// The entry has a value now, with so many bytes on the heap: it counts, and takes its place in
    /// the order.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn enter(&mut self, slot: Slot, heap: u64) {
        let id = slot.id;
        let Table {
            order,
            arena,
            ready,
            bytes,
            weighs,
            ..
        } = &mut *self.table;
        *ready += 1;
        arena.add_heap(id.slot, heap);
        bytes.live += arena.bytes_of(id.slot);
        order.insert(id, &Here::new(arena, *weighs));
        if self.common.events.is_some() {
            self.note_come(slot);
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
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
        self.table.order.clear();
        let ticks = self.shared.epoch.restart(entries.len());
        for ((_, slot), tick) in entries.into_iter().zip(ticks) {
            // SAFETY: the entry is in the table, under whose lock this runs.
            unsafe { slot.at.header() }
                .tick
                .store(tick, Ordering::Release);
            let Table {
                order,
                arena,
                weighs,
                ..
            } = &mut *self.table;
            order.insert(slot.id, &Here::new(arena, *weighs));
        }
        match self.shared.epoch.begin() {
            Some(tick) => tick,
            None => unreachable!("there are fewer entries than ticks"),
        }
    }

    /// Whether two entries of one key can be there at once.
    pub(crate) fn may_be_twice(&self) -> bool {
        self.table.flights.may_be_twice()
    }
}

/// The value in this node is available from now on; until when it may be of use. The caller has the
/// table's lock.
#[cfg_attr(not(debug_assertions), inline(always))]
fn make_ready(
    record: &mut Record,
    at: NodeAt,
    tick: u64,
    facts: Facts<'_>,
    rules: Option<&Freshness>,
) -> Deadline {
    record.set_stored_at(facts.now);
    record.cost = Cost::of(facts.cost);
    // SAFETY: the entry is in the table.
    let header = unsafe { at.header() };
    let (check, end) = match rules {
        None => (facts.deadline, facts.deadline),
        Some(rules) => {
            // SAFETY: the entry is in the table; its arena has terms where there are rules for them.
            let terms = unsafe { terms_of(at) };
            let check = terms.begin(facts.now, facts.deadline, facts.cost, rules);
            (check, terms.kept_until(rules))
        }
    };
    header.set_deadline(match facts.tags {
        None => check,
        Some(tags) => {
            tags.set_deadline(check);
            Deadline::LOOK
        }
    });
    // Release, with the Acquire in `Shared::available`: value and deadline are there.
    header.tick.store(tick, Ordering::Release);
    end
}
