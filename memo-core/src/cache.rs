//! `Cache<K, V>`: the cache that users hold, also without the macro.

mod change;
mod isolated;
mod look;
mod removal;
#[cfg(feature = "async")]
mod task;

use std::any::Any;
use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use crate::accounting;
use crate::builder::CacheBuilder;
use crate::call::{Duty, Rules, call, finish};
use crate::engine::{Core, EntryInfo, EntryTypes, Given, Use, Wanted, is_key};
use crate::handle::CacheHandle;
use crate::key::ByBorrow;
use crate::outcome::{ByClone, Whole};
use crate::protection::{Protected, Protection};
use crate::registry::{self, CacheId, Control};
use crate::settings::CacheParameters;
use crate::sharing::Global;
use crate::stats::CacheInfo;
use crate::store::{AnyKey, NodeRef, OwnedKey};
use crate::tags::{self, EntryTags, Tag};
use crate::warm::{Warmed, processors, warm};

/// A bounded, thread-safe cache: exact least-recently-used eviction, time to live, one computation
/// per key, statistics by cause.
///
/// Clones share one cache. Keys can be looked up in borrowed form, as in a `HashMap`. No user code
/// (`Hash`, `Eq`, `Clone`, `Drop`, listeners, the functions given) runs while a lock is held, so it
/// may use the cache again; a panic there reaches the caller and leaves the cache usable.
///
/// # Examples
/// ```
/// use memokit::Cache;
///
/// let cache: Cache<String, usize> = Cache::builder().maxsize(1_000).build();
/// let length = cache.get_or_insert_with("memo", || "memo".len());
/// assert_eq!(length, 4);
/// assert_eq!(cache.get("memo"), Some(4));
/// ```
pub struct Cache<K, V, P: Protection = Protected> {
    inner: Arc<Registered<P>>,
    types: PhantomData<fn(K) -> V>,
}

/// Leaves the registry with the last clone of its cache.
struct Registered<P: Protection> {
    core: Arc<Core<Global, P>>,
    id: CacheId,
}

impl<P: Protection> Drop for Registered<P> {
    fn drop(&mut self) {
        registry::unregister(self.id);
    }
}

impl<K, V> Cache<K, V> {
    /// A builder for a cache of 128 entries without a time to live.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().maxsize(10).build();
    /// assert_eq!(cache.parameters().maxsize, Some(10));
    /// ```
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder::new()
    }
}

impl<K, V, P: Protection> Cache<K, V, P> {
    pub(crate) fn from_core(
        core: Core<Global, P>,
        id: CacheId,
        types: Option<&'static EntryTypes>,
    ) -> Self {
        let core = Arc::new(core);
        let control: Arc<dyn Control> = core.clone();
        registry::register(id, CacheHandle::registered(id), &control);
        let inner = Arc::new(Registered { core, id });
        // Registered before: what a snapshot has of it comes by way of the registry.
        if let Some(types) = types {
            inner.core.common().note_types(types);
        }
        Self {
            inner,
            types: PhantomData,
        }
    }

    pub(crate) fn core(&self) -> &Core<Global, P> {
        &self.inner.core
    }

    /// The number of entries, those that have expired but not yet been removed included.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.core().engine().extent().entries
    }

    /// Whether there are no entries.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// assert!(cache.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all entries and zeroes the counters; returns the number of entries removed.
    ///
    /// A value whose computation began before is not stored.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.clear(), 1);
    /// ```
    pub fn clear(&self) -> usize {
        let removed = self.core().engine().clear();
        self.core().common().counters.zero();
        removed
    }

    /// Removes expired entries; returns the number of entries removed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use memokit::{Cache, testing::MockClock};
    ///
    /// let (clock, second) = (MockClock::new(), Duration::from_secs(1));
    /// let cache = Cache::<u32, u32>::builder().ttl(second).clock(clock.clone()).build();
    /// cache.insert(1, 10);
    /// clock.advance(second);
    /// assert_eq!(cache.evict_expired(), 1);
    /// ```
    pub fn evict_expired(&self) -> usize {
        self.core().engine().evict_expired()
    }

    /// Hits, misses, entries and the rest.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.get(&1);
    /// assert_eq!(cache.stats().misses, 1);
    /// ```
    pub fn stats(&self) -> CacheInfo {
        let core = self.core();
        core.common().info(core.engine().extent())
    }

    /// The settings in force.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().name("squares").build();
    /// assert_eq!(cache.parameters().name, "squares");
    /// ```
    pub fn parameters(&self) -> CacheParameters {
        self.core().common().parameters()
    }

    /// This cache without its types, as [`caches`](crate::caches) lists it.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// assert_eq!(cache.handle().name(), cache.parameters().name);
    /// ```
    pub fn handle(&self) -> CacheHandle {
        CacheHandle::registered(self.inner.id)
    }
}

impl<K, V, P> Cache<K, V, P>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// The value of a key; counts as a hit or a miss and as a use.
    ///
    /// ```
    /// let cache: memokit::Cache<String, u32> = memokit::Cache::builder().build();
    /// cache.insert("one".to_owned(), 1);
    /// assert_eq!(cache.get("one"), Some(1));
    /// assert_eq!(cache.get("two"), None);
    /// ```
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        let query = ByBorrow(key);
        let hash = self.core().hash::<K>(&query);
        let found = self.core().hit::<K, V>(hash, &query);
        if found.is_none() {
            self.core().common().counters.miss();
        }
        found
    }

    /// What `read` makes of the value of a key, which it sees where it is stored: nothing is cloned.
    /// Counts as a hit or a miss and as a use, as [`get`](Self::get) does.
    ///
    /// No lock is held while `read` runs, and it may use the cache again. What leaves the cache
    /// meanwhile is freed only afterwards, also what other threads remove: keep it short.
    ///
    /// # Panics
    /// When `read` does; the cache stays as it is.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, String> = memokit::Cache::builder().build();
    /// cache.insert(1, "one".to_owned());
    /// assert_eq!(cache.with(&1, |text| text.len()), Some(3));
    /// assert_eq!(cache.with(&2, |text| text.len()), None);
    /// ```
    pub fn with<Q, T>(&self, key: &Q, read: impl FnOnce(&V) -> T) -> Option<T>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        let found = self.read(key, Use::Hit, read);
        if found.is_none() {
            self.core().common().counters.miss();
        }
        found
    }

    /// The value of a key, without effect on statistics or on the order of eviction.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.peek(&1), Some(10));
    /// assert_eq!(cache.stats().hits, 0);
    /// ```
    pub fn peek<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        self.read(key, Use::None, V::clone)
    }

    /// Whether a key has a live entry, without effect on statistics or on the order of eviction.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// assert!(!cache.contains(&1));
    /// ```
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        self.read(key, Use::None, |_| ()).is_some()
    }

    fn read<Q, R>(&self, key: &Q, call: Use, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        let query = ByBorrow(key);
        let hash = self.core().hash::<K>(&query);
        self.core().read::<K, V, R>(hash, &query, call, read)
    }

    /// Stores a value in the place of what the key had.
    ///
    /// A computation of this key that is under way does not overwrite it.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// cache.insert(1, 11);
    /// assert_eq!(cache.get(&1), Some(11));
    /// ```
    pub fn insert(&self, key: K, value: V) {
        self.put(key, value, self.core().common().ttl(), None);
    }

    /// Stores a value that is valid for `ttl`, whatever the cache's own time to live.
    ///
    /// A `ttl` of zero has passed at once; one beyond 584 years is for ever.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert_with_ttl(1, 10, Duration::from_secs(60));
    /// assert!(cache.entry_info(&1).unwrap().expires_in.is_some());
    /// ```
    pub fn insert_with_ttl(&self, key: K, value: V, ttl: Duration) {
        self.put(key, value, Some(ttl), None);
    }

    /// Stores a value with tags: [`clear_tag`](crate::clear_tag) with one of them removes it.
    ///
    /// What was computed before such a clear is not known here: a value that is put in after it stays.
    /// A value that is computed by [`get_or_insert_with`](Self::get_or_insert_with) gets its tags by
    /// [`tag`](crate::tag), which knows.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert_tagged(1, 10, ["user:7", "list"]);
    /// cache.insert(2, 20);
    /// assert_eq!(memokit::clear_tag("user:7"), 1);
    /// assert_eq!((cache.get(&1), cache.get(&2)), (None, Some(20)));
    /// ```
    pub fn insert_tagged<T: AsRef<str>>(
        &self,
        key: K,
        value: V,
        tags: impl IntoIterator<Item = T>,
    ) {
        let began = tags::generation();
        let tags = tags.into_iter().map(|tag| Tag::named(tag.as_ref()));
        let tags = EntryTags::new(began, tags.collect());
        self.put(key, value, self.core().common().ttl(), tags.as_ref());
    }

    fn put(&self, key: K, value: V, ttl: Option<Duration>, tags: Option<&Arc<EntryTags>>) {
        let hash = self.core().hash::<K>(&ByBorrow(&key));
        let common = self.core().common();
        common.note_types(EntryTypes::by_hand::<K, V>());
        let weighed = common.weigh(&key, &value);
        let heap = weighed.unwrap_or_else(|| accounting::heap_in::<P, V>(&value));
        let key = common.own::<P, _, _>(|| key);
        let is_key = &is_own_key::<K, V>;
        let wanted = Wanted { hash, is_key };
        self.core()
            .put_value(wanted, key, value, Given { heap, ttl, tags });
    }

    /// The value of a key, computed by `load` if there is none.
    ///
    /// Callers of one missing key meet: one of them computes, the others wait for its value. Other
    /// keys go on. If `load` panics, its caller sees the panic and one of the others computes.
    ///
    /// # Panics
    /// When `load` asks, directly or over other threads, for the key that it computes.
    ///
    /// # Examples
    /// ```
    /// let cache: memokit::Cache<u64, u64> = memokit::Cache::builder().build();
    /// assert_eq!(cache.get_or_insert_with(&3, || 9), 9);
    /// assert_eq!(cache.get_or_insert_with(&3, || unreachable!()), 9);
    /// ```
    pub fn get_or_insert_with<Q>(&self, key: &Q, load: impl FnOnce() -> V) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        let query = ByBorrow(key);
        let begun = call::<_, Whole<V, ByClone>, _>(self.core(), &query, true);
        Self::value_of::<Q>(begun, load)
    }

    #[inline]
    fn value_of<Q>(mut begun: Result<V, Duty<&Core<Global, P>>>, load: impl FnOnce() -> V) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
    {
        match begun {
            Ok(value) => value,
            // By reference: what was just written in parts is slow to be moved as a whole.
            Err(ref mut duty) => {
                let value = load();
                if let Some(lead) = duty {
                    let _ = finish::<ByBorrow<'_, Q>, Whole<V, ByClone>, _>(
                        lead,
                        &value,
                        &Rules::new(),
                    );
                }
                value
            }
        }
    }

    /// Computes and stores the values of these keys, on as many threads as there are processors. A
    /// panic in `load` is counted; one in the iterator goes on to the caller.
    ///
    /// ```
    /// let cache: memokit::Cache<u64, u64> = memokit::Cache::builder().build();
    /// assert_eq!(cache.warm(1..=100, |n| n * n).computed, 100);
    /// assert_eq!(cache.get(&7), Some(49));
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn warm(&self, keys: impl IntoIterator<Item = K>, load: impl Fn(&K) -> V + Sync) -> Warmed
    where
        K: Clone,
    {
        let compute = |key: K| {
            let mut is_computed = false;
            self.get_or_insert_with(&key, || {
                is_computed = true;
                load(&key)
            });
            is_computed
        };
        warm(processors(), keys, compute, |_| ())
    }

    /// What is known about a key's live entry.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// assert!(cache.entry_info(&1).is_none());
    /// ```
    pub fn entry_info<Q>(&self, key: &Q) -> Option<EntryInfo>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        let query = ByBorrow(key);
        let hash = self.core().hash::<K>(&query);
        self.core()
            .engine()
            .entry_info(hash, &is_key::<K, V>(&query))
    }
}

/// Compares a key that is about to be stored with a node's.
fn is_own_key<K: Eq + 'static, V: 'static>(own: &dyn AnyKey, node: NodeRef<'_>) -> bool {
    let own: &dyn Any = own;
    let own = own.downcast_ref::<OwnedKey<K, V>>().and_then(OwnedKey::get);
    match (own, node.typed::<K, V>()) {
        (Some(own), Some((key, _))) => own == key,
        _ => false,
    }
}

impl<K, V, P: Protection> Clone for Cache<K, V, P> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            types: PhantomData,
        }
    }
}

/// A panic in user code leaves the cache usable, whatever its types.
impl<K, V, P: Protection> UnwindSafe for Cache<K, V, P> {}
impl<K, V, P: Protection> RefUnwindSafe for Cache<K, V, P> {}

impl<K, V, P: Protection> fmt::Debug for Cache<K, V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("name", &self.core().common().name())
            .finish_non_exhaustive()
    }
}
