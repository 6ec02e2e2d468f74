//! Steering a cache without knowing its types.

mod plain;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::engine::{EntryInfo, Extreme, in_turns};
use crate::event::RemovalCause;
use crate::glob::Glob;
use crate::registry::{self, CacheId, Control};
use crate::settings::{CacheParameters, Settings};
use crate::site::AnySite;
use crate::stats::CacheInfo;

#[cfg(feature = "serde")]
pub(crate) use plain::{Arguments, KeyOf};
pub use plain::{ByRef, ByValue, Function, Handle, Plain, Types};

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
    /// All instantiations of a function.
    Site(&'static dyn AnySite),
    /// One of them.
    Instance(&'static dyn AnySite, CacheId),
    /// A cache made by hand.
    Registered(CacheId),
}

impl CacheHandle {
    #[doc(hidden)]
    pub const fn of(site: &'static dyn AnySite) -> Self {
        Self(Target::Site(site))
    }

    pub(crate) const fn instance(site: &'static dyn AnySite, id: CacheId) -> Self {
        Self(Target::Instance(site, id))
    }

    pub(crate) const fn registered(id: CacheId) -> Self {
        Self(Target::Registered(id))
    }

    /// That of what takes a cache's place in an isolation. Sites find that themselves.
    pub(crate) fn isolated(self, id: CacheId) -> Self {
        match self.0 {
            Target::Instance(site, _) => Self::instance(site, id),
            Target::Site(_) | Target::Registered(_) => self,
        }
    }

    /// The caches that are there now.
    fn controls(self) -> Vec<Arc<dyn Control>> {
        match self.0 {
            Target::Site(site) => site.controls(),
            // Also while its site is still taking it in.
            Target::Instance(_, id) | Target::Registered(id) => {
                registry::find(id).into_iter().collect()
            }
        }
    }

    /// The settings, which all instantiations of a function share.
    fn settings(self) -> Option<Arc<Settings>> {
        match self.0 {
            Target::Site(site) | Target::Instance(site, _) => Some(site.settings()),
            Target::Registered(id) => {
                registry::find(id).map(|control| Arc::clone(control.common().settings()))
            }
        }
    }

    /// The number of the function, if it is one's.
    pub(crate) fn function(self) -> Option<u64> {
        self.settings().map(|settings| settings.number())
    }

    /// The caches that follow these settings.
    fn followers(self) -> Vec<Arc<dyn Control>> {
        match self.0 {
            Target::Site(site) | Target::Instance(site, _) => site.controls(),
            Target::Registered(_) => self.controls(),
        }
    }

    /// The name in reports and patterns: `crate::module::function`, or what the option `name` says.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().name("squares").build();
    /// assert_eq!(cache.handle().name(), "squares");
    /// ```
    pub fn name(&self) -> String {
        match self.0 {
            Target::Site(site) => site.name(),
            Target::Instance(..) | Target::Registered(_) => {
                let control = self.controls().pop();
                control.map_or_else(String::new, |control| control.common().name().to_owned())
            }
        }
    }

    /// Hits, misses and the rest.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// cache.get(&1);
    /// assert_eq!(cache.handle().info().misses, 1);
    /// ```
    pub fn info(&self) -> CacheInfo {
        let infos = self.controls().into_iter().map(|control| control.info());
        let sum = infos.reduce(|sum, info| sum.plus(&info));
        CacheInfo {
            // Each of them has this bound for itself.
            maxsize: self.settings().and_then(|settings| settings.maxsize()),
            ..sum.unwrap_or_default()
        }
    }

    /// The settings in force.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().maxsize(7).build();
    /// assert_eq!(cache.handle().parameters().maxsize, Some(7));
    /// ```
    pub fn parameters(&self) -> CacheParameters {
        self.settings()
            .map(|settings| settings.parameters(self.name()))
            .unwrap_or_default()
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
        registry::forget_waiting(|name| name == self.name());
        registry::each(self.controls().into_iter(), Control::clear_and_zero)
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
        let Some(settings) = self
            .settings()
            .filter(|settings| settings.set_maxsize(maxsize))
        else {
            return false;
        };
        drop(settings);
        registry::each(self.followers().into_iter(), |control| {
            control.shrink_to_bound();
            0
        });
        true
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
        self.settings()
            .map(|settings| settings.set_ttl(ttl))
            .is_some()
    }

    /// Removes what has expired; returns the number of entries removed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use memokit::{Cache, testing::MockClock};
    ///
    /// let (clock, second) = (MockClock::new(), Duration::from_secs(1));
    /// let cache = Cache::<u32, u32>::builder().ttl(second).clock(clock.clone()).build();
    /// cache.insert(1, 10);
    /// clock.advance(second);
    /// assert_eq!(cache.handle().evict_expired(), 1);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn evict_expired(&self) -> usize {
        registry::each(self.controls().into_iter(), Control::evict_expired)
    }

    /// Removes the entries whose key matches a pattern; returns their number. Of a function with one
    /// argument, that is compared as it is displayed; where its type has no `Display`, and for several arguments, it
    /// is what [`keys`](Self::keys) gives. See [`invalidate_matching`](crate::invalidate_matching).
    ///
    /// ```
    /// #[memokit::memoize]
    /// fn length(key: &str) -> usize { key.len() }
    ///
    /// length("user:1");
    /// length("team:1");
    /// assert_eq!(length::cache().invalidate_matching("user:*"), 1);
    /// assert_eq!(length::keys(), [r#""team:1""#]);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn invalidate_matching(&self, pattern: &str) -> usize {
        let pattern = Glob::new(pattern);
        registry::each(self.controls().into_iter(), |control| {
            registry::remove_matching(control, &pattern)
        })
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
        let controls = self.controls();
        controls.iter().flat_map(|control| control.keys()).collect()
    }

    /// Has a listener called for every entry that leaves, with the key as [`keys`](Self::keys) gives it and
    /// the reason, by the thread that caused it. No lock is held: it may use the cache. A panic there is
    /// caught and counted. Whether it was taken: once only, for as long as the program runs.
    ///
    /// For a listener with keys and values as they are, see
    /// [`CacheBuilder::on_removal`](crate::CacheBuilder::on_removal).
    ///
    /// ```
    /// #[memokit::memoize(maxsize = 2)]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// assert!(square::cache().on_removal(|key, cause| println!("{key} left: {cause}")));
    /// [3, 4, 5].map(square); // prints "3 left: size"
    /// ```
    pub fn on_removal(
        &self,
        listener: impl Fn(&str, RemovalCause) + Send + Sync + 'static,
    ) -> bool {
        self.settings()
            .is_some_and(|settings| settings.watcher.set(Box::new(listener)).is_ok())
    }

    /// The live entries that were used least, at most `count` of them, with their keys as
    /// [`keys`](Self::keys) gives them: the least recently used one first, or the one with the fewest
    /// hits where the policy counts these. It is no use of them.
    ///
    /// Several caches (the instantiations of a generic function, the caches of several objects) have no
    /// order in common: they take turns.
    ///
    /// ```
    /// #[memokit::memoize]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// [3, 4, 5, 3].map(square);
    /// let (key, info) = square::cache().coldest(1).remove(0);
    /// assert_eq!(key, "4");
    /// assert!(info.bytes.unwrap() > 0);
    /// ```
    pub fn coldest(&self, count: usize) -> Vec<(String, EntryInfo)> {
        self.extremes(Extreme::Coldest, count)
    }

    /// The live entries that were used most: as [`coldest`](Self::coldest), from the other end.
    ///
    /// ```
    /// #[memokit::memoize]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// [3, 4, 5, 3].map(square);
    /// assert_eq!(square::cache().hottest(2)[0].0, "3");
    /// ```
    pub fn hottest(&self, count: usize) -> Vec<(String, EntryInfo)> {
        self.extremes(Extreme::Hottest, count)
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        let controls = self.controls();
        let each = controls
            .iter()
            .map(|control| control.extremes(extreme, count));
        in_turns(each.collect(), count)
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
        let is_empty = self
            .followers()
            .iter()
            .all(|control| control.extent().entries == 0);
        self.settings()
            .is_some_and(|settings| is_empty && settings.set_clock(Box::new(clock)))
    }
}

impl fmt::Debug for CacheHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheHandle").field(&self.name()).finish()
    }
}

/// What the functions beside a memoized function do. By value and by path: there are many of those
/// functions, and this is the least for the compiler to look at.
#[doc(hidden)]
#[allow(missing_docs, reason = "as the methods of `CacheHandle`")]
pub mod by_value {
    use std::time::Duration;

    use super::CacheHandle;
    use crate::engine::EntryInfo;
    use crate::registry::{self, Control};
    use crate::stats::CacheInfo;

    pub fn info(cache: CacheHandle) -> CacheInfo {
        cache.info()
    }

    pub fn clear(cache: CacheHandle) -> usize {
        cache.clear()
    }

    /// Removes all entries; counters are not zeroed.
    pub fn forget(cache: CacheHandle) -> usize {
        registry::each(cache.controls().into_iter(), Control::forget)
    }

    pub fn invalidate_matching(cache: CacheHandle, pattern: &str) -> usize {
        cache.invalidate_matching(pattern)
    }

    pub fn evict_expired(cache: CacheHandle) -> usize {
        cache.evict_expired()
    }

    pub fn keys(cache: CacheHandle) -> Vec<String> {
        cache.keys()
    }

    pub fn coldest(cache: CacheHandle, count: usize) -> Vec<(String, EntryInfo)> {
        cache.coldest(count)
    }

    pub fn hottest(cache: CacheHandle, count: usize) -> Vec<(String, EntryInfo)> {
        cache.hottest(count)
    }

    pub fn set_maxsize(cache: CacheHandle, maxsize: impl Into<Option<usize>>) -> bool {
        cache.set_maxsize(maxsize)
    }

    pub fn set_ttl(cache: CacheHandle, ttl: impl Into<Option<Duration>>) -> bool {
        cache.set_ttl(ttl)
    }
}
