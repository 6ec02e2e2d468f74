//! The entries of a table that have tags.
//!
//! Few caches have any, so there is no place for tags in a node. Such an entry's header asks for a
//! look at it, at any time, and what there is to be seen is in a list beside the table.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;

use super::node::NodeAt;
use crate::expiry::Deadline;
use crate::tags::EntryTags;

/// The list, by the addresses of nodes: an entry is taken out when it leaves the table, and its node is
/// not used again before all have passed who found it there. Written under the table's lock.
#[derive(Debug, Default)]
pub(crate) struct Tagged {
    list: OnceLock<DashMap<usize, Arc<EntryTags>>>,
    len: AtomicUsize,
    /// The most it had since its memory was last fitted to it.
    most: AtomicUsize,
}

/// A list that never had more is not worth making smaller.
const FEW: usize = 256;
/// It is made smaller when this part is left of the most it had. So each time as many have left as it takes steps,
/// several times over, and as many have to come before it has grown as much again.
const PART: usize = 4;

/// What the tags of an entry say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) are_cleared: bool,
    /// As it would be in the header without tags.
    pub(crate) deadline: Deadline,
}

impl Tagged {
    /// Whether there may be any.
    #[inline]
    pub(crate) fn is_used(&self) -> bool {
        self.list.get().is_some()
    }

    /// Whether an entry has some.
    #[cfg(feature = "serde")]
    pub(crate) fn has(&self, at: NodeAt) -> bool {
        let list = self.list.get();
        list.is_some_and(|list| list.contains_key(&address(at)))
    }

    /// What the tags of an entry say whose header says that it has some; `None` if it has left the table.
    pub(crate) fn look(&self, at: NodeAt) -> Option<Look> {
        let tags = self.list.get()?.get(&address(at))?;
        Some(Look {
            are_cleared: tags.are_cleared(),
            deadline: tags.deadline(),
        })
    }

    /// The tags of an entry, if it has some.
    pub(super) fn tags(&self, at: NodeAt) -> Option<Arc<EntryTags>> {
        let tags = self.list.get()?.get(&address(at))?;
        Some(Arc::clone(&tags))
    }

    pub(super) fn insert(&self, at: NodeAt, tags: &Arc<EntryTags>) {
        let list = self.list.get_or_init(DashMap::new);
        if list.insert(address(at), Arc::clone(tags)).is_none() {
            // Relaxed, as all of these: they are read and written under the table's lock.
            let len = self.len.fetch_add(1, Ordering::Relaxed) + 1;
            self.most.fetch_max(len, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(super) fn remove(&self, at: NodeAt) {
        if let Some(list) = self.list.get()
            && list.remove(&address(at)).is_some()
        {
            let len = self.len.fetch_sub(1, Ordering::Relaxed) - 1;
            if len < self.most.load(Ordering::Relaxed) / PART {
                self.fit(list, len);
            }
        }
    }

    /// Gives back the memory that the list had for more entries, unless it never had many.
    #[cold]
    fn fit(&self, list: &DashMap<usize, Arc<EntryTags>>, len: usize) {
        if self.most.load(Ordering::Relaxed) > FEW {
            list.shrink_to_fit();
            self.most.store(len, Ordering::Relaxed);
        }
    }
}

fn address(at: NodeAt) -> usize {
    at.0.addr().get()
}

#[cfg(test)]
mod tests {
    use std::ptr::{NonNull, without_provenance_mut};

    use super::*;
    use crate::tags::{self, Tag};

    /// Addresses that nobody follows.
    fn places(count: usize) -> Vec<NodeAt> {
        let places = (1..=count).filter_map(|n| NonNull::new(without_provenance_mut(n * 64)));
        places.map(NodeAt).collect()
    }

    #[test]
    fn its_memory_is_given_back_as_entries_leave() {
        let tags = EntryTags::new(tags::generation(), vec![Tag::named("tagged::left")]);
        let (list, tags) = (Tagged::default(), tags.unwrap());
        let places = places(20_000);
        let insert = |range: &[NodeAt]| range.iter().for_each(|at| list.insert(*at, &tags));
        let remove = |range: &[NodeAt]| range.iter().for_each(|at| list.remove(*at));
        let capacity = || list.list.get().map_or(0, DashMap::capacity);
        insert(&places);
        let most = capacity();
        assert!(most >= places.len());
        // Half of them come and go: that is no reason.
        for _ in 0..3 {
            remove(&places[10_000..]);
            insert(&places[10_000..]);
        }
        assert!(capacity() > most / 2, "{} of {most}", capacity());
        remove(&places[1_000..]);
        let (less, kept) = (capacity(), &places[..1_000]);
        assert!(less <= most / 4, "{less} of {most}");
        assert!(kept.iter().all(|at| list.look(*at).is_some()));
        remove(kept);
        assert!(capacity() <= less / 2, "{} of {less}", capacity());
    }
}
