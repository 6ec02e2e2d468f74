//! Caches of one's own for a while: tests in one process that do not see each other.
//!
//! What a function's static holds stays where it is. A call in an isolation takes the cache that the
//! isolation has in its place. It asks for that where a call asks what its scope says: on a way that
//! is taken only while a scope or an isolation is open somewhere, so that others pay nothing.

mod bundle;

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard};

use crate::common::Common;
use crate::protection::Protection;
use crate::registry::{self, CacheId, Control};
use crate::scope::{self, Active};
use crate::settings::Settings;
use crate::site::{Place, Shared};
use crate::sync::{Mutex, StaticMutex, thread_local};
use bundle::{Bundle, Isolated, address};

thread_local! {
    /// The isolations that this thread is in, the innermost last.
    static STACK: RefCell<Vec<Arc<Inner>>> = const { RefCell::new(Vec::new()) };
}

/// The numbers of the isolations there are.
static LIVE: StaticMutex<Vec<u64>> = StaticMutex::new(Vec::new());

/// Gives the calling thread caches of its own, for as long as the guard lives.
///
/// Memoized functions, methods and closures that are called on this thread start with empty caches,
/// and with the settings that are in force outside; nothing that happens in here is seen outside, and
/// the other way round. `f::cache_info()`, `f::cache_clear()`, `f::set_maxsize(..)` and the other
/// functions of a handle speak of the caches in here, as do [`caches`](crate::caches),
/// [`clear_all`](crate::clear_all), [`clear_matching`](crate::clear_matching),
/// [`clear_tag`](crate::clear_tag), [`evict_expired`](crate::evict_expired),
/// [`report`](crate::report) and [`advice`](crate::advice). All of it is gone with the guard. So
/// tests that run side by side in one process can count calls:
///
/// ```
/// use memokit::{memoize, testing::isolate};
///
/// #[memoize]
/// fn square(n: u64) -> u64 { n * n }
///
/// std::thread::scope(|scope| {
///     for calls in 1..=2 {
///         scope.spawn(move || {
///             let _isolation = isolate();
///             (0..calls).for_each(|_| assert_eq!(square(3), 9));
///             let info = square::cache_info();
///             assert_eq!((info.hits, info.misses), (calls - 1, 1));
///         });
///     }
/// });
/// assert_eq!(square::cache_info().calls(), 0);
/// ```
///
/// The isolation is the thread's: other threads are outside unless they [`enter`](Isolation::enter)
/// it, and so are the threads that compute values anew in the background and whatever an executor
/// polls on other threads. Isolations nest; the innermost holds.
///
/// # What is not isolated
/// - A [`Cache`](crate::Cache) made by hand is an object like any other: who holds it uses it,
///   inside and outside. It is listed where it was made.
/// - The entries of an object with a [`Memo`](crate::Memo) are the object's; those of an object that
///   is first used in here are counted in here.
/// - A thread-scoped cache (`scope = thread`) of an entered thread is emptied when that thread next
///   uses the function in another isolation, or ends.
/// - What a snapshot has, is for the caches outside. Deferred listeners of closures
///   (`on_event`) hear of what happens outside.
/// - The memory budget, its pressure, [`configure`](crate::configure) and
///   [`set_enabled`](crate::set_enabled) are the program's, as is what the background does.
/// - The time in here is the system's until `set_clock` says otherwise, whatever the clock outside.
#[must_use = "the isolation ends with the guard"]
pub fn isolate() -> Isolation {
    // Relaxed: only uniqueness matters, and a read-modify-write gives it in any order.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let inner = Arc::new(Inner {
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        sites: Mutex::new(HashMap::new()),
        closures: Mutex::new(HashMap::new()),
    });
    LIVE.lock().push(inner.number);
    Isolation {
        entered: Some(Entered::new(Arc::clone(&inner))),
        inner,
        _of_thread: PhantomData,
    }
}

/// Caches of their own for the thread that has called [`isolate`], until this is dropped.
pub struct Isolation {
    entered: Option<Entered>,
    inner: Arc<Inner>,
    /// It ends on the thread where it began; others may enter it meanwhile.
    _of_thread: PhantomData<MutexGuard<'static, ()>>,
}

impl Isolation {
    /// Runs `f`, in which the calling thread is in this isolation: for the threads of a test.
    ///
    /// # Panics
    /// When `f` does.
    ///
    /// # Examples
    /// ```
    /// use memokit::{memoize, testing::isolate};
    ///
    /// #[memoize]
    /// fn square(n: u64) -> u64 { n * n }
    ///
    /// let isolation = isolate();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| isolation.enter(|| square(3)));
    ///     scope.spawn(|| isolation.enter(|| square(4)));
    /// });
    /// assert_eq!(square::cache_info().misses, 2);
    /// ```
    pub fn enter<T>(&self, f: impl FnOnce() -> T) -> T {
        let _entered = Entered::new(Arc::clone(&self.inner));
        f()
    }
}

impl Drop for Isolation {
    fn drop(&mut self) {
        // What user code does from here on, as values are dropped, it does outside.
        drop(self.entered.take());
        LIVE.lock().retain(|number| *number != self.inner.number);
        let ended = catch_unwind(AssertUnwindSafe(|| self.inner.end()));
        if let Err(panic) = ended {
            // A second panic would abort the program.
            if !std::thread::panicking() {
                resume_unwind(panic);
            }
        }
    }
}

impl fmt::Debug for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Isolation").finish_non_exhaustive()
    }
}

/// While it lives, its thread is in the isolation.
pub(crate) struct Entered {
    inner: Arc<Inner>,
    _active: Active,
}

impl Entered {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        // While the thread is torn down it stays outside.
        let _ = STACK.try_with(|stack| stack.borrow_mut().push(Arc::clone(&inner)));
        Self {
            inner,
            _active: Active::new(),
        }
    }
}

impl Drop for Entered {
    /// Guards may be dropped in any order.
    fn drop(&mut self) {
        let _ = STACK.try_with(|stack| {
            let mut stack = stack.borrow_mut();
            let own = stack
                .iter()
                .rposition(|inner| Arc::ptr_eq(inner, &self.inner));
            own.map(|place| stack.remove(place))
        });
    }
}

/// The caches of an isolation.
pub(crate) struct Inner {
    number: u64,
    /// Those of functions, by the address of the settings that they have outside.
    sites: Mutex<HashMap<usize, Bundle>>,
    /// Those of closures, by the cache that they have outside.
    closures: Mutex<HashMap<CacheId, Arc<dyn Any + Send + Sync>>>,
}

/// The isolation that the calling thread is in.
#[cold]
#[inline(never)]
pub(crate) fn current() -> Option<Arc<Inner>> {
    STACK
        .try_with(|stack| stack.borrow().last().cloned())
        .ok()?
}

/// The number of the isolation that the calling thread is in; 0 outside.
pub(crate) fn number() -> u64 {
    if !scope::is_special() {
        return 0;
    }
    current().map_or(0, |isolation| isolation.number)
}

/// Whether a cache is one of those that the calling thread sees. Those that were made by hand in an
/// isolation that has ended are seen outside.
pub(crate) fn is_here(common: &Common) -> bool {
    let (of, here) = (common.isolation(), number());
    of == here || (here == 0 && !LIVE.lock().contains(&of))
}

/// The settings that take the place of those of a function, where the calling thread is.
pub(crate) fn settings(outside: &Arc<Settings>) -> Arc<Settings> {
    match within() {
        Some(isolation) => isolation.settings(outside),
        None => Arc::clone(outside),
    }
}

/// What takes the place of the caches of a function, where the calling thread is; nothing if it was not
/// called there yet.
pub(crate) fn control(outside: Arc<dyn Control>) -> Option<Arc<dyn Control>> {
    match within() {
        Some(isolation) => isolation.find(outside.common()),
        None => Some(outside),
    }
}

pub(crate) fn within() -> Option<Arc<Inner>> {
    scope::is_special().then(current).flatten()
}

impl Inner {
    /// What takes the place of a function's cache.
    pub(crate) fn shared<P: Protection>(
        &self,
        outside: &'static Shared<P>,
    ) -> Option<&'static Shared<P>> {
        self.isolated(
            outside.common(),
            Isolated::for_ever::<Shared<P>>,
            Isolated::shared,
        )
    }

    /// What takes the place of a function's caches for each thread, or for each object.
    pub(crate) fn group<H: Place>(&self, outside: &Arc<Common>) -> Option<Arc<H>> {
        self.isolated(outside, Isolated::new::<H>, Isolated::group)
    }

    /// What takes the place of a closure's cache.
    pub(crate) fn closure<T: Any + Send + Sync>(
        &self,
        outside: CacheId,
        make: impl FnOnce(u64) -> Arc<T>,
    ) -> Option<Arc<T>> {
        let mut closures = self.closures.lock();
        let own = closures
            .entry(outside)
            .or_insert_with(|| make(self.number) as _);
        Arc::clone(own).downcast().ok()
    }

    /// Makes it if need be. Nothing for what is in an isolation already.
    fn isolated<T>(
        &self,
        outside: &Arc<Common>,
        make: fn(Arc<Common>, CacheId) -> Isolated,
        take: fn(&Isolated) -> Option<T>,
    ) -> Option<T> {
        if outside.isolation() != 0 {
            return None;
        }
        let settings = outside.settings();
        if let Some(own) = self.with_bundle(settings, |bundle| bundle.find(outside).map(take)) {
            return own;
        }
        // Without the lock: caches are let go there.
        let (handle, _) = registry::entry_of(outside)?;
        self.with_bundle(settings, |bundle| {
            take(bundle.place(outside, self.number, handle, make))
        })
    }

    /// Does something with the caches of a function. It runs no user code.
    fn with_bundle<T>(&self, outside: &Arc<Settings>, act: impl FnOnce(&mut Bundle) -> T) -> T {
        let mut sites = self.sites.lock();
        let bundle = sites.entry(address(outside));
        act(bundle.or_insert_with(|| Bundle::begin(outside)))
    }

    fn settings(&self, outside: &Arc<Settings>) -> Arc<Settings> {
        self.with_bundle(outside, |bundle| Arc::clone(bundle.settings()))
    }

    fn find(&self, outside: &Common) -> Option<Arc<dyn Control>> {
        let sites = self.sites.lock();
        let own = sites.get(&address(outside.settings()))?.find(outside)?;
        Some(own.control())
    }

    /// Empties all caches, and gives back what can be used again. Values are dropped without a lock.
    fn end(&self) {
        let bundles = std::mem::take(&mut *self.sites.lock());
        let closures = std::mem::take(&mut *self.closures.lock());
        let places = bundles.values().flat_map(Bundle::unlist);
        let cleared = catch_unwind(AssertUnwindSafe(|| {
            registry::each(places, Control::clear_and_zero);
        }));
        for (outside, bundle) in bundles {
            bundle.end(outside);
        }
        drop(closures);
        if let Err(panic) = cleared {
            resume_unwind(panic);
        }
    }
}
