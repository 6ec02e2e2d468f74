//! Why an entry left, and who wants to know.

mod queue;

use std::fmt;

pub(crate) use queue::{Change, EventQueue, Ticket};

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

/// What happened to an entry, with copies of its key and value; for
/// [`on_event`](crate::CacheBuilder::on_event).
///
/// A newer value in the place of an older one is two events: the older one was removed, as
/// [`RemovalCause::Replaced`], and the newer one inserted.
///
/// ```
/// use memokit::{Event, RemovalCause};
///
/// let event = Event::Removed { key: 1, value: "one", cause: RemovalCause::Size };
/// assert!(matches!(event, Event::Removed { key: 1, .. }));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event<K, V> {
    /// A value was stored.
    Inserted {
        /// Its key.
        key: K,
        /// The value.
        value: V,
    },
    /// It has left the cache.
    Removed {
        /// Its key.
        key: K,
        /// The value.
        value: V,
        /// Why.
        cause: RemovalCause,
    },
}

impl<K, V> Event<K, V> {
    pub(crate) fn new(change: Change, key: K, value: V) -> Self {
        match change {
            Change::Inserted => Self::Inserted { key, value },
            Change::Removed(cause) => Self::Removed { key, value, cause },
        }
    }
}
