//! A few entries, drawn at random for somebody who weighs them against each other.

use super::{Seen, Slot, Writer};
use crate::policy::{EntryId, Order};
use crate::sharing::Sharing;

impl<S: Sharing, O: Order> Writer<'_, S, O> {
    /// A few entries with a value, drawn by this number; one at least, if there is any.
    pub(crate) fn draw(&self, random: u64, count: usize) -> impl Iterator<Item = Slot> + '_ {
        /// Empty places are drawn, too.
        const TRIES: usize = 4;
        let arena = &self.table.arena;
        let places = arena.slots().len() as u64;
        let at = move |place: u64| {
            let slot = u32::try_from(place).ok()?;
            self.slot(arena.id(slot))
        };
        let place = move |n: u64| {
            // Spreads neighbouring numbers: the golden ratio.
            let spread = (random ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            spread.checked_rem(places)
        };
        // Those of a large table are in none of the processor's caches: it fetches them side by side.
        for place in (0..count as u64).filter_map(place) {
            if let Ok(slot) = u32::try_from(place) {
                arena.prefetch_all(slot);
            }
        }
        let drawn = (0..(TRIES * count) as u64).filter_map(move |n| at(place(n)?));
        let mut few = drawn.take(count).peekable();
        // Where most places are empty, the next one that is not; for all entries that a table has had, one
        // after the other, that is a few looks for each place.
        let next = few.peek().is_none().then(|| {
            let start = random.checked_rem(places).unwrap_or(0);
            (start..places).chain(0..start).find_map(at)
        });
        few.chain(next.flatten())
    }

    /// Looks at an entry: how often it was used, as far as is known, and for how long it was not. For one
    /// of this age, in a table of this age.
    pub(crate) fn use_of(&mut self, slot: Slot, seen: &Seen, age: u64, life: u64) -> (u64, u64) {
        let idle = seen
            .used_at
            .map(|at| (seen.stored_at + age).saturating_sub(at));
        let arena = &mut self.table.arena;
        let looks = || arena.uses_at_look(slot.id, seen.tick);
        self.shared
            .epoch
            .use_of(seen.tick, looks, idle, (age, life))
    }

    /// This entry may be taken out soon.
    pub(crate) fn expect_removal(&self, id: EntryId) {
        if let Some(record) = self.table.arena.get(id) {
            self.table.index.prefetch(record.hash());
        }
    }
}
