//! Everything about a cache besides calls: removing, clearing, looking into it.

use std::time::Duration;

use crate::engine::{Core, IsKey, Search};
use crate::event::RemovalCause;
use crate::policy::Bound;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{Extent, NodeRef, Seen, ShortHash, Slot};

/// What is known about one entry.
///
/// ```
/// use std::time::Duration;
///
/// let cache: memokit::Cache<u32, u32> =
///     memokit::Cache::builder().ttl(Duration::from_secs(60)).build();
/// cache.insert(1, 10);
/// let info = cache.entry_info(&1).unwrap();
/// assert!(info.expires_in.unwrap() <= Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EntryInfo {
    /// Time since the value was stored.
    pub age: Duration,
    /// Time since the last access; `None` where that is not noted. It is for entries with a time to
    /// live, in caches that had one from the beginning, and for caches with `entry_stats`.
    pub idle: Option<Duration>,
    /// Hits on this entry since its value was stored; `None` where they are not counted one by one: that is
    /// for caches with `entry_stats`.
    pub hits: Option<u64>,
    /// Time left to live; `None` is for ever.
    pub expires_in: Option<Duration>,
    /// Bytes that the entry takes, with its node and its share of the index. What key and value have
    /// on the heap is part of it as far as it is known.
    pub bytes: Option<usize>,
    /// How long the computation took; zero for a value that was put in.
    pub cost: Duration,
}

impl EntryInfo {
    fn of(seen: &Seen, now: u64) -> Self {
        let since = |at: u64| Duration::from_nanos(now.saturating_sub(at));
        // The time of a use is rough, that of storing is not: no entry was used before it was there.
        let idle_since = seen
            .used_at
            .map_or(seen.stored_at, |at| at.max(seen.stored_at));
        Self {
            age: since(seen.stored_at),
            idle: seen.notes_use.then(|| since(idle_since)),
            hits: seen.hits,
            expires_in: seen.expires.remaining(now),
            bytes: usize::try_from(seen.bytes).ok(),
            cost: Duration::from_nanos(seen.cost),
        }
    }
}

/// Entries that are looked at with one pin.
pub(super) const AT_ONCE: usize = 64;

/// An entry with its position in the order of use.
type Ranked = ((u64, u64), Slot);

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Removes a key, also from computations under way: their values will not be stored. Whether
    /// there was a live entry.
    pub(super) fn remove(&self, hash: u64, is_key: IsKey<'_>) -> bool {
        self.take(hash, is_key, &mut |_| ())
    }

    /// The same; `found` sees the live entry.
    pub(super) fn take(
        &self,
        hash: u64,
        is_key: IsKey<'_>,
        found: &mut dyn FnMut(NodeRef<'_>),
    ) -> bool {
        let hash = ShortHash::of(hash);
        let now = self.common.now();
        let mut pinned = None;
        let is_key = |(): &(), node: NodeRef<'_>| is_key(node);
        let search = Search {
            hash,
            is_key: &is_key,
            pinned: &mut pinned,
        };
        let (live, outgoing) = self.locate(search, &mut (), |writer, (), matches| {
            let mut live = None;
            for &slot in matches {
                let cause = match writer.see(slot) {
                    Some(seen) if seen.deadline.has_passed(now) => seen.end(),
                    Some(_) => {
                        live = self.pinned_node(writer, slot);
                        RemovalCause::Explicit
                    }
                    None => RemovalCause::Explicit,
                };
                writer.unlink(slot, cause);
            }
            live
        });
        // Before user code may panic.
        self.dispose(outgoing);
        if let Some(node) = live {
            found(node);
        }
        // What was removed could not be freed while it was pinned for the caller.
        if pinned.take().is_some() {
            self.collect_few();
        }
        live.is_some()
    }

    /// Frees what was removed on request, as far as that needs no fence in all threads.
    fn collect_few(&self) {
        #[allow(
            clippy::redundant_closure_for_method_calls,
            reason = "the method alone is not general enough over lifetimes"
        )]
        let ((), outgoing) = self.write(|writer| writer.collect_lightly());
        self.dispose(outgoing);
    }

    pub(super) fn extent(&self) -> Extent {
        let (extent, outgoing) = self.write(|writer| writer.extent());
        self.dispose(outgoing);
        extent
    }

    /// Removes everything; the number of entries.
    pub(super) fn clear(&self) -> usize {
        let (removed, outgoing) =
            self.write_and(true, |writer| writer.clear(Some(RemovalCause::Explicit)));
        self.dispose(outgoing);
        removed
    }

    /// Removes what has expired; the number of entries.
    pub(super) fn evict_expired(&self) -> usize {
        let now = self.common.now();
        let (removed, outgoing) = self.write_and(true, |writer| {
            let end = |slot: Slot| {
                let seen = writer.see(slot)?;
                seen.kept_until.has_passed(now).then(|| (slot, seen.end()))
            };
            let expired: Vec<(Slot, RemovalCause)> = writer.entries().filter_map(end).collect();
            for &(slot, cause) in &expired {
                writer.unlink(slot, cause);
            }
            writer.shrink_index();
            expired.len()
        });
        self.dispose(outgoing);
        removed
    }

    /// Evicts what is above the bound that is now in force.
    pub(super) fn shrink_to_bound(&self) {
        let bound = self.common.settings().bound();
        if bound == Bound::NONE {
            return;
        }
        let ((), outgoing) = self.write_and(true, |writer| {
            writer.evict_to(bound);
            writer.shrink_index();
        });
        self.dispose(outgoing);
    }

    /// Removes the entries that `condemns` names, and keeps what is being computed now from being
    /// stored, as nobody can ask about values that are not there yet. The number of entries.
    pub(super) fn remove_if(
        &self,
        condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool,
    ) -> usize {
        let ((), outgoing) = self.write(|writer| {
            let is_pending = |slot: &Slot| writer.pending(slot.id).is_some();
            let pending: Vec<Slot> = writer.entries().filter(is_pending).collect();
            for slot in pending {
                writer.unlink(slot, RemovalCause::Explicit);
            }
        });
        self.dispose(outgoing);
        let mut condemned: Vec<Slot> = Vec::new();
        self.visit(&mut |slot, node, info| {
            if condemns(node, info) {
                condemned.push(slot);
            }
        });
        let (removed, outgoing) = self.write_and(true, |writer| {
            let before = writer.ready();
            for &slot in &condemned {
                writer.unlink(slot, RemovalCause::Explicit);
            }
            writer.shrink_index();
            before - writer.ready()
        });
        self.dispose(outgoing);
        removed
    }

    /// Shows all entries that were there when this began and still are, from the least to the most
    /// recently used where the cache keeps an order. Without a lock, and pinned for a few at a time.
    fn visit(&self, see: &mut dyn FnMut(Slot, NodeRef<'_>, &EntryInfo)) {
        for few in self.by_rank().chunks(AT_ONCE) {
            self.visit_few(few, see);
        }
    }

    /// The entries with a value, from the least to the most recently used.
    pub(super) fn by_rank(&self) -> Vec<Ranked> {
        let (mut slots, outgoing) = self.write(|writer| {
            let entries = writer.entries();
            let ready = entries.filter_map(|slot| Some((writer.see(slot)?.rank(), slot)));
            ready.collect::<Vec<_>>()
        });
        self.dispose(outgoing);
        slots.sort_by_key(|(rank, _)| *rank);
        slots
    }

    /// Shows those of these entries that are still there.
    pub(super) fn show(
        &self,
        slots: &[Slot],
        now: u64,
        see: &mut dyn FnMut(Slot, NodeRef<'_>, &EntryInfo),
    ) {
        for few in slots.chunks(AT_ONCE) {
            self.show_few(few.iter().copied(), now, see);
        }
    }

    /// The same of a few of them.
    pub(super) fn visit_few(
        &self,
        few: &[Ranked],
        see: &mut dyn FnMut(Slot, NodeRef<'_>, &EntryInfo),
    ) {
        let now = self.common.now();
        self.show_few(few.iter().map(|(_, slot)| *slot), now, see);
    }

    /// With one pin.
    fn show_few(
        &self,
        few: impl Iterator<Item = Slot>,
        now: u64,
        see: &mut dyn FnMut(Slot, NodeRef<'_>, &EntryInfo),
    ) {
        let pinned = self.shared.domain.pin();
        let (present, outgoing) = self.write(|writer| {
            let present = few.filter_map(|slot| {
                let info = EntryInfo::of(&writer.see(slot)?, now);
                Some((slot, self.pinned_node(writer, slot)?, info))
            });
            present.collect::<Vec<_>>()
        });
        // Before user code may panic.
        self.dispose(outgoing);
        for (slot, node, info) in present {
            see(slot, node, &info);
        }
        drop(pinned);
    }

    /// Shows all live entries, from the least to the most recently used where the cache keeps an
    /// order.
    pub(super) fn for_each(&self, see: &mut dyn FnMut(NodeRef<'_>)) {
        self.visit(&mut |_, node, info| {
            if info.expires_in != Some(Duration::ZERO) {
                see(node);
            }
        });
    }

    /// The keys of all live entries, as text.
    pub(super) fn keys(&self) -> Vec<String> {
        let Some(types) = self.common.types.get() else {
            return Vec::new();
        };
        let mut keys = Vec::new();
        self.for_each(&mut |node| keys.extend(types.key_text(node)));
        keys
    }

    /// What is known about a live entry.
    pub(super) fn entry_info(&self, hash: u64, is_key: IsKey<'_>) -> Option<EntryInfo> {
        let now = self.common.now();
        let hash = ShortHash::of(hash);
        let is_key = |(): &(), node: NodeRef<'_>| is_key(node);
        let search = Search {
            hash,
            is_key: &is_key,
            pinned: &mut None,
        };
        let (seen, outgoing) = self.locate(search, &mut (), |writer, (), matches| {
            matches.iter().find_map(|slot| writer.see(*slot))
        });
        self.dispose(outgoing);
        let seen = seen?;
        (!seen.deadline.has_passed(now)).then(|| EntryInfo::of(&seen, now))
    }
}
