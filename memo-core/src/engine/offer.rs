//! What a cache gives when all of them together hold too much.

use std::array;

use crate::engine::Core;
use crate::event::RemovalCause;
use crate::memory::{Known, LOOKS, Offer};
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{Slot, Writer};

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The worst of a few entries, drawn by this number; an expired one before all others.
    pub(super) fn offer(&self, random: u64) -> Option<Offer> {
        // Outside of the lock: the clock may be a user's.
        let now = self.common.now();
        let life = now.saturating_sub(self.began_at);
        let (offer, outgoing) = self.write(|writer| {
            let few: [_; LOOKS] = {
                let mut drawn = writer.draw(random, LOOKS);
                array::from_fn(|_| drawn.next())
            };
            let few = few.into_iter().flatten();
            let offers = few.filter_map(|slot| self.worth_of(writer, slot, now, life));
            let offer = offers.reduce(|one, other| Offer {
                any: one.any,
                ..if other.worth < one.worth { other } else { one }
            });
            if let Some(offer) = &offer {
                writer.expect_removal(offer.id);
            }
            offer
        });
        self.dispose(outgoing);
        offer
    }

    fn worth_of(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        slot: Slot,
        now: u64,
        life: u64,
    ) -> Option<Offer> {
        let seen = writer.see(slot)?;
        let age = now.saturating_sub(seen.stored_at);
        let worth = if seen.deadline.has_passed(now) {
            0.0
        } else {
            let (uses, idle) = writer.use_of(slot, &seen, age, life);
            let known = Known {
                cost: seen.cost,
                bytes: seen.bytes,
                uses,
                age,
                idle,
            };
            known.worth() * self.common.settings().limits.weight
        };
        Some(Offer {
            worth,
            any: worth,
            id: slot.id,
        })
    }

    /// Frees what has left the table, at once if no reader is there.
    pub(super) fn collect(&self) {
        let ((), outgoing) = self.write_and(true, |_| ());
        self.dispose(outgoing);
    }

    /// Removes what was offered, if it is still there.
    pub(super) fn give(&self, offer: Offer) {
        let ((), outgoing) = self.write(|writer| {
            if let Some(slot) = writer.slot(offer.id) {
                writer.unlink(slot, RemovalCause::Memory);
            }
        });
        self.dispose(outgoing);
    }
}
