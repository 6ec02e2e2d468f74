//! What there is room for, and what gives way.

use std::time::Duration;

use super::CacheBuilder;
use crate::accounting::Weigher;
use crate::memory::MemoryBudget;
use crate::policy::EvictionPolicy;
use crate::protection::Protection;

impl<K, V, P: Protection> CacheBuilder<K, V, P> {
    /// At most this many entries; `0` stores nothing but counts; `None` is no bound.
    /// Defaults to 128.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().maxsize(2).build();
    /// (0..5).for_each(|n| cache.insert(n, n));
    /// assert_eq!(cache.len(), 2);
    /// ```
    #[must_use]
    pub fn maxsize(mut self, maxsize: impl Into<Option<usize>>) -> Self {
        self.config.maxsize = maxsize.into();
        self
    }

    /// At most this many bytes, counted with the entries' nodes and their shares of the index. What is
    /// too much is evicted; a larger entry is not stored. Defaults to no bound.
    ///
    /// What key and value have on the heap is counted as far as it is [known](crate::SizeSource), or as
    /// [`weigher`](Self::weigher) says.
    ///
    /// ```
    /// let cache = memokit::Cache::<u64, u64>::builder().maxsize(None).max_bytes(10_000).build();
    /// (0..1_000).for_each(|n| cache.insert(n, n));
    /// assert!(cache.stats().bytes.unwrap() <= 10_000);
    /// assert!(cache.len() > 50);
    /// ```
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.config = self.config.max_bytes(bytes);
        self
    }

    /// Larger entries are not stored. Defaults to no limit.
    ///
    /// ```
    /// let cache = memokit::Cache::<u64, [u8; 1_000]>::builder().max_entry_bytes(999).build();
    /// cache.insert(1, [0; 1_000]);
    /// assert!(cache.is_empty());
    /// assert_eq!(cache.stats().rejected, 1);
    /// ```
    #[must_use]
    pub fn max_entry_bytes(mut self, bytes: usize) -> Self {
        self.config = self.config.max_entry_bytes(bytes);
        self
    }

    /// How many bytes key and value take, all told: with what they point to. The entry's node and its share of
    /// the index are added; what the two take in the node itself is not counted twice. It comes before whatever
    /// else is known of their sizes, the allocator's count included.
    ///
    /// It is called once for each value that may be stored, by the thread that stores it. No lock is held: it may
    /// use the cache. With `0` an entry takes what its node takes; what is said to be larger than the limits is
    /// returned to its caller and not stored (`rejected`). So is a value with which the weigher panics: the
    /// panic is caught, and counted in `callback_panics`. Defaults to what is [known](crate::SizeSource) of the types.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, Vec<String>>::builder()
    ///     .weigher(|_key, texts| {
    ///         let texts = texts.iter().map(|text| size_of::<String>() + text.capacity());
    ///         size_of::<u32>() + size_of::<Vec<String>>() + texts.sum::<usize>()
    ///     })
    ///     .max_bytes(10_000)
    ///     .build();
    /// cache.insert(1, vec!["one".repeat(1_000)]);
    /// assert!((3_000..3_200).contains(&cache.stats().bytes.unwrap()));
    /// cache.insert(2, vec!["two".repeat(10_000)]);
    /// assert_eq!((cache.len(), cache.stats().rejected), (1, 1));
    /// ```
    #[must_use]
    pub fn weigher(mut self, weigher: impl Fn(&K, &V) -> usize + Send + Sync + 'static) -> Self
    where
        K: 'static,
        V: 'static,
    {
        self.weigher = Some(Weigher::new(weigher));
        self
    }

    /// Of computations inside of each other on a thread, whatever they compute, so many are stored; deeper
    /// ones are computed and not stored. `0` stores nothing that is computed. Defaults to no limit.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().max_depth(1).build();
    /// cache.get_or_insert_with(&1, || cache.get_or_insert_with(&2, || 3));
    /// assert!(cache.contains(&1) && !cache.contains(&2));
    /// ```
    #[must_use]
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.config = self.config.max_depth(depth);
        self
    }

    /// What is computed faster is not stored. Defaults to no limit.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memokit::Cache::<u32, u32>::builder().min_cost(Duration::from_secs(1)).build();
    /// cache.get_or_insert_with(&1, || 2);
    /// assert!(cache.is_empty());
    /// ```
    #[must_use]
    pub fn min_cost(mut self, cost: Duration) -> Self {
        self.config = self.config.min_cost(cost);
        self
    }

    /// When all caches together hold too much, nothing is removed in favour of others from one that would hold
    /// less than this then. Defaults to 0: no cache has a part of its own.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().min_bytes(1 << 20).build();
    /// ```
    #[must_use]
    pub fn min_bytes(mut self, bytes: usize) -> Self {
        self.config = self.config.min_bytes(bytes);
        self
    }

    /// How much more its values are worth than those of other caches that have cost the same, when all
    /// caches together hold too much. Defaults to 1.
    ///
    /// # Panics
    /// When it is not above 0, or infinite.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().weight(2.0).build();
    /// ```
    #[must_use]
    #[track_caller]
    pub fn weight(mut self, weight: f64) -> Self {
        self.config = self.config.weight(weight);
        self
    }

    /// A budget that it shares with some other caches, as a part of the program's. Defaults to the latter.
    ///
    /// ```
    /// use memokit::{Cache, memory::MemoryBudget};
    ///
    /// static IMAGES: MemoryBudget = MemoryBudget::new(64 << 20);
    ///
    /// let thumbnails: Cache<u32, Vec<u8>> = Cache::builder().budget(&IMAGES).build();
    /// thumbnails.insert(1, vec![0; 1_000]);
    /// assert!(IMAGES.used() > 1_000);
    /// ```
    #[must_use]
    pub fn budget(mut self, budget: &'static MemoryBudget) -> Self {
        self.config = self.config.budget(budget);
        self
    }

    /// Which entry gives way at the bound. Defaults to the least recently used one.
    ///
    /// ```
    /// use memokit::{Cache, EvictionPolicy};
    ///
    /// let cache: Cache<u32, u32> = Cache::builder().policy(EvictionPolicy::sieve()).build();
    /// assert_eq!(cache.parameters().policy, "sieve");
    /// ```
    #[must_use]
    pub fn policy(mut self, policy: EvictionPolicy) -> Self {
        self.config.policy = policy;
        self
    }
}
