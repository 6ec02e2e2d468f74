//! Which entry gives way when there is no room: one trait, one small file for each algorithm.

use std::time::Duration;

mod adaptive;
mod bounded;
mod choice;
mod chosen;
#[cfg(test)]
mod fake;
mod fifo;
mod ghost;
mod heap;
mod lfu;
mod lists;
mod lru;
mod order;
mod ring;
mod s3_fifo;
mod sieve;
mod sketch;
mod tiny_lfu;
mod unordered;

pub use adaptive::Adaptive;
pub use choice::EvictionPolicy;
pub use fifo::Fifo;
pub use lfu::Lfu;
pub use s3_fifo::S3Fifo;
pub use sieve::Sieve;
pub use tiny_lfu::TinyLfu;

pub(crate) use bounded::Bounded;
pub(crate) use order::{Bound, EntryId, Order, Residents};
pub(crate) use unordered::Unordered;

use lru::Lru;

/// An entry of the table, as policies know it: the number of its place.
///
/// Places are numbered densely from 0 and used again, so that a policy can keep what it knows of the
/// entries in a vector.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Entry(pub u32);

/// What a hit leaves on its entry for the policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hits {
    /// Nothing.
    Ignored,
    /// A count that stops at this number, 1 to 255: see [`Entries::hits`]. A hit writes nothing where
    /// the count has stopped.
    Counted(u8),
    /// When it was: see [`Entries::last_use`].
    Timed,
}

/// The entries of a table, for its policy.
pub trait Entries {
    /// Hits of the entry since it came or since [`set_hits`](Self::set_hits), as far as they are counted.
    fn hits(&self, entry: Entry) -> u8;
    /// Lets the count go on from here.
    fn set_hits(&self, entry: Entry, hits: u8);
    /// A number that is larger the later the entry was used (or stored), for [`Hits::Timed`].
    fn last_use(&self, entry: Entry) -> u64;
    /// The hash of its key; the same key has the same hash when it comes again.
    fn hash(&self, entry: Entry) -> u32;
    /// What it counts towards the capacity: 1 where entries are counted.
    fn weight(&self, entry: Entry) -> u64;
    /// How long its value took to compute.
    fn cost(&self, entry: Entry) -> Duration;
}

/// The order in which a cache's entries give way.
///
/// A hit never comes here. It leaves a mark on its entry (see [`Hits`]), which the policy reads when
/// it needs a victim. All of this runs under the lock of the cache's table: it should be short, and it
/// must not use the cache.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an eviction policy",
    label = "this type does not implement `memokit::policy::Policy`",
    note = "the policies that are there have names in lower case: `policy = sieve`"
)]
pub trait Policy: Send + 'static {
    /// Its name in `cache_parameters()`.
    fn name(&self) -> &'static str;
    /// What hits leave behind; asked once, before all else.
    fn hits(&self) -> Hits;
    /// What all entries may weigh together, at most: at first, and whenever it changes.
    fn set_capacity(&mut self, capacity: u64);
    /// An entry has come. Its count of hits is 0.
    fn insert(&mut self, entry: Entry, entries: &dyn Entries);
    /// An entry leaves for another reason than the policy's choice: it expired, or was invalidated.
    fn remove(&mut self, entry: Entry, entries: &dyn Entries);
    /// Names the entry that gives way, and forgets it. Called while the entries weigh more than the
    /// capacity, after the newest was inserted; that one may be named too.
    fn victim(&mut self, entries: &dyn Entries) -> Option<Entry>;
    /// All entries are gone.
    fn clear(&mut self);
}
