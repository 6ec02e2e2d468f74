//! A computation that says: what was there is as good as a new value.

use std::panic::resume_unwind;
use std::sync::Arc;

use super::{Core, Home, RawLead, Work};
use crate::advisor;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::{Handed, Landing};
use crate::store::{Renewed, Slot};
use crate::tags::Tag;

/// What became of it.
#[derive(Debug)]
pub(crate) enum Renewal {
    /// It lives anew.
    Done,
    /// It is not there any more, or may not be used any more. The computation has ended without a value.
    Refused,
    /// It is to be stored anew, as it gets tags that it has not had; those that it has.
    Tagged(Vec<Arc<Tag>>),
}

impl<C: Home> RawLead<C> {
    /// The entry whose value is as good as a new one, if the computation has said so.
    pub(crate) fn not_modified(&self) -> Option<Slot> {
        self.work.flight().offer().lock().as_ref()?.not_modified()
    }

    /// See [`Core::renew`].
    pub(crate) fn renew(&mut self, older: Slot, hand: &dyn Fn() -> Option<Handed>) -> Renewal {
        self.core.engine().renew(&mut self.work, older, hand)
    }

    /// See [`Core::refuse`].
    pub(crate) fn refuse(&mut self) {
        self.core.engine().refuse(&mut self.work);
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Lets the value of this entry live as if it had been stored now, and hands copies to the callers that
    /// wait for the one that was to be computed.
    pub(in crate::engine) fn renew(
        &self,
        work: &mut Work,
        older: Slot,
        hand: &dyn Fn() -> Option<Handed>,
    ) -> Renewal {
        let ttl = work.notes().rest().ttl.or_else(|| self.common.ttl());
        // Here, as a user's clock may panic: the entry is not given up yet.
        let (ended, loads) = self.end_otherwise(work.notes_mut(), true, ttl.is_some());
        let deadline = self.common.settings().deadline(ended.now, ttl);
        let own = work.notes().slot;
        let said = work.flight().take_tags();
        // Before its node can leave the table.
        let pinned = self.shared.domain.pin();
        let (renewed, outgoing) = self.write(|writer| {
            // Its own entry is there unless the key was invalidated.
            if writer.pending(own.id).is_none() {
                return Renewed::Gone;
            }
            let renewed = writer.renew(older, (ended.now, deadline), &said);
            if let Renewed::Done(_) = renewed {
                writer.give_up(own, false);
                if let Some(node) = self.pinned_node(writer, older) {
                    self.touch(Some(&pinned), node);
                }
            }
            renewed
        });
        drop(pinned);
        match renewed {
            Renewed::Done(tags) => {
                let panic = Self::land_with(work, (tags.as_deref(), hand), Landing::Stored);
                self.dispose(outgoing);
                advisor::after_load(&self.common, loads, || self.extent());
                if let Some(panic) = panic {
                    resume_unwind(panic);
                }
                Renewal::Done
            }
            Renewed::Gone => {
                self.dispose(outgoing);
                self.refuse(work);
                Renewal::Refused
            }
            Renewed::Tagged(tags) => {
                self.dispose(outgoing);
                for tag in said {
                    work.flight().add_tag(tag);
                }
                Renewal::Tagged(tags)
            }
        }
    }

    /// The value is for the caller alone: those that wait may have come after it was invalidated.
    pub(in crate::engine) fn refuse(&self, work: &mut Work) {
        self.end_otherwise(work.notes_mut(), true, false);
        self.common.counters.rejected();
        let outgoing = self.give_up(work.notes());
        work.land(Landing::Failed);
        self.dispose(outgoing);
    }
}
