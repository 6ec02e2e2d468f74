//! The entries of a table as the order of their eviction sees them.
#![allow(unsafe_code, reason = "reads and marks nodes in raw memory")]

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::arena::{Arena, Spot};
use super::node::Header;
use super::record::{Record, State};
use crate::policy::{Entries, Entry, EntryId, Residents};
use crate::recency::{self, ABSENT};

/// So many entries, with their records and their share of the index, are within reach of the processor
/// without being fetched ahead.
const NEAR: usize = 4_096;

/// The entries with a value, for the holder of the lock. What is asked of others has an answer too,
/// as the question may be a user's.
pub(super) struct Here<'a> {
    arena: &'a Arena,
    /// Whether entries count by their bytes.
    weighs: bool,
}

impl<'a> Here<'a> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn new(arena: &'a Arena, weighs: bool) -> Self {
        Self { arena, weighs }
    }

    fn ready(&self, entry: Entry) -> Option<(&Record, &Header)> {
        let (record, at) = self.arena.look(entry.0)?;
        // SAFETY: a node of the arena, which lives; whoever has the lock sees a header.
        (record.state() == State::Ready).then(|| (record, unsafe { at.header() }))
    }

    fn tick(&self, entry: Entry) -> u64 {
        let ready = self.ready(entry);
        // Relaxed: a number by itself.
        ready.map_or(ABSENT, |(_, header)| header.tick.load(Ordering::Relaxed))
    }
}

impl Entries for Here<'_> {
    fn hits(&self, entry: Entry) -> u8 {
        recency::hits(self.tick(entry))
    }

    fn set_hits(&self, entry: Entry, hits: u8) {
        if let Some((_, header)) = self.ready(entry) {
            // Release, as in `Epoch::touch`: the holder of the lock has seen the value stored.
            header
                .tick
                .store(recency::with_hits(hits), Ordering::Release);
        }
    }

    fn last_use(&self, entry: Entry) -> u64 {
        self.tick(entry)
    }

    fn hash(&self, entry: Entry) -> u32 {
        self.ready(entry).map_or(0, |(record, _)| record.hash().0)
    }

    fn weight(&self, entry: Entry) -> u64 {
        match self.ready(entry) {
            Some(_) if self.weighs => self.arena.bytes_of(entry.0),
            Some(_) => 1,
            None => 0,
        }
    }

    fn cost(&self, entry: Entry) -> Duration {
        let cost = self.ready(entry).map(|(record, _)| record.cost.nanos());
        Duration::from_nanos(cost.unwrap_or_default())
    }
}

impl Residents for Here<'_> {
    type Place = Spot;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn look(&self, id: EntryId) -> Option<(u64, Spot)> {
        let (record, spot) = self.arena.find_spot(id)?;
        if record.state() != State::Ready {
            return None;
        }
        // SAFETY: the entry is in the table, whose lock the caller has.
        match unsafe { spot.at().header() }.tick.load(Ordering::Relaxed) {
            ABSENT => None,
            tick => Some((tick, spot)),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn are_far(&self) -> bool {
        self.arena.in_use() > NEAR
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn expect(&self, id: EntryId) {
        self.arena.prefetch(id.slot);
    }

    fn resident(&self, entry: Entry) -> Option<EntryId> {
        self.ready(entry).map(|_| self.arena.id(entry.0))
    }

    fn residents(&self) -> Box<dyn Iterator<Item = Entry> + '_> {
        let all = self.arena.slots().map(Entry);
        Box::new(all.filter(|entry| self.ready(*entry).is_some()))
    }

    fn as_entries(&self) -> &dyn Entries {
        self
    }
}
