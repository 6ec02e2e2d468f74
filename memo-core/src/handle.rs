//! Steering a cache without knowing its types.

use std::fmt;
use std::time::Duration;

use crate::clock::Clock;
use crate::common::{CacheParameters, Common};
use crate::registry::{self, CacheId, Control};
use crate::site::Site;
use crate::stats::CacheInfo;

/// A cache without its types: what `f::cache()` and [`caches`](crate::caches) give.
///
/// A handle to a cache that has been dropped does nothing and reads as empty.
///
/// # Examples
/// ```
/// #[memokit::memoize(maxsize = 100)]
/// fn square(n: u64) -> u64 { n * n }
///
/// square(3);
/// let cache = square::cache();
/// assert!(cache.name().ends_with("::square"));
/// assert_eq!(cache.info().misses, 1);
/// assert_eq!(cache.clear(), 1);
/// ```
#[derive(Clone, Copy)]
pub struct CacheHandle(Target);

#[derive(Clone, Copy)]
enum Target {
    Site(&'static Site),
    Registered(CacheId),
}

impl CacheHandle {
    #[doc(hidden)]
    pub const fn of(site: &'static Site) -> Self {
        Self(Target::Site(site))
    }

    pub(crate) const fn registered(id: CacheId) -> Self {
        Self(Target::Registered(id))
    }

    fn with_control<R>(self, f: impl FnOnce(&dyn Control) -> R) -> Option<R> {
        match self.0 {
            Target::Site(site) => site.control().map(f),
            Target::Registered(id) => registry::find(id).map(|control| f(&*control)),
        }
    }

    fn with_common<R>(self, f: impl FnOnce(&Common) -> R) -> Option<R> {
        match self.0 {
            Target::Site(site) => Some(f(site.common())),
            Target::Registered(id) => registry::find(id).map(|control| f(control.common())),
        }
    }

    /// The name in reports and patterns: `crate::module::function`, or what the option `name` says.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().name("squares").build();
    /// assert_eq!(cache.handle().name(), "squares");
    /// ```
    pub fn name(&self) -> String {
        self.with_common(|common| common.name().to_owned())
            .unwrap_or_default()
    }

    /// Hits, misses and the rest.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// cache.get(&1);
    /// assert_eq!(cache.handle().info().misses, 1);
    /// ```
    pub fn info(&self) -> CacheInfo {
        self.with_control(|control| control.info())
            .or_else(|| self.with_common(|common| common.info(0)))
            .unwrap_or_default()
    }

    /// The settings in force.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().maxsize(7).build();
    /// assert_eq!(cache.handle().parameters().maxsize, Some(7));
    /// ```
    pub fn parameters(&self) -> CacheParameters {
        self.with_common(Common::parameters).unwrap_or_default()
    }

    /// Removes all entries and zeroes the counters; returns the number of entries removed.
    ///
    /// A value whose computation began before is not stored.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.handle().clear(), 1);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn clear(&self) -> usize {
        self.with_control(|control| control.clear_and_zero())
            .unwrap_or(0)
    }

    /// Changes the bound and evicts what is above it. Whether the cache follows: a bare one has no
    /// bound.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// (0..5).for_each(|n| cache.insert(n, n));
    /// assert!(cache.handle().set_maxsize(2));
    /// assert_eq!(cache.len(), 2);
    /// ```
    pub fn set_maxsize(&self, maxsize: impl Into<Option<usize>>) -> bool {
        let maxsize = maxsize.into();
        self.with_control(|control| control.set_maxsize(maxsize))
            .or_else(|| self.with_common(|common| common.set_maxsize(maxsize)))
            .unwrap_or(false)
    }

    /// Changes the time to live of values stored from now on; `None` is for ever. Whether the cache
    /// follows.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// assert!(cache.handle().set_ttl(Duration::from_secs(1)));
    /// cache.insert(1, 10);
    /// assert!(cache.entry_info(&1).unwrap().expires_in.is_some());
    /// ```
    pub fn set_ttl(&self, ttl: impl Into<Option<Duration>>) -> bool {
        let ttl = ttl.into();
        self.with_common(|common| common.set_ttl(ttl)).is_some()
    }

    /// Removes what has expired; returns the number of entries removed.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memokit::Cache::<u32, u32>::builder().ttl(Duration::ZERO).build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.handle().evict_expired(), 1);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn evict_expired(&self) -> usize {
        self.with_control(|control| control.evict_expired())
            .unwrap_or(0)
    }

    /// The keys of all live entries as text, where they are `Debug`; `_` stands for parts that are
    /// not.
    ///
    /// ```
    /// #[memokit::memoize]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// square(3);
    /// assert_eq!(square::cache().keys(), ["3"]);
    /// ```
    pub fn keys(&self) -> Vec<String> {
        self.with_control(|control| control.keys())
            .unwrap_or_default()
    }

    /// Takes the time from another clock from now on. Whether it was taken: once only, and only
    /// while the cache is empty, as deadlines are times on the clock.
    ///
    /// ```
    /// use memokit::testing::MockClock;
    ///
    /// #[memokit::memoize(ttl = "1h")]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// let clock = MockClock::new();
    /// assert!(square::cache().set_clock(clock.clone()));
    /// square(3);
    /// clock.advance(std::time::Duration::from_secs(3_600));
    /// assert!(!square::contains(&3));
    /// ```
    pub fn set_clock(&self, clock: impl Clock) -> bool {
        let clock: Box<dyn Clock> = Box::new(clock);
        match self.0 {
            Target::Site(site) => match site.control() {
                Some(control) => control.set_clock(clock),
                None => site.common().clock.replace(clock),
            },
            Target::Registered(id) => {
                registry::find(id).is_some_and(|control| control.set_clock(clock))
            }
        }
    }
}

impl fmt::Debug for CacheHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheHandle").field(&self.name()).finish()
    }
}
