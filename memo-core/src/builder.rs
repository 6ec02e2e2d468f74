//! Building a cache by hand.

mod limits;

use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "serde")]
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "serde")]
use serde::{Serialize, de::DeserializeOwned};

use crate::accounting::Weigher;
use crate::cache::Cache;
use crate::clock::Clock;
use crate::common::{Common, Listener};
use crate::config::Config;
use crate::engine::Core;
#[cfg(feature = "serde")]
use crate::engine::EntryTypes;
use crate::event::{Event, EventQueue, RemovalCause};
use crate::function::{Argument, Arguments, Memoizable, Memoized};
use crate::isolation;
use crate::protection::{Balanced, Bare, Protected, Protection};
use crate::registry::CacheId;
use crate::settings::{Scope, Settings};
use crate::sharing::Sole;
#[cfg(feature = "serde")]
use crate::{
    outcome::{Never, Whole},
    snapshot::{ByHand, StoredOutcome},
};

/// Settings of a [`Cache`] to be built; the same as those of `#[memoize]`.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use memokit::Cache;
///
/// let cache: Cache<String, u32> = Cache::builder()
///     .name("prices")
///     .maxsize(10_000)
///     .ttl(Duration::from_secs(300))
///     .tag("shop")
///     .build();
/// assert!(cache.is_empty());
/// ```
pub struct CacheBuilder<K, V, P = Protected> {
    config: Config,
    name: Option<String>,
    tags: Vec<String>,
    clock: Option<Box<dyn Clock>>,
    listener: Option<Listener>,
    events: Option<EventQueue>,
    weigher: Option<Weigher>,
    #[cfg(feature = "serde")]
    snapshot: Option<&'static EntryTypes>,
    types: PhantomData<fn(K, P) -> V>,
}

impl<K, V> CacheBuilder<K, V> {
    pub(crate) fn new() -> Self {
        Self {
            config: Config::new("", "", 0),
            name: None,
            tags: Vec::new(),
            clock: None,
            listener: None,
            events: None,
            weigher: None,
            #[cfg(feature = "serde")]
            snapshot: None,
            types: PhantomData,
        }
    }

    /// A cache without limits or eviction, which pays for neither: `oom_protection = false`.
    /// A bound is ignored, and so is a weigher. Defaults to a protected cache.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().bare().build();
    /// assert_eq!(cache.parameters().maxsize, None);
    /// ```
    pub fn bare(self) -> CacheBuilder<K, V, Bare> {
        self.with_protection()
    }

    /// A cache with all limits, in which nothing is measured: `oom_protection = balanced`. Each entry
    /// counts as its node and its share of the index, so that what keys and values have on the heap is
    /// part of no limit. A weigher is ignored. Defaults to a protected cache.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, String>::builder().maxsize(2).balanced().build();
    /// (0..5).for_each(|n| cache.insert(n, "a long text".repeat(1_000)));
    /// assert_eq!(cache.len(), 2);
    /// assert!(cache.stats().bytes.unwrap() < 1_000);
    /// ```
    pub fn balanced(self) -> CacheBuilder<K, V, Balanced> {
        self.with_protection()
    }

    fn with_protection<P: Protection>(self) -> CacheBuilder<K, V, P> {
        CacheBuilder {
            config: self.config,
            name: self.name,
            tags: self.tags,
            clock: self.clock,
            listener: self.listener,
            events: self.events,
            weigher: self.weigher,
            #[cfg(feature = "serde")]
            snapshot: self.snapshot,
            types: PhantomData,
        }
    }
}

impl<K, V, P: Protection> CacheBuilder<K, V, P> {
    /// How long a value is valid, counted from when it was stored. Zero: it has expired at once;
    /// beyond 584 years: for ever. Defaults to for ever.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memokit::Cache::<u32, u32>::builder().ttl(Duration::ZERO).build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.get(&1), None);
    /// ```
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.config = self.config.ttl(ttl);
        self
    }

    /// What was not used for so long is gone. Zero: at once; beyond 584 years: never. It holds beside a
    /// time to live. Defaults to never.
    ///
    /// ```
    /// use memokit::testing::MockClock;
    /// use std::time::Duration;
    ///
    /// let clock = MockClock::new();
    /// let builder = memokit::Cache::<u32, u32>::builder().clock(clock.clone());
    /// let cache = builder.tti(Duration::from_secs(10)).build();
    /// cache.insert(1, 10);
    /// for _ in 0..5 {
    ///     clock.advance(Duration::from_secs(9));
    ///     assert_eq!(cache.get(&1), Some(10));
    /// }
    /// clock.advance(Duration::from_secs(10));
    /// assert_eq!(cache.get(&1), None);
    /// ```
    #[must_use]
    pub fn tti(mut self, tti: Duration) -> Self {
        self.config = self.config.tti(tti);
        self
    }

    /// Each time to live is made longer by a part of it that is drawn, up to this one: values that came
    /// together do not all end at once. Defaults to 0.
    ///
    /// # Panics
    /// When it is less than 0, or infinite.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = memokit::Cache::<u32, u32>::builder().ttl(Duration::from_secs(100));
    /// let cache = builder.jitter(0.1).build();
    /// cache.insert(1, 10);
    /// let left = cache.entry_info(&1).unwrap().expires_in.unwrap();
    /// assert!(left.as_secs() >= 99 && left.as_secs() <= 110);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn jitter(mut self, part: f64) -> Self {
        self.config = self.config.jitter(part);
        self
    }

    /// The name in reports and patterns. Defaults to `cache-N` with a number of its own.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().name("squares").build();
    /// assert_eq!(cache.parameters().name, "squares");
    /// ```
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A group that is cleared together by [`clear_tag`](crate::clear_tag); can be given several
    /// times. Defaults to none.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().tag("run").tag("user").build();
    /// assert_eq!(cache.parameters().tags, ["run", "user"]);
    /// ```
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Whether calls are counted. Defaults to counting.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().stats(false).build();
    /// cache.get(&1);
    /// assert_eq!(cache.stats().misses, 0);
    /// ```
    #[must_use]
    pub fn stats(mut self, stats: bool) -> Self {
        self.config = self.config.stats(stats);
        self
    }

    /// Counts the hits on each entry, which [`entry_info`](Cache::entry_info) shows then, and notes when it
    /// was last used. It makes a hit about three times as long as one in a cache with a time to live, as it
    /// writes to what threads share, and an entry 40 bytes larger. Defaults to not counting.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().entry_stats().build();
    /// cache.insert(1, 10);
    /// cache.get(&1);
    /// cache.get(&1);
    /// assert_eq!(cache.entry_info(&1).unwrap().hits, Some(2));
    /// ```
    #[must_use]
    pub fn entry_stats(mut self) -> Self {
        self.config = self.config.entry_stats();
        self
    }

    /// Where the time comes from. Defaults to the system's monotonic clock.
    ///
    /// ```
    /// use memokit::testing::MockClock;
    /// use std::time::Duration;
    ///
    /// let clock = MockClock::new();
    /// let builder = memokit::Cache::<u32, u32>::builder().clock(clock.clone());
    /// let cache = builder.ttl(Duration::from_secs(1)).build();
    /// cache.insert(1, 10);
    /// clock.advance(Duration::from_secs(1));
    /// assert_eq!(cache.get(&1), None);
    /// ```
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Called for every entry that leaves, with the reason, by the thread that caused it. No lock
    /// is held: the listener may use the cache. A panic there is caught and counted. Defaults to
    /// none.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder()
    ///     .on_removal(|key, _value, cause| println!("{key} left: {cause}"))
    ///     .build();
    /// cache.insert(1, 10);
    /// cache.remove(&1); // prints "1 left: explicit"
    /// ```
    #[must_use]
    pub fn on_removal(
        mut self,
        listener: impl Fn(&K, &V, RemovalCause) + Send + Sync + 'static,
    ) -> Self
    where
        K: 'static,
        V: 'static,
    {
        self.listener = Some(Arc::new(move |node, cause| {
            if let Some((key, Some(value))) = node.typed::<K, V>() {
                listener(key, value, cause);
            }
        }));
        self
    }

    /// Called for whatever happens to entries, later and on another thread: in the order in which it
    /// happened, one event at a time, with copies of key and value. Nobody waits for it, and no lock is
    /// held. A panic there is caught and counted. Defaults to none.
    ///
    /// Up to 1,024 events wait. Of those that come when so many do, the listener does not hear:
    /// [`CacheInfo::events_dropped`](crate::CacheInfo::events_dropped) counts them.
    ///
    /// ```
    /// use memokit::{Cache, Event};
    /// use std::sync::mpsc::channel;
    ///
    /// let (tell, told) = channel();
    /// let cache = Cache::<u32, u32>::builder()
    ///     .on_event(move |event| tell.send(event.clone()).unwrap())
    ///     .build();
    /// cache.insert(1, 10);
    /// cache.remove(&1);
    /// assert_eq!(told.recv().unwrap(), Event::Inserted { key: 1, value: 10 });
    /// assert!(matches!(told.recv().unwrap(), Event::Removed { key: 1, .. }));
    /// ```
    #[must_use]
    pub fn on_event(mut self, listener: impl Fn(&Event<K, V>) + Send + Sync + 'static) -> Self
    where
        K: Clone + Send + 'static,
        V: Clone + Send + 'static,
    {
        let listener = Arc::new(listener);
        self.events = Some(EventQueue::new(Box::new(move |node, change| {
            let (key, value) = node.typed::<K, V>()?;
            let event = Event::new(change, key.clone(), value?.clone());
            let listener = Arc::clone(&listener);
            Some(Box::new(move || listener(&event)))
        })));
        self
    }

    /// The entries are part of [snapshots](crate::snapshot), under the cache's [name](Self::name): without one
    /// they are not. What a loaded snapshot has of a cache with this name and these types is restored when it is
    /// built. Defaults to no part.
    ///
    /// ```
    /// use memokit::{Cache, snapshot};
    ///
    /// let build = || Cache::<String, u32>::builder().name("prices").snapshot().build();
    /// let mut file = Vec::new();
    /// {
    ///     let prices = build();
    ///     prices.insert("apple".to_owned(), 3);
    ///     snapshot::save_to(&mut file)?;
    /// }
    /// assert_eq!(snapshot::load_from(&file[..])?.waiting, 1);
    /// assert_eq!(build().get("apple"), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn snapshot(mut self) -> Self
    where
        K: Hash + Eq + Serialize + DeserializeOwned + 'static,
        V: Clone + Serialize + DeserializeOwned + 'static,
    {
        self.snapshot = Some(EntryTypes::of::<ByHand<K>, StoredOutcome<Whole<V, Never>>>());
        self
    }

    /// The cache.
    ///
    /// ```
    /// let cache = memokit::Cache::<u32, u32>::builder().build();
    /// assert_eq!(cache.parameters().maxsize, Some(128));
    /// ```
    pub fn build(self) -> Cache<K, V, P> {
        let id = CacheId::next();
        #[cfg(feature = "serde")]
        let types = self.snapshot.filter(|_| self.name.is_some());
        #[cfg(not(feature = "serde"))]
        let types = None;
        let name = self
            .name
            .unwrap_or_else(|| format!("cache-{}", id.number()));
        let settings = Settings::new::<P>(&self.config, Scope::Global).with_tags(self.tags);
        if let Some(clock) = self.clock {
            settings.set_clock(clock);
        }
        let common = Common::new(Cow::Owned(name), Arc::new(settings), self.listener)
            .with_events(self.events)
            .with_weigher(self.weigher.filter(|_| P::MEASURES));
        common.set_isolation(isolation::number());
        Cache::from_core(Core::new(Arc::new(common), Sole), id, types)
    }

    /// A memoized closure with a cache of these settings; otherwise as
    /// [`memoize_fn`](crate::memoize_fn), which see.
    ///
    /// ```
    /// use std::time::Duration;
    /// use memokit::Cache;
    ///
    /// let area = Cache::builder()
    ///     .name("area")
    ///     .maxsize(10)
    ///     .ttl(Duration::from_secs(60))
    ///     .memoize(|width: u64, height: u64| width * height);
    /// assert_eq!(area(2, 3), 6);
    /// assert!(area.contains(&(2, 3)));
    /// ```
    pub fn memoize<F, Args>(self, f: F) -> Memoized<Args, V, P>
    where
        F: Memoizable<Args, V>,
        Args: Arguments<V, Key = K>,
    {
        Memoized::new(self.build(), f.into_function())
    }

    /// A memoized recursive closure with a cache of these settings; otherwise as
    /// [`memoize_rec`](crate::memoize_rec), which see.
    ///
    /// ```
    /// let steps = memokit::Cache::builder().maxsize(None).memoize_rec(|steps, n: u64| match n {
    ///     1 => 0,
    ///     n if n % 2 == 0 => 1 + steps(n / 2),
    ///     n => 1 + steps(3 * n + 1),
    /// });
    /// assert_eq!(steps(27), 111);
    /// ```
    pub fn memoize_rec<F>(self, f: F) -> Memoized<(K,), V, P>
    where
        F: Fn(&(dyn Fn(K) -> V + Send + Sync), K) -> V + Send + Sync + 'static,
        K: Argument,
        V: Clone + Send + Sync + 'static,
    {
        Memoized::recursive(self.build(), f)
    }
}

impl<K, V, P> fmt::Debug for CacheBuilder<K, V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
