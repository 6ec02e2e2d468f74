//! Everything about a cache besides calls: removing, clearing, looking into it.

use std::time::Duration;

use crate::engine::lead::unlink_all;
use crate::engine::{Core, Removed};
use crate::entry::{AnyNode, Header};
use crate::event::RemovalCause;
use crate::policy::EntryId;
use crate::protection::Protection;
use crate::sharing::{NodePtr, Sharing};
use crate::store::{Entry, Table};

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
    /// Time since the last access; `None` where hits do not read the clock, which they do for
    /// entries with a time to live.
    pub idle: Option<Duration>,
    /// Hits on this entry; `None` where they are not counted one by one.
    pub hits: Option<u64>,
    /// Time left to live; `None` is for ever.
    pub expires_in: Option<Duration>,
    /// Bytes held; `None` where they are not measured.
    pub bytes: Option<usize>,
    /// How long the computation took; zero for a value that was put in.
    pub cost: Duration,
}

impl EntryInfo {
    fn of(header: &Header, now: u64) -> Self {
        let since = |at: u64| Duration::from_nanos(now.saturating_sub(at));
        let deadline = header.deadline();
        let idle_since = header.used_at().unwrap_or(header.stored_at());
        Self {
            age: since(header.stored_at()),
            idle: (!deadline.is_never()).then(|| since(idle_since)),
            hits: None,
            expires_in: deadline.remaining(now),
            bytes: None,
            cost: Duration::from_nanos(header.cost()),
        }
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Removes a key, also from computations under way: their values will not be stored. Whether
    /// there was a live entry.
    pub(super) fn remove(&self, hash: u64, is_key: &dyn Fn(&S::Ptr) -> bool) -> bool {
        self.take(hash, is_key).is_some()
    }

    /// The same, with the live entry's node.
    pub(super) fn take(&self, hash: u64, is_key: &dyn Fn(&S::Ptr) -> bool) -> Option<S::Ptr> {
        let now = self.common.now();
        let mut gone: Vec<Removed<S>> = Vec::new();
        self.locate(hash, None, is_key, |table, matches| {
            unlink_all(table, matches, RemovalCause::Explicit, &mut gone);
        });
        let mut live = None;
        for (entry, cause) in &mut gone {
            if entry.node.node().header().deadline().has_passed(now) {
                *cause = RemovalCause::Expired;
            } else if entry.is_ready() {
                live = Some(entry.node.clone());
            }
        }
        self.dispose(gone);
        live
    }

    pub(super) fn len(&self) -> usize {
        self.with_table(|table| table.ready())
    }

    /// Removes everything; the number of entries.
    pub(super) fn clear(&self) -> usize {
        let entries = self.with_table(Table::take_all);
        let removed = entries.iter().filter(|entry| entry.is_ready()).count();
        self.dispose(
            entries
                .into_iter()
                .map(|entry| (entry, RemovalCause::Explicit))
                .collect(),
        );
        removed
    }

    /// Removes what has expired; the number of entries.
    pub(super) fn evict_expired(&self) -> usize {
        let now = self.common.now();
        let has_expired = |entry: &Entry<S>| {
            entry.is_ready() && entry.node.node().header().deadline().has_passed(now)
        };
        let mut gone = Vec::new();
        self.with_table(|table| {
            let expired: Vec<EntryId> = table
                .entries()
                .filter(|(_, entry)| has_expired(entry))
                .map(|(id, _)| id)
                .collect();
            unlink_all(table, &expired, RemovalCause::Expired, &mut gone);
        });
        let removed = gone.len();
        self.dispose(gone);
        removed
    }

    /// Evicts what is above the bound that is now in force.
    pub(super) fn shrink_to_bound(&self) {
        let Some(maxsize) = self.common.maxsize() else {
            return;
        };
        let mut evicted = Vec::new();
        self.with_table(|table| table.evict_to(maxsize, &mut evicted));
        self.dispose(
            evicted
                .into_iter()
                .map(|entry| (entry, RemovalCause::Size))
                .collect(),
        );
    }

    /// Removes the entries that `condemns` names, and keeps what is being computed now from being
    /// stored, as nobody can ask about values that are not there yet. The number of entries.
    pub(super) fn remove_if(
        &self,
        condemns: &mut dyn FnMut(&dyn AnyNode, &EntryInfo) -> bool,
    ) -> usize {
        let now = self.common.now();
        let mut given_up = Vec::new();
        let present = self.with_table(|table| {
            let (ready, pending): (Vec<_>, Vec<_>) = table
                .entries()
                .map(|(id, entry)| (id, entry.is_ready(), entry.node.clone()))
                .partition(|(_, is_ready, _)| *is_ready);
            let pending: Vec<EntryId> = pending.into_iter().map(|(id, _, _)| id).collect();
            unlink_all(table, &pending, RemovalCause::Explicit, &mut given_up);
            ready
        });
        drop(given_up);
        let condemned: Vec<EntryId> = present
            .iter()
            .filter(|(_, _, node)| {
                let node = node.node();
                condemns(node, &EntryInfo::of(node.header(), now))
            })
            .map(|(id, _, _)| *id)
            .collect();
        let mut gone = Vec::new();
        self.with_table(|table| {
            unlink_all(table, &condemned, RemovalCause::Explicit, &mut gone);
        });
        let removed = gone.len();
        self.dispose(gone);
        removed
    }

    /// The nodes of all live entries, from the least to the most recently used where the cache
    /// keeps an order.
    pub(super) fn snapshot(&self) -> Vec<S::Ptr> {
        let now = self.common.now();
        let mut nodes: Vec<S::Ptr> = self.with_table(|table| {
            table
                .entries()
                .filter(|(_, entry)| entry.is_ready())
                .map(|(_, entry)| entry.node.clone())
                .collect()
        });
        nodes.retain(|node| !node.node().header().deadline().has_passed(now));
        // Each tick is read once: hits move them while this sorts.
        nodes.sort_by_cached_key(|node| node.node().header().tick());
        nodes
    }

    /// The keys of all live entries, as text.
    pub(super) fn keys(&self) -> Vec<String> {
        let Some(types) = self.common.types.get() else {
            return Vec::new();
        };
        self.snapshot()
            .iter()
            .filter_map(|node| types.key_text(node.node()))
            .collect()
    }

    /// What is known about a live entry.
    pub(super) fn entry_info(
        &self,
        hash: u64,
        is_key: &dyn Fn(&S::Ptr) -> bool,
    ) -> Option<EntryInfo> {
        let now = self.common.now();
        let node = self.locate(hash, None, is_key, |table, matches| {
            let ready = matches
                .iter()
                .filter_map(|id| table.get(*id))
                .find(|e| e.is_ready());
            ready.map(|entry| entry.node.clone())
        })?;
        let header = node.node().header();
        (!header.deadline().has_passed(now)).then(|| EntryInfo::of(header, now))
    }
}
