//! No order: for stores that never evict.

use super::{Bound, EntryId, EvictionPolicy, Hits, Order, Residents};

/// Remembers nothing and never names a victim.
#[derive(Debug)]
pub struct Unordered<const LEAKS: bool>;

impl<const LEAKS: bool> Order for Unordered<LEAKS> {
    const TRACKS: bool = false;
    const LEAKS: bool = LEAKS;

    fn new(_: EvictionPolicy, _: Bound) -> Self {
        Self
    }

    fn hits(&self) -> Hits {
        Hits::Ignored
    }

    fn set_bound(&mut self, _: Bound, _: &impl Residents) {}

    fn insert(&mut self, _: EntryId, _: &impl Residents) {}

    fn remove(&mut self, _: EntryId, _: usize, _: &impl Residents) {}

    fn victim<R: Residents>(&mut self, _: &R) -> Option<(EntryId, R::Place)> {
        None
    }

    fn clear(&mut self) {}
}
