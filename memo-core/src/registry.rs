//! All caches of the program: listed, cleared and shown together.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Weak};

use dashmap::DashMap;
use foldhash::fast::RandomState;

use crate::common::{Common, drop_quietly};
use crate::configure;
use crate::engine::{Core, EntryInfo, Extreme};
#[cfg(feature = "serde")]
use crate::engine::{Onlooker, Parcel, Restored, Restoring};
use crate::glob::Glob;
use crate::handle::CacheHandle;
use crate::isolation;
use crate::maintenance;
use crate::memory::Offer;
use crate::protection::Protection;
use crate::sharing::Global;
use crate::site::without_generics;
use crate::stats::CacheInfo;
use crate::store::{Extent, NodeRef};
use crate::tags;

/// What can be done with a cache without knowing its types.
pub trait Control: Any + Send + Sync {
    fn common(&self) -> &Common;
    fn extent(&self) -> Extent;
    /// The same without a lock, as of the last changes; nothing of a cache without limits.
    fn held(&self) -> Extent;
    /// The cache to ask for an offer: this one, or one of its group.
    fn asked(self: Arc<Self>, random: u64) -> Option<Arc<dyn Control>>;
    /// Frees what has left, at once if no reader is there.
    fn collect(&self);
    /// An entry that may give way to others.
    fn offer(&self, random: u64) -> Option<Offer>;
    /// Removes an entry that was offered.
    fn give(&self, offer: Offer);
    fn clear(&self) -> usize;
    /// The same in a time that does not depend on how much there is; what is removed is freed later.
    fn forget(&self) -> usize;
    fn evict_expired(&self) -> usize;
    /// When there is something to sweep.
    fn sweep_at(&self) -> u64;
    /// Some of the entries with tags are to be swept.
    fn expect_cleared(&self);
    /// Evicts what has expired, a few entries at a time.
    fn sweep(&self) -> usize;
    fn shrink_to_bound(&self);
    fn remove_if(&self, condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool) -> usize;
    /// Removes the entries whose key is meant, also where they are being computed.
    fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize;
    fn keys(&self) -> Vec<String>;
    /// Keys from one end of the order on, as text, with what is known of their entries.
    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)>;
    /// Shows all live entries, the hottest first; none of those that threads or objects have for
    /// themselves.
    #[cfg(feature = "serde")]
    fn hottest_first(&self, _: &mut dyn Onlooker) {}
    /// Stores an entry of a snapshot.
    #[cfg(feature = "serde")]
    fn restore(&self, _: &mut Parcel<'_>, _: Restored) -> Restoring {
        Restoring::NoRoom
    }

    /// Removes everything and zeroes the counters; the number of entries removed.
    fn clear_and_zero(&self) -> usize {
        let removed = self.clear();
        self.common().counters.zero();
        removed
    }

    fn info(&self) -> CacheInfo {
        self.common().info(self.extent())
    }
}

impl<P: Protection> Control for Core<Global, P> {
    fn common(&self) -> &Common {
        self.common()
    }

    fn extent(&self) -> Extent {
        self.engine().extent()
    }

    fn held(&self) -> Extent {
        self.held()
    }

    fn asked(self: Arc<Self>, _: u64) -> Option<Arc<dyn Control>> {
        Some(self)
    }

    fn collect(&self) {
        self.engine().collect();
    }

    fn offer(&self, random: u64) -> Option<Offer> {
        self.engine().offer(random)
    }

    fn give(&self, offer: Offer) {
        self.engine().give(offer);
    }

    fn clear(&self) -> usize {
        self.engine().clear()
    }

    fn forget(&self) -> usize {
        self.engine().forget()
    }

    fn evict_expired(&self) -> usize {
        self.engine().evict_expired()
    }

    fn sweep_at(&self) -> u64 {
        self.sweep_at()
    }

    fn expect_cleared(&self) {
        self.expect_cleared();
    }

    fn sweep(&self) -> usize {
        self.engine().sweep()
    }

    fn shrink_to_bound(&self) {
        self.engine().shrink_to_bound();
    }

    fn remove_if(&self, condemns: &mut dyn FnMut(NodeRef<'_>, &EntryInfo) -> bool) -> usize {
        self.engine().remove_if(condemns)
    }

    fn remove_keys(&self, is_meant: &mut dyn FnMut(NodeRef<'_>) -> bool) -> usize {
        self.engine().remove_keys(is_meant)
    }

    fn keys(&self) -> Vec<String> {
        self.engine().keys()
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)> {
        self.engine().extremes(extreme, count)
    }

    #[cfg(feature = "serde")]
    fn hottest_first(&self, look: &mut dyn Onlooker) {
        self.hottest_first(look);
    }

    #[cfg(feature = "serde")]
    fn restore(&self, parcel: &mut Parcel<'_>, restored: Restored) -> Restoring {
        self.restore(parcel, restored)
    }
}

/// Identifies a cache in the registry; never reused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CacheId(u64);

struct Registered {
    /// The registry keeps no cache alive.
    control: Weak<dyn Control>,
    handle: CacheHandle,
}

static CACHES: LazyLock<DashMap<CacheId, Registered>> = LazyLock::new(DashMap::new);

impl CacheId {
    pub(crate) fn next() -> Self {
        // Relaxed: only uniqueness matters, and a read-modify-write gives it in any order.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// How often a cache has come or gone.
static VERSION: AtomicU64 = AtomicU64::new(1);

/// The caches with each tag, in the order of their first use, so that a clear looks at no others.
static GROUPS: LazyLock<DashMap<Box<str>, Vec<Grouped>, RandomState>> =
    LazyLock::new(DashMap::default);

type Grouped = (CacheId, Weak<dyn Control>);

/// Lists a cache, and makes it follow what was said of caches with its name.
pub(crate) fn register(id: CacheId, handle: CacheHandle, control: &Arc<dyn Control>) {
    list(id, handle, control);
    configure::begin(control);
}

pub(crate) fn list(id: CacheId, handle: CacheHandle, control: &Arc<dyn Control>) {
    for tag in control.common().settings().tags() {
        let mut group = GROUPS.entry(tag.into()).or_default();
        group.push((id, Arc::downgrade(control)));
    }
    let control = Arc::downgrade(control);
    CACHES.insert(id, Registered { control, handle });
    // Release, with the Acquire in `version`: who sees the number finds the cache.
    VERSION.fetch_add(1, Ordering::Release);
}

/// To be called while the cache is still there.
pub(crate) fn unregister(id: CacheId) {
    let gone = CACHES.remove(&id);
    let cache = gone.and_then(|(_, registered)| registered.control.upgrade());
    for tag in cache
        .iter()
        .flat_map(|cache| cache.common().settings().tags())
    {
        GROUPS.remove_if_mut(tag, |_, group| {
            group.retain(|(other, _)| *other != id);
            group.is_empty()
        });
    }
    VERSION.fetch_add(1, Ordering::Release);
}

/// Another one whenever a cache has come or gone.
pub(crate) fn version() -> u64 {
    VERSION.load(Ordering::Acquire)
}

pub(crate) fn find(id: CacheId) -> Option<Arc<dyn Control>> {
    CACHES.get(&id)?.control.upgrade()
}

/// All caches, in no order.
pub(crate) fn controls() -> Vec<Arc<dyn Control>> {
    let live = CACHES.iter().filter_map(|entry| entry.control.upgrade());
    live.collect()
}

/// A cache that is listed, and its handle.
pub(crate) fn entry_of(common: &Common) -> Option<(CacheHandle, Arc<dyn Control>)> {
    let mut caches = listed();
    let mut all = caches.iter();
    let place = all.position(|(_, cache)| std::ptr::eq(cache.common(), common));
    let own = place.map(|place| caches.swap_remove(place));
    let_go(caches.into_iter().map(|(_, cache)| cache));
    own
}

/// The caches that the calling thread sees, in the order of their first use. The map is not held while
/// anything is done with them, as that may run user code.
pub(crate) fn all() -> Vec<(CacheHandle, Arc<dyn Control>)> {
    let is_here = |(_, cache): &(_, Arc<dyn Control>)| isolation::is_here(cache.common());
    let (here, others): (Vec<_>, Vec<_>) = listed().into_iter().partition(is_here);
    let_go(others.into_iter().map(|(_, cache)| cache));
    here
}

fn listed() -> Vec<(CacheHandle, Arc<dyn Control>)> {
    let mut all: Vec<_> = CACHES
        .iter()
        .filter_map(|entry| Some((*entry.key(), entry.handle, entry.control.upgrade()?)))
        .collect();
    all.sort_unstable_by_key(|(id, ..)| *id);
    all.into_iter()
        .map(|(_, handle, control)| (handle, control))
        .collect()
}

/// Lets caches go that were asked only. Their last owner may have left meanwhile: then they are dropped
/// here, and a panic in that is nothing to the one who asked.
pub(crate) fn let_go(caches: impl IntoIterator<Item = Arc<dyn Control>>) {
    for cache in caches {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(cache))) {
            drop_quietly(panic);
        }
    }
}

/// Does something to each of several caches; the sum. A panic in user code (the `Drop` of a value)
/// goes on to the caller once all have had their turn.
pub(crate) fn each(
    caches: impl Iterator<Item = Arc<dyn Control>>,
    act: impl Fn(&dyn Control) -> usize,
) -> usize {
    let mut panicked = None;
    let mut sum = 0;
    for cache in caches {
        match catch_unwind(AssertUnwindSafe(|| act(&*cache))) {
            Ok(count) => sum += count,
            Err(panic) => panicked = panicked.or(Some(panic)),
        }
        let_go([cache]);
    }
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
    sum
}

/// What a snapshot has of caches with such names, and these have not got yet, is not to come back.
pub(crate) fn forget_waiting(is_meant: impl Fn(&str) -> bool) {
    #[cfg(feature = "serde")]
    if isolation::number() == 0 {
        crate::snapshot::forget_named(is_meant);
    }
    #[cfg(not(feature = "serde"))]
    let _ = is_meant;
}

/// The same for every cache that is `meant`.
fn each_meant(meant: impl Fn(&Common) -> bool, act: impl Fn(&dyn Control) -> usize) -> usize {
    let all = all().into_iter().map(|(_, cache)| cache);
    each(all.filter(|cache| meant(cache.common())), act)
}

/// Removes the entries whose key's text matches; the number of those that had a value.
pub(crate) fn remove_matching(cache: &dyn Control, keys: &Glob) -> usize {
    let Some(types) = cache.common().types.get() else {
        return 0;
    };
    let is_meant = |text: &str| keys.matches(text);
    cache.remove_keys(&mut |node| types.is_meant(node, &is_meant))
}

/// Every cache used so far, in the order of first use.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().name("squares").build();
/// assert!(memokit::caches().iter().any(|cache| cache.name() == "squares"));
/// ```
pub fn caches() -> Vec<CacheHandle> {
    all().into_iter().map(|(handle, _)| handle).collect()
}

/// Empties every cache and zeroes its counters; returns the number of entries removed.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// cache.insert(1, 10);
/// assert_eq!(memokit::clear_all(), 1);
/// assert!(cache.is_empty());
/// ```
pub fn clear_all() -> usize {
    forget_waiting(|_| true);
    each_meant(|_| true, Control::clear_and_zero)
}

/// Empties every cache with this tag, and removes each entry that has it, by [`tag`](crate::tag) or
/// [`Cache::insert_tagged`](crate::Cache::insert_tagged); returns the number of entries removed. Counters
/// are not zeroed.
///
/// It takes the same time however many entries there are: they are out of reach when it returns, and
/// freed when the cache is next used, by the maintenance thread, or by
/// [`run_maintenance`](crate::run_maintenance). Entries of a cache with a listener are removed and freed
/// one by one. Those that have the tag themselves count as entries of their cache until then; one
/// with several tags counts for each.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().tag("run").build();
/// cache.insert(1, 10);
/// assert_eq!(memokit::clear_tag("run"), 1);
/// ```
pub fn clear_tag(tag: &str) -> usize {
    #[cfg(feature = "serde")]
    if isolation::number() == 0 {
        crate::snapshot::clear_tag(tag);
    }
    // First of all: what is computed from here on is new.
    let entries = tags::clear(tag);
    if entries > 0 {
        maintenance::expect_cleared();
    }
    // The list is not held while anything is done with them.
    let group = GROUPS.get(tag).map(|group| {
        let live = group.iter().filter_map(|(_, cache)| cache.upgrade());
        live.collect::<Vec<_>>()
    });
    let mut here = group.unwrap_or_default();
    let others = here.extract_if(.., |cache| !isolation::is_here(cache.common()));
    let_go(others);
    each(here.into_iter(), Control::forget) + entries
}

/// Empties every cache whose name matches a pattern; returns the number of entries removed.
///
/// A memoized function's name is `crate::module::function` unless it says otherwise; a pattern may
/// leave the crate out. Counters are not zeroed.
///
/// `*` stands for any text, `?` for any character, `[a-z]` and `[!a-z]` for one of a set; `\` takes
/// the next character as it is. The time is linear in the lengths multiplied, for any pattern.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> =
///     memokit::Cache::builder().name("sensors::calibration").build();
/// cache.insert(1, 10);
/// assert_eq!(memokit::clear_matching("sensors::*"), 1);
/// ```
pub fn clear_matching(pattern: &str) -> usize {
    let glob = Glob::new(pattern);
    forget_waiting(|name| is_named(name, &glob));
    each_meant(|common| is_named(common.name(), &glob), Control::clear)
}

/// Removes from every cache whose name matches `caches` the entries whose key matches `keys`; returns
/// their number. Both are patterns as for [`clear_matching`].
///
/// The key of a function with one argument, or one `key = ..`, is compared as its type's `Display` writes it, and
/// a path as it is displayed. Any other is its `Debug` text, as [`CacheHandle::keys`] gives it. Of a generic
/// type a function knows what its bounds say. Of a [`Cache`](crate::Cache) made by hand, texts, paths and `char`
/// are compared, and all else is `_`, but for its own
/// [`invalidate_matching`](crate::Cache::invalidate_matching).
///
/// Values of such keys that are being computed now are not stored; other keys are not touched. Of a
/// function with a cache for each thread, the calling thread's is meant.
///
/// # Examples
/// ```
/// use memokit::memoize;
///
/// #[memoize(name = "users::profile")]
/// fn profile(key: &str) -> usize { key.len() }
///
/// profile("user:1");
/// profile("user:2");
/// profile("team:1");
/// assert_eq!(memokit::invalidate_matching("users::*", "user:*"), 2);
/// assert!(profile::contains("team:1"));
/// ```
pub fn invalidate_matching(caches: &str, keys: &str) -> usize {
    let (caches, keys) = (Glob::new(caches), Glob::new(keys));
    each_meant(
        |common| is_named(common.name(), &caches),
        |cache| remove_matching(cache, &keys),
    )
}

/// Whether a pattern is for this name, with or without the crate in front, with or without the
/// types of an instantiation.
pub(crate) fn is_named(name: &str, pattern: &Glob) -> bool {
    let is_meant = |name: &str| {
        let path = name.split_once("::").map(|(_, path)| path);
        pattern.matches(name) || path.is_some_and(|path| pattern.matches(path))
    };
    is_meant(name) || (name.contains('<') && is_meant(&without_generics(name)))
}

/// Removes expired entries from every cache; returns the number of entries removed.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use memokit::{Cache, testing::MockClock};
///
/// let (clock, second) = (MockClock::new(), Duration::from_secs(1));
/// let cache = Cache::<u32, u32>::builder().ttl(second).clock(clock.clone()).build();
/// cache.insert(1, 10);
/// clock.advance(second);
/// assert_eq!(memokit::evict_expired(), 1);
/// ```
pub fn evict_expired() -> usize {
    each_meant(|_| true, Control::evict_expired)
}
