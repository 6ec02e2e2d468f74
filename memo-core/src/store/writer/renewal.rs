//! Values that live anew without being stored anew.
#![allow(unsafe_code, reason = "reads the header of a node in the table")]

use std::sync::Arc;

use super::{Slot, Writer};
use crate::expiry::Deadline;
use crate::policy::Order;
use crate::sharing::Sharing;
use crate::tags::{EntryTags, Tag};

/// What became of a value that is to live anew.
#[derive(Debug)]
pub(crate) enum Renewed {
    /// It does, with these tags.
    Done(Option<Arc<EntryTags>>),
    /// It is not there any more, or one of its tags was cleared.
    Gone,
    /// It has these tags, and others are wanted.
    Tagged(Vec<Arc<Tag>>),
}

impl<S: Sharing, O: Order> Writer<'_, S, O> {
    /// The value of this entry lives as if it had been stored now, until `end`, and has these tags, too.
    pub(crate) fn renew(
        &mut self,
        slot: Slot,
        (now, end): (u64, Deadline),
        said: &[Arc<Tag>],
    ) -> Renewed {
        if !self.is_ready(slot.id) || self.is_gone(slot) {
            return Renewed::Gone;
        }
        let tags = self.table.tagged.tags(slot.at);
        if tags.as_ref().is_some_and(|tags| tags.are_cleared()) {
            return Renewed::Gone;
        }
        let known = tags.as_ref().map_or(&[][..], |tags| tags.list());
        let is_known = |tag: &Arc<Tag>| known.iter().any(|known| Arc::ptr_eq(known, tag));
        if !said.iter().all(is_known) {
            return Renewed::Tagged(known.to_vec());
        }
        let table = &mut *self.table;
        let record = table.arena.record_mut(slot.id.slot);
        record.set_stored_at(now);
        let cost = record.cost.nanos();
        let terms = table.arena.terms(slot.id.slot);
        let (check, kept_until) = terms.map_or((end, end), |terms| {
            let check = terms.begin(now, end, cost, &table.rules);
            (check, terms.kept_until(&table.rules))
        });
        match &tags {
            Some(tags) => tags.set_deadline(check),
            // SAFETY: the entry is in the table, under whose lock this runs.
            None => unsafe { slot.at.header() }.set_deadline(check),
        }
        table.next_end = table.next_end.min(kept_until.raw());
        Renewed::Done(tags)
    }
}
