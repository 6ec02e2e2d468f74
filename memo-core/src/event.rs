//! Why an entry left, and who wants to know.

use std::fmt;

/// Why an entry left its cache.
///
/// # Examples
/// ```
/// use memokit::{Cache, RemovalCause};
/// use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
///
/// let evicted = Arc::new(AtomicUsize::new(0));
/// let seen = evicted.clone();
/// let cache: Cache<u32, u32> = Cache::builder()
///     .maxsize(2)
///     .on_removal(move |_key, _value, cause| {
///         if cause == RemovalCause::Size {
///             seen.fetch_add(1, Ordering::Relaxed);
///         }
///     })
///     .build();
/// for n in 0..5 {
///     cache.insert(n, n);
/// }
/// assert_eq!(evicted.load(Ordering::Relaxed), 3);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum RemovalCause {
    /// There was no room: the cache is at its `maxsize`.
    Size,
    /// Its time to live had passed.
    Expired,
    /// Memory was needed elsewhere.
    Memory,
    /// Someone asked for it: `invalidate`, `remove`, a clear.
    Explicit,
    /// A newer value of the same key took its place.
    Replaced,
    /// What it belonged to was dropped: the object with the [`Memo`](crate::Memo) that held it, or
    /// what a weak entry pointed to.
    Collected,
}

impl RemovalCause {
    /// All causes, in the order in which they are counted and shown.
    pub const ALL: [Self; 6] = [
        Self::Size,
        Self::Expired,
        Self::Memory,
        Self::Explicit,
        Self::Replaced,
        Self::Collected,
    ];

    /// Whether the cache itself decided, and not the program.
    ///
    /// ```
    /// use memokit::RemovalCause;
    /// assert!(RemovalCause::Size.is_eviction());
    /// assert!(!RemovalCause::Explicit.is_eviction());
    /// ```
    pub const fn is_eviction(self) -> bool {
        matches!(self, Self::Size | Self::Memory)
    }
}

impl fmt::Display for RemovalCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Size => "size",
            Self::Expired => "expired",
            Self::Memory => "memory",
            Self::Explicit => "explicit",
            Self::Replaced => "replaced",
            Self::Collected => "collected",
        })
    }
}
