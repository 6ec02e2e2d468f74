//! No order: for stores that never evict.

use super::{EntryId, Order};

/// Remembers nothing and never names a victim.
#[derive(Debug, Default)]
pub struct Unordered<const LEAKS: bool>;

impl<const LEAKS: bool> Order for Unordered<LEAKS> {
    const TRACKS: bool = false;
    const LEAKS: bool = LEAKS;

    fn insert(&mut self, _: EntryId) {}

    fn victim(&mut self, _: impl Fn(EntryId) -> Option<u64>) -> Option<EntryId> {
        None
    }

    fn tidy(&mut self, _: usize, _: impl Fn(EntryId) -> Option<u64>) {}
}
