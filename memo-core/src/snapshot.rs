//! Results that survive the process that computed them.
//!
//! [`save`] writes the entries of all caches into one file, [`load`] brings them back, in another process as
//! well. What does not fit is left out and counted: entries that have expired meanwhile, whose function was
//! changed, whose types are others. A file that is damaged is an error as a whole.
//!
//! A cache takes part if keys and values are [`Serialize`](serde::Serialize) and
//! [`DeserializeOwned`](serde::de::DeserializeOwned). Of a memoized function that is found out; a cache made by
//! hand says so, and has a name: [`CacheBuilder::snapshot`](crate::CacheBuilder::snapshot). Caches of single
//! threads or objects take no part.
//!
//! A snapshot is trusted with the values in it, as a checksum is no signature: keep it where only the program
//! can write. Whatever is in it, it cannot crash the program or make it use more memory than the values take.
//!
//! ```
//! use memokit::snapshot;
//!
//! #[memokit::memoize(maxsize = 1_000)]
//! fn square(n: u64) -> u64 { n * n }
//!
//! square(3);
//! let mut file = Vec::new();
//! assert_eq!(snapshot::save_to(&mut file)?.entries, 1);
//!
//! square::cache_clear(); // as a new process would begin
//! assert_eq!(snapshot::load_from(&file[..])?.restored, 1);
//! assert!(square::contains(&3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bounded;
pub(crate) mod codec;
mod error;
mod file;
mod format;
mod probe;
mod restore;
mod save;
mod shape;
#[cfg(test)]
mod tests;
mod waiting;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::clock::wall_now;

pub use codec::{KeyCodec, TypeCodec};
pub use error::SnapshotError;
pub(crate) use probe::{ByHand, StoredOutcome};
pub use probe::{NotStoredKey, NotStoredOutcome, NotStoredParts};
pub(crate) use waiting::{arrive, clear_tag, forget_named};

/// What expansions ask of types. Not for anything else: it changes without notice.
#[doc(hidden)]
pub mod stored {
    pub use super::probe::{KeyProbe, OutcomeProbe, PartsProbe};
}

/// What a snapshot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Saved {
    /// Caches with entries in it.
    pub caches: usize,
    /// Entries in it.
    pub entries: usize,
    /// Its length.
    pub bytes: u64,
    /// Caches that take no part: their types cannot be written, or they are those of threads or objects.
    pub skipped_caches: usize,
    /// Caches that cannot be told from each other: same name, same types, same code.
    pub ambiguous_caches: usize,
    /// Entries whose types refused to be written.
    pub skipped_entries: usize,
}

/// What has come of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Loaded {
    /// Entries that are in their caches now.
    pub restored: usize,
    /// Entries whose cache has not been used yet. They are restored, or skipped, when it is.
    pub waiting: usize,
    /// Entries that do not fit.
    pub skipped: Skipped,
}

/// Entries that were not restored, by reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Skipped {
    /// Their time to live is over.
    pub expired: usize,
    /// The function was changed, or its option `version`.
    pub other_version: usize,
    /// Keys or values have another type now, or one that cannot be read.
    pub other_types: usize,
    /// There are several caches that they could be from.
    pub ambiguous: usize,
    /// The key has a value, or one is being computed.
    pub present: usize,
    /// They are beyond the bounds of their cache or of all caches.
    pub no_room: usize,
    /// The types could not make anything of what was written, or had other fields then.
    pub unreadable: usize,
    /// Their cache was cleared before it was used.
    pub cleared: usize,
}

impl Skipped {
    /// All of them.
    ///
    /// ```
    /// let loaded = memokit::snapshot::Loaded::default();
    /// assert_eq!(loaded.skipped.total(), 0);
    /// ```
    pub fn total(&self) -> usize {
        let Self {
            expired,
            other_version,
            other_types,
            ambiguous,
            present,
            no_room,
            unreadable,
            cleared,
        } = *self;
        let skipped = [
            expired,
            other_version,
            other_types,
            ambiguous,
            present,
            no_room,
            unreadable,
            cleared,
        ];
        skipped.into_iter().fold(0, usize::saturating_add)
    }
}

/// Writes the entries of all caches into a file, the hottest of each first.
///
/// The file is there as a whole or not at all: it is written under another name in the same directory, and
/// renamed when it is on the disk. Only its owner may read it. Other threads go on using the caches; entries
/// that come or go meanwhile may be in it or not. Entries that still wait for their cache are in it, too.
///
/// # Errors
/// When the file cannot be written. What was there before stays.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("results.snapshot");
/// #[memokit::memoize]
/// fn square(n: u64) -> u64 { n * n }
///
/// square(3);
/// let saved = memokit::snapshot::save(&path)?;
/// assert_eq!((saved.caches, saved.entries), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn save(path: impl AsRef<Path>) -> io::Result<Saved> {
    file::replace(path.as_ref(), |file| save_to(file))
}

/// The same into whatever takes it.
///
/// # Errors
/// When that fails to. What it has taken is no snapshot then.
///
/// ```
/// let mut bytes = Vec::new();
/// let saved = memokit::snapshot::save_to(&mut bytes)?;
/// assert_eq!(saved.bytes, bytes.len() as u64);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn save_to(mut out: impl Write) -> io::Result<Saved> {
    save::save(&mut out, wall_now())
}

/// Brings back the entries of a snapshot, as far as they fit.
///
/// Values that are there stay, and nothing of the same cache is evicted for entries that come back. A function that was not used
/// yet gets its entries when it is: until then they are kept as they are in the file, and do not show in
/// `cache_info` and the like. Times to live go on while no program runs.
///
/// Load before other threads use the caches: what they invalidate meanwhile may come back.
///
/// # Errors
/// When the file cannot be read, or is no snapshot, or damaged. Nothing is taken from it then.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("results.snapshot");
/// # memokit::snapshot::save(&path)?;
/// match memokit::snapshot::load(&path) {
///     Ok(loaded) => println!("{} restored, {:?}", loaded.restored, loaded.skipped),
///     Err(error) => println!("a cold start: {error}"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, SnapshotError> {
    let file = File::open(path).map_err(SnapshotError::io)?;
    let size = file.metadata().map_err(SnapshotError::io)?.len();
    let snapshot = format::read(file, size)?;
    Ok(restore::restore(snapshot))
}

/// The same from whatever has it, which is read to its end.
///
/// # Errors
/// As [`load`].
///
/// ```
/// let mut bytes = Vec::new();
/// memokit::snapshot::save_to(&mut bytes)?;
/// assert_eq!(memokit::snapshot::load_from(&bytes[..])?.skipped.total(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load_from(input: impl Read) -> Result<Loaded, SnapshotError> {
    let snapshot = format::read(input, 0)?;
    Ok(restore::restore(snapshot))
}

/// Entries that wait for the first use of their cache.
///
/// ```
/// assert_eq!(memokit::snapshot::waiting(), 0);
/// ```
pub fn waiting() -> usize {
    waiting::count()
}

/// Drops the entries that still wait for the first use of their cache, and gives back their memory; returns
/// their number.
///
/// ```
/// assert_eq!(memokit::snapshot::forget_waiting(), 0);
/// ```
#[allow(clippy::must_use_candidate, reason = "called for its effect")]
pub fn forget_waiting() -> usize {
    waiting::forget_named(|_| true)
}
