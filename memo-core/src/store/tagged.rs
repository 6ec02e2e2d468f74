//! The entries of a table that have tags.
//!
//! Few caches have any, so there is no place for tags in a node. Such an entry's header asks for a
//! look at it, at any time, and what there is to be seen is in a list beside the table.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;

use super::node::NodeAt;
use crate::expiry::Deadline;
use crate::tags::EntryTags;

/// The list, by the addresses of nodes: an entry is taken out when it leaves the table, and its node is
/// not used again before all have passed who found it there.
#[derive(Debug, Default)]
pub(crate) struct Tagged(OnceLock<DashMap<usize, Arc<EntryTags>>>);

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
        self.0.get().is_some()
    }

    /// Whether an entry has some.
    #[cfg(feature = "serde")]
    pub(crate) fn has(&self, at: NodeAt) -> bool {
        let list = self.0.get();
        list.is_some_and(|list| list.contains_key(&address(at)))
    }

    /// What the tags of an entry say whose header says that it has some; `None` if it has left the table.
    pub(crate) fn look(&self, at: NodeAt) -> Option<Look> {
        let tags = self.0.get()?.get(&address(at))?;
        Some(Look {
            are_cleared: tags.are_cleared(),
            deadline: tags.deadline(),
        })
    }

    /// The tags of an entry, if it has some.
    pub(super) fn tags(&self, at: NodeAt) -> Option<Arc<EntryTags>> {
        let tags = self.0.get()?.get(&address(at))?;
        Some(Arc::clone(&tags))
    }

    pub(super) fn insert(&self, at: NodeAt, tags: &Arc<EntryTags>) {
        let list = self.0.get_or_init(DashMap::new);
        list.insert(address(at), Arc::clone(tags));
    }

    #[inline]
    pub(super) fn remove(&self, at: NodeAt) {
        if let Some(list) = self.0.get() {
            list.remove(&address(at));
        }
    }
}

fn address(at: NodeAt) -> usize {
    at.0.addr().get()
}
