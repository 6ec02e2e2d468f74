//! Entries on their way to another process, and back.

use std::any::Any;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use super::admin::AT_ONCE;
use super::put::with_writer;
use super::{Core, EntryInfo, IsOwnKey, Search, is_own_key};
use crate::accounting::{Heap, heap_of};
use crate::event::RemovalCause;
use crate::expiry::Deadline;
use crate::key::KeyRef;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{AnyKey, Facts, NodeAt, NodeRef, OwnedKey, ShortHash};

/// A key with its value on their way into a table, without their types.
#[allow(
    missing_debug_implementations,
    reason = "functions and types that are not known"
)]
pub struct Parcel<'a> {
    key: &'a mut dyn AnyKey,
    write_value: &'a mut dyn FnMut(NodeAt),
    is_key: IsOwnKey<'a>,
    feed: &'a dyn Fn(&dyn AnyKey, &mut dyn Hasher),
    /// Of both.
    heap: Heap,
}

impl Parcel<'_> {
    /// Hands a key and a value on. They are of the types of the table that they are for, and so as fit for
    /// other threads as it demands.
    pub(crate) fn make<Q: KeyRef, V: 'static>(
        key: Q::Owned,
        value: V,
        feed: fn(&Q::Owned, &mut dyn Hasher),
        take: &mut dyn FnMut(&mut Parcel<'_>),
    ) {
        let (of_key, of_value) = (heap_of(&key), heap_of(&value));
        let bytes = of_key.bytes.saturating_add(of_value.bytes);
        let heap = Heap::new(bytes, of_value.source);
        let mut owned = OwnedKey::<Q::Owned, V>::unmeasured(key);
        let feed = |own: &dyn AnyKey, state: &mut dyn Hasher| {
            let own: &dyn Any = own;
            let own = own.downcast_ref::<OwnedKey<Q::Owned, V>>();
            if let Some(key) = own.and_then(OwnedKey::get) {
                feed(key, state);
            }
        };
        with_writer(&mut owned, value, |key, write_value| {
            take(&mut Parcel {
                key,
                write_value,
                is_key: &is_own_key::<Q, V>,
                feed: &feed,
                heap,
            });
        });
    }
}

/// Looks at the entries of a cache.
pub trait Onlooker {
    /// An entry, pinned.
    fn see(&mut self, node: NodeRef<'_>, info: &EntryInfo);
    /// Asked between some entries, when none is pinned: whether to go on.
    fn goes_on(&mut self) -> bool;
}

/// What is noted of an entry that comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Nanoseconds since it was stored.
    pub(crate) age: u64,
    /// Nanoseconds that it has still to live.
    pub(crate) left: Option<u64>,
    pub(crate) cost: u64,
    /// All that it took of memory.
    pub(crate) bytes: u64,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restoring {
    Stored,
    /// There is a value, or one is being computed: it is newer.
    Present,
    NoRoom,
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Stores a value that comes back, unless there is a newer one, or no room: nothing else of this cache gives
    /// way to it, and of other caches what is worth less.
    pub(crate) fn restore(&self, parcel: &mut Parcel<'_>, restored: Restored) -> Restoring {
        self.shared.domain.enroll();
        let mut hasher = self.shared.hasher.build_hasher();
        (parcel.feed)(&*parcel.key, &mut hasher);
        let facts = self.facts(parcel, restored);
        let bytes = self.shared.bytes_of(parcel.key.node_type());
        let bytes = bytes.saturating_add(facts.heap);
        let now = self.common.now();
        let finds_room = self.finds_room(bytes, Some(restored.cost), now);
        let search = Search {
            hash: ShortHash::of(hasher.finish()),
            is_key: parcel.is_key,
            pinned: &mut None,
        };
        let hash = search.hash;
        let (restoring, outgoing) =
            self.locate(search, &mut *parcel.key, |writer, key, matches| {
                for &slot in matches {
                    let seen = writer.see(slot);
                    if !seen.is_some_and(|seen| seen.deadline.has_passed(now)) {
                        return Restoring::Present;
                    }
                    writer.unlink(slot, RemovalCause::Expired);
                }
                let (bound, held) = (self.bound(), writer.extent());
                let is_within =
                    held.entries < bound.entries && held.bytes.saturating_add(bytes) <= bound.bytes;
                if !(is_within && finds_room && self.has_room(writer, bound, bytes)) {
                    return Restoring::NoRoom;
                }
                writer.link_ready(hash, key, &mut *parcel.write_value, facts);
                Self::keep_within(writer, bound);
                Restoring::Stored
            });
        self.dispose(outgoing);
        restoring
    }

    fn facts(&self, parcel: &Parcel<'_>, restored: Restored) -> Facts<'static> {
        let settings = self.common.settings();
        let now = self.common.now();
        let left = restored.left.map(|left| now.saturating_add(left));
        // With a time to idle, the entry has been used just now.
        let age = if settings.freshness.tti == u64::MAX {
            restored.age
        } else {
            0
        };
        let heap = if P::MEASURES {
            settings.sizes.note(parcel.heap.source);
            let node = self.shared.bytes_of(parcel.key.node_type());
            parcel.heap.bytes.max(restored.bytes.saturating_sub(node))
        } else {
            0
        };
        Facts {
            now: now.saturating_sub(age),
            deadline: left.map_or(Deadline::NEVER, Deadline::from_raw),
            cost: restored.cost,
            heap,
            tags: None,
        }
    }

    /// Shows all live entries, from the most to the least recently used where the cache keeps an order.
    /// Without a lock, and pinned for a few at a time.
    pub(crate) fn hottest_first(&self, look: &mut dyn Onlooker) {
        let mut slots = self.by_rank();
        slots.reverse();
        for few in slots.chunks(AT_ONCE) {
            self.visit_few(few, &mut |slot, node, info| {
                // Their tags could not come back with them.
                if info.expires_in != Some(Duration::ZERO) && !self.tagged.has(slot.at) {
                    look.see(node, info);
                }
            });
            if !look.goes_on() {
                break;
            }
        }
    }
}
