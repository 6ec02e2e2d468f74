//! Changing the settings of a cache while it is in use.

use std::time::Duration;

use super::Cache;
use crate::protection::Protection;

impl<K, V, P: Protection> Cache<K, V, P> {
    /// Changes the bound and evicts what is above it. Whether the cache follows: a bare one has no
    /// bound.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// (0..5).for_each(|n| cache.insert(n, n));
    /// assert!(cache.set_maxsize(2));
    /// assert_eq!(cache.len(), 2);
    /// ```
    pub fn set_maxsize(&self, maxsize: impl Into<Option<usize>>) -> bool {
        self.handle().set_maxsize(maxsize)
    }

    /// Changes the time to live of values stored from now on; `None` is for ever. Whether the cache
    /// follows.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// assert!(cache.set_ttl(Duration::from_secs(1)));
    /// cache.insert(1, 10);
    /// assert!(cache.entry_info(&1).unwrap().expires_in.is_some());
    /// ```
    pub fn set_ttl(&self, ttl: impl Into<Option<Duration>>) -> bool {
        self.handle().set_ttl(ttl)
    }
}
