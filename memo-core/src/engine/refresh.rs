//! Computing a value anew before it is missed.
//!
//! An entry that is due keeps serving its value while one computation, in the background, makes a new
//! one. That computation is a pending entry beside it, as that of `refresh` is. What differs: nobody
//! waits for it. It may be far back in a queue, or hang; when the old value has had its time, the next
//! call computes for itself, and its value is the newer one.

use super::claim::{Search, Spare};
use super::{Claimed, Core, IsOwnKey, Work};
use crate::pin::Pin;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::singleflight::LedFlight;
use crate::store::{AnyKey, Beside, Kept, ShortHash, Slot};

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Whether the value of this entry is to be computed anew, as far as that is known without a lock.
    pub(crate) fn is_due<G: Pin>(&self, kept: &Kept<G>) -> bool {
        kept.terms(&self.shared).is_some_and(|terms| {
            let refresh_at = terms.refresh_at();
            refresh_at.has_passed(self.common.now_about(refresh_at))
        })
    }

    /// Whether the value of a computation would still be stored.
    pub(super) fn wants(&self, work: &Work) -> bool {
        let (_, own) = work.place();
        let (is_wanted, outgoing) = self.write(|writer| writer.pending(own.id).is_some());
        self.dispose(outgoing);
        is_wanted
    }

    /// Lets the caller compute a key's value anew, if it is due, and nobody does that yet.
    pub(super) fn claim_refresh(
        &self,
        hash: u64,
        key: &mut dyn AnyKey,
        is_key: IsOwnKey<'_>,
    ) -> Option<Claimed<S>> {
        self.shared.domain.enroll();
        let hash = ShortHash::of(hash);
        let (started, now) = (self.common.start(), self.common.now());
        let mut flight = Spare::new(LedFlight::apart());
        let mut pinned = None;
        let search = Search {
            hash,
            is_key,
            pinned: &mut pinned,
        };
        let (claimed, outgoing) = self.locate(search, key, |writer, key, matches| {
            let takes_keys = writer.takes_keys();
            let is_pending = |slot: &Slot| writer.pending(slot.id).is_some();
            if !takes_keys || matches.iter().any(is_pending) {
                return None;
            }
            let due = matches
                .iter()
                .find(|slot| writer.begin_refresh(**slot, now))?;
            let flight = flight.take()?;
            let slot = writer.link_pending(hash, key, &flight, Beside::Background);
            Some(Claimed::new(flight, hash, slot, started).anew(*due))
        });
        drop(pinned);
        if let Some(claimed) = claimed {
            return Some(self.dispose_for(claimed, outgoing));
        }
        self.dispose(outgoing);
        None
    }
}
