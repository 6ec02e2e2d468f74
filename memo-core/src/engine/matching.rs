//! Removing what is chosen by its key, and everything at once.

use crate::engine::Core;
use crate::event::RemovalCause;
use crate::policy::Order;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{NodeRef, Slot};

use super::admin::AT_ONCE;

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Removes the entries whose key is meant; the number of those that had a value. Keys are there from
    /// the beginning of a computation on, so that those under way are asked about, too: the values of
    /// the ones that are meant will not be stored, the others go on.
    ///
    /// What comes while this runs was computed from what is there now: it stays.
    pub(super) fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize {
        let (slots, outgoing) = self.write(|writer| writer.entries().collect::<Vec<Slot>>());
        self.dispose(outgoing);
        let mut meant = Vec::new();
        for few in slots.chunks(AT_ONCE) {
            let pinned = self.shared.domain.pin();
            let (present, outgoing) = self.write(|writer| {
                let node = |slot: &Slot| Some((*slot, self.pinned_node(writer, *slot)?));
                few.iter().filter_map(node).collect::<Vec<_>>()
            });
            // Before user code may panic.
            self.dispose(outgoing);
            let present = present.into_iter();
            meant.extend(present.filter_map(|(slot, node)| is_meant(node).then_some(slot)));
            drop(pinned);
        }
        if meant.is_empty() {
            return 0;
        }
        let (removed, outgoing) = self.write_and(true, |writer| {
            let before = writer.ready();
            for &slot in &meant {
                writer.unlink(slot, RemovalCause::Explicit);
            }
            writer.shrink_index();
            before - writer.ready()
        });
        self.dispose(outgoing);
        removed
    }

    /// Removes everything in a time that does not depend on how much it is, and frees it later; the
    /// number of entries. Where a listener is to be told of each of them, they are removed one by one.
    pub(super) fn forget(&self) -> usize {
        let settings = self.common.settings();
        // Outside of the lock: it may be a user's.
        let order = P::Order::new(settings.policy, settings.bound());
        let ((forgotten, has_past), outgoing) = self.write(|writer| {
            let forgotten = writer.forget(order);
            (forgotten, writer.has_forgotten())
        });
        if has_past {
            self.call_maintenance(0);
        }
        self.dispose(outgoing);
        forgotten.unwrap_or_else(|| self.clear())
    }
}
