//! The table: entries by hash, and the order in which they give way.
//!
//! Everything here runs under the table's lock and knows no user type: keys are compared, values
//! cloned and dropped by the callers, outside of the lock. What leaves the table is therefore
//! always returned, never dropped here.

use std::sync::Arc;

use hashbrown::HashTable;

use crate::policy::{EntryId, Order};
use crate::sharing::{NodePtr, Sharing};
use crate::singleflight::Flight;

/// Entries that are available, and the flights of those that are being computed.
pub(crate) struct Table<S: Sharing, O> {
    /// Slots by hash.
    index: HashTable<usize>,
    slots: Vec<Option<Entry<S>>>,
    free: Vec<usize>,
    order: O,
    /// How many entries have a value; the others are flights.
    ready: usize,
    tick: u64,
    serial: u64,
}

/// A node in the table.
pub(crate) struct Entry<S: Sharing> {
    hash: u64,
    serial: u64,
    pub(crate) node: S::Ptr,
    /// Present while the value is being computed.
    pub(crate) flight: Option<Arc<Flight>>,
}

impl<S: Sharing> Entry<S> {
    pub(crate) fn is_ready(&self) -> bool {
        self.flight.is_none()
    }
}

/// The available entries whose key may be the one looked for: they have the same 64-bit hash.
/// There is almost never more than one, which costs no allocation.
pub(crate) struct Candidates<S: Sharing> {
    first: Option<S::Ptr>,
    rest: Vec<S::Ptr>,
    /// The tick of this access.
    pub(crate) tick: u64,
}

impl<S: Sharing> Candidates<S> {
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &S::Ptr> {
        self.first.iter().chain(&self.rest)
    }
}

impl<S: Sharing, O: Order> Default for Table<S, O> {
    fn default() -> Self {
        Self {
            index: HashTable::new(),
            slots: Vec::new(),
            free: Vec::new(),
            order: O::default(),
            ready: 0,
            tick: 0,
            serial: 0,
        }
    }
}

impl<S: Sharing, O: Order> Table<S, O> {
    pub(crate) fn ready(&self) -> usize {
        self.ready
    }

    /// The entries with this hash, and the tick of the access.
    #[inline]
    pub(crate) fn candidates(&mut self, hash: u64) -> Candidates<S> {
        self.tick += 1;
        let mut found = Candidates {
            first: None,
            rest: Vec::new(),
            tick: self.tick,
        };
        let ready = self.with_hash(hash).filter(|(_, entry)| entry.is_ready());
        for (_, entry) in ready {
            let node = entry.node.clone();
            if found.first.is_none() {
                found.first = Some(node);
            } else {
                found.rest.push(node);
            }
        }
        found
    }

    pub(crate) fn with_hash(&self, hash: u64) -> impl Iterator<Item = (EntryId, &Entry<S>)> {
        self.index.iter_hash(hash).filter_map(move |&slot| {
            let entry = self.slots[slot].as_ref()?;
            (entry.hash == hash).then_some((
                EntryId {
                    slot,
                    serial: entry.serial,
                },
                entry,
            ))
        })
    }

    pub(crate) fn get(&self, id: EntryId) -> Option<&Entry<S>> {
        self.slots
            .get(id.slot)?
            .as_ref()
            .filter(|entry| entry.serial == id.serial)
    }

    /// Adds a key whose value is being computed.
    pub(crate) fn link_pending(&mut self, hash: u64, node: S::Ptr, flight: Arc<Flight>) -> EntryId {
        self.link(hash, node, Some(flight))
    }

    /// Adds a key with its value, as just used.
    pub(crate) fn link_ready(&mut self, hash: u64, node: S::Ptr) -> EntryId {
        let id = self.link(hash, node, None);
        self.make_available(id);
        id
    }

    fn link(&mut self, hash: u64, node: S::Ptr, flight: Option<Arc<Flight>>) -> EntryId {
        self.serial += 1;
        let serial = self.serial;
        let entry = Entry {
            hash,
            serial,
            node,
            flight,
        };
        let slot = self.free.pop().unwrap_or(self.slots.len());
        if slot == self.slots.len() {
            self.slots.push(Some(entry));
        } else {
            self.slots[slot] = Some(entry);
        }
        let slots = &self.slots;
        self.index.insert_unique(hash, slot, |&slot| {
            slots[slot].as_ref().map_or(0, |entry| entry.hash)
        });
        EntryId { slot, serial }
    }

    /// The value of a pending entry has come: the entry counts from now on, as just used.
    /// `false` if it is not there any more.
    pub(crate) fn settle(&mut self, id: EntryId) -> bool {
        let Some(Some(entry)) = self.slots.get_mut(id.slot) else {
            return false;
        };
        if entry.serial != id.serial || entry.flight.take().is_none() {
            return false;
        }
        self.make_available(id);
        true
    }

    fn make_available(&mut self, id: EntryId) {
        self.ready += 1;
        self.tick += 1;
        if O::TRACKS {
            if let Some(entry) = self.get(id) {
                entry.node.node().header().touch(self.tick);
            }
            self.order.insert(id, self.tick);
        }
    }

    /// Notes an access to an available entry.
    pub(crate) fn touch(&mut self, id: EntryId) {
        self.tick += 1;
        if let Some(entry) = self.get(id).filter(|_| O::TRACKS) {
            entry.node.node().header().touch(self.tick);
        }
    }

    /// Takes an entry out; `None` if it is not there any more.
    pub(crate) fn unlink(&mut self, id: EntryId) -> Option<Entry<S>> {
        self.get(id)?;
        let entry = self.slots[id.slot].take()?;
        if let Ok(found) = self.index.find_entry(entry.hash, |&slot| slot == id.slot) {
            found.remove();
        }
        self.free.push(id.slot);
        if entry.is_ready() {
            self.ready -= 1;
            let (order, slots) = (&mut self.order, &self.slots);
            order.tidy(self.ready, |id| tick_of(slots, id));
        }
        Some(entry)
    }

    /// Takes out the entries that have to give way until at most `max` are left.
    pub(crate) fn evict_to(&mut self, max: usize, gone: &mut Vec<Entry<S>>) {
        while self.ready > max {
            let (order, slots) = (&mut self.order, &self.slots);
            let Some(victim) = order.victim(|id| tick_of(slots, id)) else {
                break;
            };
            gone.extend(self.unlink(victim));
        }
    }

    /// Takes out everything, flights included, and gives the memory back.
    pub(crate) fn take_all(&mut self) -> Vec<Entry<S>> {
        self.index = HashTable::new();
        self.free = Vec::new();
        self.order = O::default();
        self.ready = 0;
        std::mem::take(&mut self.slots)
            .into_iter()
            .flatten()
            .collect()
    }

    /// All entries, in no particular order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry<S>)> {
        self.slots.iter().enumerate().filter_map(|(slot, entry)| {
            let entry = entry.as_ref()?;
            Some((
                EntryId {
                    slot,
                    serial: entry.serial,
                },
                entry,
            ))
        })
    }
}

/// The tick of an entry that is available.
fn tick_of<S: Sharing>(slots: &[Option<Entry<S>>], id: EntryId) -> Option<u64> {
    slots
        .get(id.slot)?
        .as_ref()
        .filter(|entry| entry.serial == id.serial && entry.is_ready())
        .map(|entry| entry.node.node().header().tick())
}

impl<S: Sharing, O> std::fmt::Debug for Table<S, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("ready", &self.ready)
            .finish_non_exhaustive()
    }
}
