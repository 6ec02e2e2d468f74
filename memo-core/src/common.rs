//! What belongs to a cache as a whole, whatever its types and however many tables it has.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::clock::ClockSource;
use crate::config::{Config, Ttl};
use crate::entry::AnyNode;
use crate::event::RemovalCause;
use crate::protection::Protection;
use crate::stats::{CacheInfo, Counters};
use crate::sync::Mutex;

/// Calls a user's listener with the types of the cache.
pub(crate) type Listener = Box<dyn Fn(&dyn AnyNode, RemovalCause) + Send + Sync>;
/// Shows a node's key.
pub(crate) type ShowKey = fn(&dyn AnyNode) -> Option<String>;

/// Who shares the entries of a cache.
///
/// ```
/// #[memokit::memoize(scope = thread)]
/// fn square(n: u64) -> u64 { n * n }
/// assert_eq!(square::cache_parameters().scope, memokit::Scope::Thread);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Scope {
    /// All threads.
    #[default]
    Global,
    /// Each thread has its own.
    Thread,
}

/// Name, settings, counters and clock of one cache.
pub struct Common {
    name: Cow<'static, str>,
    tags: Box<[Cow<'static, str>]>,
    protection: &'static str,
    scope: Scope,
    location: Option<(&'static str, u32)>,
    maxsize: Maxsize,
    ttl: Mutex<Ttl>,
    pub(crate) counters: Counters,
    pub(crate) clock: ClockSource,
    generation: AtomicU64,
    /// Threads that wait for another's computation.
    pub(crate) waiting: AtomicUsize,
    pub(crate) listener: Option<Listener>,
    pub(crate) show_key: OnceLock<ShowKey>,
}

impl Common {
    pub(crate) fn new<P: Protection>(
        config: &Config,
        name: Cow<'static, str>,
        scope: Scope,
        listener: Option<Listener>,
    ) -> Self {
        Self {
            name,
            tags: config.tags.iter().map(|&tag| Cow::Borrowed(tag)).collect(),
            protection: P::NAME,
            scope,
            location: (!config.file.is_empty()).then_some((config.file, config.line)),
            maxsize: Maxsize::new(P::BOUNDED, config.maxsize),
            ttl: Mutex::new(config.ttl),
            counters: Counters::new(config.stats),
            clock: ClockSource::default(),
            generation: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            listener,
            show_key: OnceLock::new(),
        }
    }

    pub(crate) fn with_tags(mut self, tags: Vec<String>) -> Self {
        self.tags = tags.into_iter().map(Cow::Owned).collect();
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }

    pub(crate) fn maxsize(&self) -> Option<usize> {
        self.maxsize.get()
    }

    pub(crate) fn set_maxsize(&self, maxsize: Option<usize>) -> bool {
        self.maxsize.set(maxsize)
    }

    pub(crate) fn ttl(&self) -> Option<Duration> {
        let ttl = *self.ttl.lock();
        match ttl {
            Ttl::Never => None,
            Ttl::Fixed(ttl) => Some(ttl),
            Ttl::Computed(ask) => {
                // User code: outside of the lock. Whoever answers first decides.
                let answer = ask();
                let mut ttl = self.ttl.lock();
                if let Ttl::Computed(_) = *ttl {
                    *ttl = Ttl::Fixed(answer);
                }
                drop(ttl);
                self.ttl()
            }
        }
    }

    /// Values stored from now on live this long; those that are there keep their deadlines.
    pub(crate) fn set_ttl(&self, ttl: Option<Duration>) {
        *self.ttl.lock() = ttl.map_or(Ttl::Never, Ttl::Fixed);
    }

    /// How often the cache was cleared as a whole.
    #[inline]
    pub(crate) fn generation(&self) -> u64 {
        // Acquire, with the Release half of `next_generation`: a thread that sees the new generation also sees
        // what the clearing thread did before.
        self.generation.load(Ordering::Acquire)
    }

    /// Starts a new generation and returns the one before.
    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::AcqRel)
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    pub(crate) fn info(&self, currsize: usize) -> CacheInfo {
        CacheInfo {
            maxsize: self.maxsize(),
            currsize,
            waiting: self.waiting.load(Ordering::Relaxed),
            ..self.counters.snapshot()
        }
    }

    pub(crate) fn parameters(&self) -> CacheParameters {
        CacheParameters {
            name: self.name.to_string(),
            maxsize: self.maxsize(),
            ttl: self.ttl(),
            protection: self.protection,
            scope: self.scope,
            location: self.location,
            tags: self.tags.iter().map(ToString::to_string).collect(),
        }
    }

    /// Counts a removal and tells the listener. A panic there stays there: the removal has
    /// happened, and the call that caused it is not to blame.
    pub(crate) fn removed(&self, node: &dyn AnyNode, cause: RemovalCause) {
        self.counters.removed(cause, 1);
        if let Some(listener) = &self.listener {
            let told = catch_unwind(AssertUnwindSafe(|| listener(node, cause)));
            if let Err(panic) = told {
                self.counters.listener_panicked();
                drop_quietly(panic);
            }
        }
    }
}

/// A panic's payload is user data: its `Drop` may panic in turn.
pub(crate) fn drop_quietly(panic: Box<dyn Any + Send>) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
}

impl fmt::Debug for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Common")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A bound that can be changed while the cache is used.
struct Maxsize {
    /// Whether the cache follows a bound at all.
    supported: bool,
    bounded: AtomicBool,
    limit: AtomicUsize,
}

impl Maxsize {
    fn new(supported: bool, maxsize: Option<usize>) -> Self {
        Self {
            supported,
            bounded: AtomicBool::new(supported && maxsize.is_some()),
            limit: AtomicUsize::new(maxsize.unwrap_or(usize::MAX)),
        }
    }

    fn get(&self) -> Option<usize> {
        // Acquire, with the Release in `set`: the limit belongs to the flag.
        self.bounded
            .load(Ordering::Acquire)
            .then(|| self.limit.load(Ordering::Relaxed))
    }

    fn set(&self, maxsize: Option<usize>) -> bool {
        if !self.supported {
            return false;
        }
        self.limit
            .store(maxsize.unwrap_or(usize::MAX), Ordering::Relaxed);
        self.bounded.store(maxsize.is_some(), Ordering::Release);
        true
    }
}

/// The settings of a cache that are in force.
///
/// ```
/// use std::time::Duration;
///
/// let cache: memokit::Cache<u32, u32> =
///     memokit::Cache::builder().maxsize(10).ttl(Duration::from_secs(1)).build();
/// let parameters = cache.parameters();
/// assert_eq!(parameters.maxsize, Some(10));
/// assert_eq!(parameters.ttl, Some(Duration::from_secs(1)));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct CacheParameters {
    /// The name in reports and patterns.
    pub name: String,
    /// The bound on the number of entries; `None` is no bound.
    pub maxsize: Option<usize>,
    /// How long a value is valid; `None` is for ever.
    pub ttl: Option<Duration>,
    /// `"protected"` or `"bare"`.
    pub protection: &'static str,
    /// Who shares the entries.
    pub scope: Scope,
    /// File and line of the memoized function; `None` for a cache built by hand.
    pub location: Option<(&'static str, u32)>,
    /// The groups that the cache belongs to.
    pub tags: Vec<String>,
}
