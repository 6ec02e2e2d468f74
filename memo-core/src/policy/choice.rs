//! Which policy a cache uses, as data.

use std::fmt;

use super::{Adaptive, Fifo, Lfu, Policy, S3Fifo, Sieve, TinyLfu};

/// Which entry gives way when a cache is full.
///
/// `lru` is exact and the default. Which one is good for which load is in the guide on policies.
///
/// ```
/// use memokit::{Cache, EvictionPolicy};
///
/// let cache: Cache<u32, u32> = Cache::builder()
///     .maxsize(2)
///     .policy(EvictionPolicy::fifo())
///     .build();
/// (1..=2).for_each(|n| cache.insert(n, n));
/// cache.get(&1);
/// cache.insert(3, 3);
/// assert!(!cache.contains(&1), "it came first, so it went first");
/// assert_eq!(cache.parameters().policy, "fifo");
/// ```
#[derive(Clone, Copy)]
pub struct EvictionPolicy {
    name: &'static str,
    /// `None` is exact LRU.
    make: Option<fn() -> Box<dyn Policy>>,
}

fn boxed<P: Policy + Default>() -> Box<dyn Policy> {
    Box::new(P::default())
}

impl EvictionPolicy {
    /// The least recently used entry, exactly: `policy = lru`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::lru()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "lru"));
    /// ```
    #[must_use]
    pub const fn lru() -> Self {
        Self {
            name: "lru",
            make: None,
        }
    }

    /// [`Fifo`]: the oldest entry, `policy = fifo`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::fifo()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "fifo"));
    /// ```
    #[must_use]
    pub const fn fifo() -> Self {
        Self::built_in::<Fifo>("fifo")
    }

    /// [`Sieve`]: an old entry that was not used lately, `policy = sieve`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::sieve()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "sieve"));
    /// ```
    #[must_use]
    pub const fn sieve() -> Self {
        Self::built_in::<Sieve>("sieve")
    }

    /// [`Adaptive`]: the entry that will bring the fewest hits for its place, as the cache has learned;
    /// `policy = adaptive`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::adaptive()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "adaptive"));
    /// ```
    #[must_use]
    pub const fn adaptive() -> Self {
        Self::built_in::<Adaptive>("adaptive")
    }

    /// [`S3Fifo`]: three queues, of which a small one weeds out what comes once; `policy = s3_fifo`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::s3_fifo()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "s3_fifo"));
    /// ```
    #[must_use]
    pub const fn s3_fifo() -> Self {
        Self::built_in::<S3Fifo>("s3_fifo")
    }

    /// [`TinyLfu`]: what comes has to be more frequent than what goes, `policy = tiny_lfu`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::tiny_lfu()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "tiny_lfu"));
    /// ```
    #[must_use]
    pub const fn tiny_lfu() -> Self {
        Self::built_in::<TinyLfu>("tiny_lfu")
    }

    /// [`Lfu`]: the least frequently used entry, `policy = lfu`.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> =
    ///     Cache::builder().maxsize(10).policy(EvictionPolicy::lfu()).build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// assert_eq!((cache.len(), cache.parameters().policy), (10, "lfu"));
    /// ```
    #[must_use]
    pub const fn lfu() -> Self {
        Self::built_in::<Lfu>("lfu")
    }

    /// A policy of one's own: `policy = path::to::Type`. Each cache begins with its `default()`.
    ///
    /// ```
    /// use memokit::policy::{Entries, Entry, Hits, Policy};
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// /// The newest entry gives way: good for a loop over more than fits.
    /// #[derive(Default)]
    /// struct Newest(Vec<Entry>);
    ///
    /// impl Policy for Newest {
    ///     fn name(&self) -> &'static str { "newest" }
    ///     fn hits(&self) -> Hits { Hits::Ignored }
    ///     fn set_capacity(&mut self, _: u64) {}
    ///     fn insert(&mut self, entry: Entry, _: &dyn Entries) { self.0.push(entry) }
    ///     fn remove(&mut self, entry: Entry, _: &dyn Entries) { self.0.retain(|&other| other != entry) }
    ///     fn victim(&mut self, _: &dyn Entries) -> Option<Entry> { self.0.pop() }
    ///     fn clear(&mut self) { self.0.clear() }
    /// }
    ///
    /// let cache: Cache<u32, u32> = Cache::builder()
    ///     .maxsize(10)
    ///     .policy(EvictionPolicy::own::<Newest>())
    ///     .build();
    /// for _ in 0..3 {
    ///     (0..11).for_each(|n| { cache.get_or_insert_with(&n, || n); });
    /// }
    /// assert_eq!(cache.stats().hits, 20, "LRU would have had none");
    /// ```
    #[must_use]
    pub const fn own<P: Policy + Default>() -> Self {
        Self::built_in::<P>("own")
    }

    const fn built_in<P: Policy + Default>(name: &'static str) -> Self {
        Self {
            name,
            make: Some(boxed::<P>),
        }
    }

    /// As shown by `cache_parameters()`.
    pub(crate) fn name(self) -> &'static str {
        match self.make {
            Some(make) if self.name == "own" => make().name(),
            _ => self.name,
        }
    }

    /// One for a new cache; `None` is exact LRU.
    pub(super) fn make(self) -> Option<Box<dyn Policy>> {
        Some(self.make?())
    }
}

impl Default for EvictionPolicy {
    fn default() -> Self {
        Self::lru()
    }
}

impl fmt::Debug for EvictionPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EvictionPolicy").field(&self.name()).finish()
    }
}
