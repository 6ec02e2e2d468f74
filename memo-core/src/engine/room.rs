//! Whether there is room for an entry: in the budget of all caches, and in its own.

use crate::engine::Core;
use crate::memory::{self, Known, LOOKOUT};
use crate::policy::Bound;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::Writer;

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Whether the budget of all caches has room for an entry of this size, be it that others give way.
    /// One that was not computed is taken at any price.
    #[inline]
    pub(super) fn finds_room(&self, bytes: u64, cost: Option<u64>, now: u64) -> bool {
        !P::BOUNDED
            || (self.common.account().has_room_at_hand(bytes) && !LOOKOUT.is_due(now))
            || self.finds_room_for(bytes, cost, now)
    }

    #[cold]
    fn finds_room_for(&self, bytes: u64, cost: Option<u64>, now: u64) -> bool {
        let limits = &self.common.settings().limits;
        let has_least = self.told.bytes() >= limits.min_bytes;
        let worth = cost.filter(|_| has_least).map_or(f64::INFINITY, |cost| {
            let known = Known {
                cost,
                bytes,
                uses: 1,
                age: 0,
                idle: 0,
            };
            known.worth() * limits.weight
        });
        memory::find_room_for(self.common.account(), bytes, worth, now)
    }

    /// Whether an entry of this size can be kept at all.
    #[inline]
    pub(super) fn has_room(
        &self,
        writer: &mut Writer<'_, S, P::Order>,
        bound: Bound,
        bytes: u64,
    ) -> bool {
        let most = || {
            bound
                .bytes
                .min(self.common.settings().limits.max_entry_bytes)
        };
        writer.takes_entries() && !(P::BOUNDED && (bound.entries == 0 || bytes > most()))
    }

    /// Evicts what is above the bound: with LRU never the entry that has just come.
    #[inline]
    pub(super) fn keep_within(writer: &mut Writer<'_, S, P::Order>, bound: Bound) {
        // For a bare store this is decided when the program is compiled.
        if P::BOUNDED {
            writer.evict_to(bound);
        }
    }

    /// What all entries together may take.
    #[inline]
    pub(super) fn bound(&self) -> Bound {
        if P::BOUNDED {
            self.common.settings().bound()
        } else {
            Bound::NONE
        }
    }
}
