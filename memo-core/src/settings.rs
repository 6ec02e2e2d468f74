//! The settings of a cache: what its configuration says, and what was changed since.
//!
//! All instantiations of a generic function share theirs.

mod maxsize;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::accounting::{SizeSource, Sources};
use crate::clock::{Clock, ClockSource};
#[cfg(feature = "async")]
use crate::config::Timeouts;
use crate::config::{Config, Limits, Ttl};
use crate::event::RemovalCause;
use crate::expiry::{Deadline, Freshness};
use crate::memory::{Account, GLOBAL, MemoryBudget, draw};
use crate::policy::{Bound, EvictionPolicy};
use crate::protection::Protection;
use crate::store::Front;
use crate::sync::Mutex;

use maxsize::Maxsize;

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
    /// Each object has its own: `field = memo`.
    Object,
}

/// Hears of a removal, with the key as text.
pub(crate) type Watcher = Box<dyn Fn(&str, RemovalCause) + Send + Sync>;

/// The settings in force, and the clock.
pub struct Settings {
    /// What they have in common with those of isolations.
    number: u64,
    tags: Box<[Cow<'static, str>]>,
    protection: &'static str,
    scope: Scope,
    location: Option<(&'static str, u32)>,
    pub(crate) stats: bool,
    #[cfg(feature = "serde")]
    pub(crate) origin: crate::config::Origin,
    maxsize: Maxsize,
    pub(crate) policy: EvictionPolicy,
    pub(crate) limits: Limits,
    /// The budget that it is part of.
    pub(crate) account: &'static Account,
    /// Hears what leaves, with keys as text.
    pub(crate) watcher: OnceLock<Watcher>,
    /// How the sizes of values were found.
    pub(crate) sizes: Sources,
    ttl: Mutex<Ttl>,
    /// Whether there is one: asked for at each miss, without the lock.
    has_ttl: AtomicBool,
    /// Whether there was one at first.
    began_with_ttl: bool,
    pub(crate) freshness: Freshness,
    #[cfg(feature = "async")]
    pub(crate) timeouts: Timeouts,
    /// To be replaced by [`Self::set_clock`].
    pub(crate) clock: ClockSource,
    /// See [`Self::is_timed_plainly`].
    is_timed_plainly: AtomicBool,
}

impl Settings {
    pub(crate) fn new<P: Protection>(config: &Config, scope: Scope) -> Self {
        // Relaxed: only uniqueness matters.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let limits = if P::BOUNDED {
            config.limits
        } else {
            Limits::NONE
        };
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            tags: config.tags.iter().map(|&tag| Cow::Borrowed(tag)).collect(),
            protection: P::NAME,
            scope,
            location: (!config.file.is_empty()).then_some((config.file, config.line)),
            stats: config.stats,
            #[cfg(feature = "serde")]
            origin: config.origin,
            maxsize: Maxsize::new(P::BOUNDED, config.maxsize),
            policy: config.policy,
            limits,
            account: config.budget.map_or(&GLOBAL, MemoryBudget::account),
            watcher: OnceLock::new(),
            sizes: Sources::default(),
            ttl: Mutex::new(config.ttl),
            has_ttl: AtomicBool::new(config.ttl.is_some()),
            began_with_ttl: config.ttl.is_some(),
            freshness: config.freshness,
            #[cfg(feature = "async")]
            timeouts: config.timeouts,
            clock: ClockSource::default(),
            is_timed_plainly: AtomicBool::new(may_be_timed_plainly(&limits, &config.freshness)),
        }
    }

    /// The same for an isolation: as they are in force now, with the system's clock.
    pub(crate) fn fresh(&self) -> Self {
        let ttl = *self.ttl.lock();
        Self {
            number: self.number,
            tags: self.tags.clone(),
            protection: self.protection,
            scope: self.scope,
            location: self.location,
            stats: self.stats,
            maxsize: self.maxsize.fresh(),
            policy: self.policy,
            limits: self.limits,
            account: self.account,
            watcher: OnceLock::new(),
            #[cfg(feature = "serde")]
            origin: self.origin,
            sizes: Sources::default(),
            has_ttl: AtomicBool::new(ttl.is_some()),
            ttl: Mutex::new(ttl),
            began_with_ttl: self.began_with_ttl,
            freshness: self.freshness,
            #[cfg(feature = "async")]
            timeouts: self.timeouts,
            clock: ClockSource::default(),
            is_timed_plainly: AtomicBool::new(may_be_timed_plainly(&self.limits, &self.freshness)),
        }
    }

    /// The number of the function: the same for all its instantiations, and in isolations.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Whether something was set that is set once for all.
    pub(crate) fn is_bound(&self) -> bool {
        !self.clock.is_rough() || self.watcher.get().is_some()
    }

    /// Takes over what was changed elsewhere.
    pub(crate) fn follow(&self, other: &Self) {
        let ttl = *other.ttl.lock();
        self.maxsize.follow(&other.maxsize);
        let mut own = self.ttl.lock();
        *own = ttl;
        self.has_ttl.store(ttl.is_some(), Ordering::Relaxed);
        self.sizes.forget();
    }

    pub(crate) fn with_tags(mut self, tags: Vec<String>) -> Self {
        self.tags = tags.into_iter().map(Cow::Owned).collect();
        self
    }

    /// Takes the time from another clock from now on. Whether it was taken: only the first one is.
    pub(crate) fn set_clock(&self, clock: Box<dyn Clock>) -> bool {
        let is_taken = self.clock.replace(clock);
        if is_taken {
            self.is_timed_plainly.store(false, Ordering::Relaxed);
        }
        is_taken
    }

    /// Whether the rough time of the system is enough for most computations, and nothing else is asked when one
    /// begins: all in one, as each of them asks.
    #[inline]
    pub(crate) fn is_timed_plainly(&self) -> bool {
        // Relaxed: whoever computes while a clock is put in may still use the system's.
        self.is_timed_plainly.load(Ordering::Relaxed)
    }

    /// Its tags, each once.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().enumerate();
        let first = tags.filter(|(at, tag)| !self.tags[..*at].contains(tag));
        first.map(|(_, tag)| &**tag)
    }

    /// Whether all threads share the entries.
    #[cfg(feature = "serde")]
    pub(crate) fn is_global(&self) -> bool {
        self.scope == Scope::Global
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    #[cfg(feature = "serde")]
    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| own == tag)
    }

    pub(crate) fn maxsize(&self) -> Option<usize> {
        self.maxsize.get()
    }

    /// What all entries together may take.
    pub(crate) fn bound(&self) -> Bound {
        Bound {
            entries: self.maxsize().unwrap_or(usize::MAX),
            bytes: self.limits.max_bytes,
        }
    }

    pub(crate) fn set_maxsize(&self, maxsize: Option<usize>) -> bool {
        self.maxsize.set(maxsize)
    }

    /// Whether anything is stored; the bound is kept for later. Whether the cache follows.
    pub(crate) fn set_stores(&self, stores: bool) -> bool {
        self.maxsize.set_stores(stores)
    }

    /// Whether a bound is possible.
    pub(crate) fn can_be_bounded(&self) -> bool {
        self.maxsize.is_supported()
    }

    /// What is noted of entries beside their deadline.
    pub(crate) fn fronts(&self) -> Front {
        if self.freshness.counts_hits {
            Front::Counted
        } else if self.freshness.needs_terms() {
            Front::Terms
        } else if self.began_with_ttl {
            Front::Use
        } else {
            Front::Nothing
        }
    }

    /// The end of a value that is stored now, if it has a time to live of its own or the cache has one.
    #[inline]
    pub(crate) fn deadline(&self, now: u64, ttl: Option<Duration>) -> Deadline {
        if ttl.is_none() {
            return Deadline::NEVER;
        }
        self.freshness.deadline(now, ttl, draw)
    }

    #[inline]
    pub(crate) fn ttl(&self) -> Option<Duration> {
        // Relaxed: whoever stores a value while the time to live is changed may use either.
        if !self.has_ttl.load(Ordering::Relaxed) {
            return None;
        }
        self.present_ttl()
    }

    fn present_ttl(&self) -> Option<Duration> {
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
        let mut own = self.ttl.lock();
        *own = ttl.map_or(Ttl::Never, Ttl::Fixed);
        self.has_ttl.store(own.is_some(), Ordering::Relaxed);
    }

    pub(crate) fn parameters(&self, name: String) -> CacheParameters {
        CacheParameters {
            name,
            maxsize: self.maxsize(),
            max_bytes: self.limits.max_bytes(),
            sizes: self.sizes.get(),
            ttl: self.ttl(),
            tti: (self.freshness.tti != u64::MAX).then(|| Duration::from_nanos(self.freshness.tti)),
            policy: if self.maxsize.is_supported() {
                self.policy.name()
            } else {
                "none"
            },
            protection: self.protection,
            scope: self.scope,
            location: self.location,
            tags: self.tags.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The part of [`Settings::is_timed_plainly`] that does not change.
fn may_be_timed_plainly(limits: &Limits, freshness: &Freshness) -> bool {
    limits.min_cost == 0 && limits.max_depth == usize::MAX && !freshness.asks_for_costs()
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("protection", &self.protection)
            .finish_non_exhaustive()
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
    /// The bound on what the entries take of memory, in bytes; `None` is no bound.
    pub max_bytes: Option<u64>,
    /// How the sizes of values were found, by the least sure of the ways; `None` until one was stored.
    pub sizes: Option<SizeSource>,
    /// How long a value is valid; `None` is for ever.
    pub ttl: Option<Duration>,
    /// How long a value is valid that is not used; `None` is for ever.
    pub tti: Option<Duration>,
    /// Which entry gives way at the bound: `"lru"`, `"sieve"`, ..; `"none"` where no bound is possible.
    pub policy: &'static str,
    /// `"protected"`, `"bare"`, or `"leak"` for a bare cache that frees nothing.
    pub protection: &'static str,
    /// Who shares the entries.
    pub scope: Scope,
    /// File and line of the memoized function; `None` for a cache built by hand.
    pub location: Option<(&'static str, u32)>,
    /// The groups that the cache belongs to.
    pub tags: Vec<String>,
}
