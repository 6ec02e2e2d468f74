//! What others want to know of the entries of a table, and what only they know.

use super::{Slot, Writer};
use crate::event::Ticket;
use crate::policy::Order;
use crate::sharing::Sharing;
use crate::store::node::NodeRef;

impl<S: Sharing, O: Order> Writer<'_, S, O> {
    /// Whether a listener wants to see what leaves, at once or later.
    #[inline]
    pub(super) fn tells(&self) -> bool {
        self.common.has_listener() || self.common.events.is_some()
    }

    /// A place for an event, where somebody wants to hear of it.
    pub(super) fn reserve(&self) -> Option<Ticket> {
        let ticket = self.common.events.as_ref()?.reserve();
        if ticket.is_none() {
            self.common.counters.event_dropped();
        }
        ticket
    }

    /// An entry has come.
    #[cold]
    pub(super) fn note_come(&mut self, slot: Slot) {
        if let (Some(node_type), Some(ticket)) = (self.table.arena.node_type(), self.reserve()) {
            let pinned = self.shared.domain.pin();
            // SAFETY: the entry is in the table with its value, under whose lock this runs: it leaves, if
            // at all, when this thread is pinned.
            unsafe {
                self.outgoing.welcome(slot.at, node_type, ticket, pinned);
            }
        }
    }

    /// Whether the value of an entry is gone that has one. It runs no user code.
    #[inline]
    pub(super) fn is_gone(&self, slot: Slot) -> bool {
        let is_gone = self.common.types.get().and_then(|types| types.is_gone());
        let (Some(is_gone), Some(node_type)) = (is_gone, self.table.arena.node_type()) else {
            return false;
        };
        // SAFETY: the entry is in the table with its value, under whose lock this runs.
        is_gone(unsafe { NodeRef::new(slot.at, node_type, true) })
    }
}
