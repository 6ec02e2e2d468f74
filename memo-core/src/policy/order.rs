//! The order of a table's entries, as the table asks for it.

use super::{Entries, Entry, EvictionPolicy, Hits};

/// An entry of a table: its slot, and the generation that tells it from earlier and later entries
/// in the same slot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId {
    /// Where it is.
    pub slot: u32,
    /// Which of the entries that were there it is.
    pub generation: u32,
}

impl EntryId {
    pub(crate) fn entry(self) -> Entry {
        Entry(self.slot)
    }
}

/// How much a table may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound {
    /// Entries.
    pub entries: usize,
    /// What they take of memory.
    pub bytes: u64,
}

impl Bound {
    /// No bound at all.
    pub const NONE: Self = Self {
        entries: usize::MAX,
        bytes: u64::MAX,
    };

    /// Whether entries count by their bytes, not 1 each.
    pub(crate) fn is_in_bytes(self) -> bool {
        self.bytes != u64::MAX
    }

    /// In the unit in which entries count.
    pub(super) fn weight(self) -> u64 {
        if self.is_in_bytes() {
            self.bytes
        } else {
            u64::try_from(self.entries).unwrap_or(u64::MAX)
        }
    }
}

/// The entries that have a value, for an order that may remember others.
pub trait Residents: Entries {
    /// Where an entry is, for whoever takes it out.
    type Place: Copy;
    /// Its tick, and where it is; `None` if it is gone.
    fn look(&self, id: EntryId) -> Option<(u64, Self::Place)>;
    /// Its tick alone.
    fn tick_of(&self, id: EntryId) -> Option<u64> {
        self.look(id).map(|(tick, _)| tick)
    }
    /// Whether they are so many that most of them are in none of the nearer caches of the processor.
    fn are_far(&self) -> bool;
    /// An entry is going to be looked at soon.
    fn expect(&self, id: EntryId);
    /// The entry in this place, if there is one.
    fn resident(&self, entry: Entry) -> Option<EntryId>;
    /// All of them.
    fn residents(&self) -> Box<dyn Iterator<Item = Entry> + '_>;
    /// The same for a policy.
    fn as_entries(&self) -> &dyn Entries;
}

/// The order in which a table's entries give way.
///
/// A hit does not come here: it only leaves a mark on the entry. Everything runs under the table's
/// lock.
pub trait Order: Send + Sized + 'static {
    /// Whether hits leave marks.
    const TRACKS: bool;
    /// Whether values stay in memory when they leave the table.
    const LEAKS: bool = false;

    /// An order of no entries, for at most so much.
    fn new(policy: EvictionPolicy, bound: Bound) -> Self;

    /// What hits leave on entries.
    fn hits(&self) -> Hits;

    /// At most so much from now on.
    fn set_bound(&mut self, bound: Bound, residents: &impl Residents);

    /// An entry became available, with a tick above all others.
    fn insert(&mut self, id: EntryId, residents: &impl Residents);

    /// An entry is about to leave that was not named as a victim; `live` entries are left then.
    fn remove(&mut self, id: EntryId, live: usize, residents: &impl Residents);

    /// The entry to remove next, which is forgotten here; `None` if there is none.
    fn victim<R: Residents>(&mut self, residents: &R) -> Option<(EntryId, R::Place)>;

    /// All entries are gone.
    fn clear(&mut self);
}
