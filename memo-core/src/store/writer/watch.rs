//! What others want to know of the entries of a table, and what only they know.

use super::{Slot, Writer};
use crate::engine::IsGone;
use crate::event::{EventQueue, Ticket};
use crate::policy::Order;
use crate::sharing::Sharing;
use crate::store::node::NodeRef;

impl<'a, S: Sharing, O: Order> Writer<'a, S, O> {
    /// All that happens is to be noted here.
    #[inline]
    pub(crate) fn set_events(&mut self, events: Option<&'a EventQueue>) {
        self.events = events;
        self.tells |= events.is_some();
    }

    /// A place for an event, where somebody wants to hear of it.
    pub(super) fn reserve(&self) -> Option<Ticket> {
        let ticket = self.events?.reserve();
        if ticket.is_none() {
            self.counters.event_dropped();
        }
        ticket
    }

    /// An entry has come.
    #[cold]
    pub(super) fn note_come(&mut self, slot: Slot) {
        if let (Some(node_type), Some(ticket)) = (self.table.arena.node_type(), self.reserve()) {
            let pinned = self.domain.pin();
            // SAFETY: the entry is in the table with its value, under whose lock this runs: it leaves, if
            // at all, when this thread is pinned.
            unsafe {
                self.outgoing.welcome(slot.at, node_type, ticket, pinned);
            }
        }
    }

    /// Values may be gone, as this says. It runs no user code.
    #[inline]
    pub(crate) fn set_weak(&mut self, is_gone: Option<IsGone>) {
        self.is_gone = is_gone;
    }

    /// Whether the value of an entry is gone that has one.
    #[inline]
    pub(super) fn is_gone(&self, slot: Slot) -> bool {
        let (Some(is_gone), Some(node_type)) = (self.is_gone, self.table.arena.node_type()) else {
            return false;
        };
        // SAFETY: the entry is in the table with its value, under whose lock this runs.
        is_gone(unsafe { NodeRef::new(slot.at, node_type, true) })
    }
}
