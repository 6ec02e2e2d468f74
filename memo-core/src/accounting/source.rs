//! How the sizes of a cache's values were found.

use std::sync::atomic::{AtomicU8, Ordering};

/// How the sizes of a cache's values were found, from the surest to the least sure.
///
/// ```
/// use memokit::{Cache, SizeSource};
///
/// let texts: Cache<u32, String> = Cache::builder().build();
/// assert_eq!(texts.parameters().sizes, None, "nothing was stored yet");
/// texts.insert(1, "one".to_owned());
/// assert_eq!(texts.parameters().sizes, Some(SizeSource::Known));
///
/// let trees: Cache<u32, Vec<Box<[String]>>> = Cache::builder().build();
/// trees.insert(1, Vec::new());
/// assert_eq!(trees.parameters().sizes, Some(SizeSource::Shallow));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum SizeSource {
    /// The allocator has counted what was allocated for them: [`alloc::Tracking`](crate::alloc::Tracking).
    Measured = 1,
    /// Their type is one of those that are known: texts, paths, lists of plain numbers, and whatever has
    /// nothing on the heap.
    Known,
    /// A weigher has said so.
    Weigher,
    /// Their type has said so, by `GetSize`: the feature `get-size`.
    Trait,
    /// What they have on the heap is not known, and not counted.
    Shallow,
}

/// What a value has on the heap, and who says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heap {
    pub(crate) bytes: u64,
    pub(crate) source: SizeSource,
}

impl Heap {
    pub(crate) const NOTHING: Self = Self::new(0, SizeSource::Known);

    pub(crate) const fn new(bytes: u64, source: SizeSource) -> Self {
        Self { bytes, source }
    }
}

/// The least sure of the sources that were met.
#[derive(Debug, Default)]
pub(crate) struct Sources(AtomicU8);

impl Sources {
    #[inline]
    pub(crate) fn note(&self, source: SizeSource) {
        // Relaxed: a note for people. Looked at first, as it hardly ever changes.
        if self.0.load(Ordering::Relaxed) < source as u8 {
            self.0.fetch_max(source as u8, Ordering::Relaxed);
        }
    }

    pub(crate) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Option<SizeSource> {
        use SizeSource::{Known, Measured, Shallow, Trait, Weigher};
        let met = self.0.load(Ordering::Relaxed);
        [Measured, Known, Weigher, Trait, Shallow]
            .into_iter()
            .find(|source| *source as u8 == met)
    }
}
