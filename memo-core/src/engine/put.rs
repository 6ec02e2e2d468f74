//! Values that come from elsewhere than a computation.

use std::sync::Arc;
use std::time::Duration;

use crate::accounting::Heap;
use crate::engine::{Core, Search, Wanted};
use crate::event::RemovalCause;
use crate::protection::Protection;
use crate::sharing::{Holds, Sharing};
use crate::store::{AnyKey, Facts, Node, NodeAt, OwnedKey, ShortHash};
use crate::tags::EntryTags;

/// What is known of a value that was not computed here.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) heap: Heap,
    pub(crate) ttl: Option<Duration>,
    pub(crate) tags: Option<&'a Arc<EntryTags>>,
}

/// A key, with what puts its value into a node that is made for the key.
#[allow(unsafe_code, reason = "moves the value into its node")]
pub(super) fn with_writer<K: 'static, V: 'static>(
    key: &mut OwnedKey<K, V>,
    value: V,
    put: impl FnOnce(&mut dyn AnyKey, &mut dyn FnMut(NodeAt)),
) {
    let mut value = Some(value);
    let mut write_value = |at: NodeAt| {
        if let Some(value) = value.take() {
            // SAFETY: the node was made for this key, whose type says that of the value, and
            // nobody else knows of it yet.
            unsafe { Node::<K, V>::write_value(at, value) };
        }
    };
    put(key, &mut write_value);
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Stores a value that was not computed here.
    pub(crate) fn put_value<K: 'static, V: 'static>(
        &self,
        wanted: Wanted<'_>,
        mut key: OwnedKey<K, V>,
        value: V,
        given: Given<'_>,
    ) where
        S: Holds<K, V>,
    {
        self.common.settings().sizes.note(given.heap.source);
        with_writer(&mut key, value, |key, write_value| {
            self.engine().put(wanted, key, write_value, given);
        });
    }

    /// Stores a value that was not computed here, in the place of what its key had. Computations
    /// that are under way do not overwrite it. `write_value` puts it into its node, if it is called.
    pub(super) fn put(
        &self,
        wanted: Wanted<'_>,
        key: &mut dyn AnyKey,
        write_value: &mut dyn FnMut(NodeAt),
        given: Given<'_>,
    ) {
        self.shared.domain.enroll();
        let (hash, is_key) = (ShortHash::of(wanted.hash), wanted.is_key);
        let now = self.common.now();
        let tag_bytes = given.tags.map_or(0, |tags| tags.bytes());
        let facts = Facts {
            now,
            deadline: self.common.settings().deadline(now, given.ttl),
            cost: 0,
            heap: given.heap.bytes.saturating_add(tag_bytes),
            tags: given.tags,
        };
        let node = self.shared.bytes_of(key.node_type());
        let bytes = node.saturating_add(key.heap()).saturating_add(facts.heap);
        let finds_room = self.finds_room(bytes, None, now);
        let search = Search {
            hash,
            is_key,
            pinned: &mut None,
        };
        let (is_stored, outgoing) = self.locate(search, key, |writer, key, matches| {
            let bound = self.bound();
            let has_room = self.replace(writer, |writer| {
                for &slot in matches {
                    writer.unlink(slot, RemovalCause::Replaced);
                }
                let has_room = finds_room && self.has_room(writer, bound, bytes);
                if has_room {
                    writer.link_ready(hash, key, write_value, facts);
                }
                has_room
            });
            Self::keep_within(writer, bound);
            has_room
        });
        if !is_stored {
            self.common.counters.rejected();
        }
        self.dispose(outgoing);
        if is_stored && self.is_weak() {
            self.expect_gone();
        }
    }
}
