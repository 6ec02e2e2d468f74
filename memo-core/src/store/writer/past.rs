//! Emptying a table in one step, and what is left of that.

use std::mem::{replace, take};

use super::{Slot, Writer};
use crate::event::RemovalCause;
use crate::policy::Order;
use crate::sharing::Sharing;
use crate::store::index::Index;
use crate::store::past::Held;

impl<S: Sharing, O: Order> Writer<'_, S, O> {
    /// Takes out everything in a time that does not depend on how much it is; the number of entries
    /// that had a value. `order` is that of the entries to come. `None` if that cannot be done: where
    /// somebody wants to be told of each entry, where entries have tags, and while too much of the past is still there.
    pub(crate) fn forget(&mut self, order: O) -> Option<usize> {
        let has_tagged = self.table.tagged.is_used();
        if self.tells() || O::LEAKS || has_tagged || self.table.pasts.is_full() {
            return None;
        }
        if self.table.arena.in_use() == 0 {
            return Some(0);
        }
        let before = self.table.ready;
        self.shared.publish(Index::empty());
        let table = &mut *self.table;
        let arena = table.arena.successor();
        let held = Held {
            arena: replace(&mut table.arena, arena),
            garbage: take(&mut table.garbage),
            index: replace(&mut table.index, Index::empty()),
            order: replace(&mut table.order, order),
        };
        table.pasts.add(table.era, held);
        table.era = table.era.wrapping_add(1);
        (table.linked, table.room, table.ready) = (0, 0, 0);
        table.bytes = Default::default();
        table.flights.forget();
        self.common
            .counters
            .removed(RemovalCause::Explicit, before as u64);
        // Somebody is to come and free it.
        self.expect_end(0);
        self.has_forgotten = true;
        Some(before)
    }

    /// Whether that was done just now.
    pub(crate) fn has_forgotten(&self) -> bool {
        self.has_forgotten
    }

    /// Frees so many nodes of what was taken out in one step. Whether there is more to be freed now.
    pub(crate) fn free_pasts(&mut self, most: u32) -> bool {
        let pasts = &mut self.table.pasts;
        if pasts.is_empty() {
            return false;
        }
        let mut leaving = self.outgoing.leaving();
        pasts.free::<S>(self.shared.domain, most, &mut leaving)
    }

    /// Whether readers hold up what was taken out in one step.
    pub(crate) fn awaits_readers(&self) -> bool {
        self.table.pasts.awaits_readers()
    }

    /// The same for an entry from before the table was emptied.
    #[cold]
    pub(super) fn give_up_past(&mut self, slot: Slot, has_value: bool) {
        if self
            .table
            .pasts
            .give_up(slot, has_value, self.shared.domain)
        {
            // Somebody is to come for it.
            self.expect_end(0);
        }
    }
}
