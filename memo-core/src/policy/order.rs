//! The order of a table's entries, as the table asks for it.

/// An entry of a table: its slot, and the generation that tells it from earlier and later entries
/// in the same slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId {
    /// Where it is.
    pub slot: u32,
    /// Which of the entries that were there it is.
    pub generation: u32,
}

/// The order in which a table's entries give way.
///
/// A hit does not come here: it only notes a tick on the entry. The order reads the ticks when
/// it needs a victim, through `tick_of`, which answers `None` for an entry that is gone.
/// Everything runs under the table's lock.
pub trait Order: Default + Send + 'static {
    /// Whether hits note ticks.
    const TRACKS: bool;
    /// Whether values stay in memory when they leave the table.
    const LEAKS: bool = false;

    /// An entry became available, with a tick above all others.
    fn insert(&mut self, id: EntryId);

    /// The entry to remove next, which is forgotten here; `None` if there is none.
    fn victim(&mut self, tick_of: impl Fn(EntryId) -> Option<u64>) -> Option<EntryId>;

    /// Called after removals of others than victims, with the number of entries present: drops what is
    /// remembered about entries that are gone, before it outweighs the rest.
    fn tidy(&mut self, live: usize, tick_of: impl Fn(EntryId) -> Option<u64>);
}
