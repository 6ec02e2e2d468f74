//! What belongs to a cache as a whole, whatever its types and however many tables it has.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
#[cfg(any(feature = "async", feature = "serde"))]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::accounting::{Heap, Weigher, weighed};
#[cfg(feature = "tracing")]
use crate::advisor::Said;
use crate::engine::EntryTypes;
use crate::event::{EventQueue, RemovalCause};
use crate::expiry::Deadline;
use crate::memory::Account;
use crate::nesting;
use crate::pin::{Domain, Lease};
use crate::protection::Protection;
use crate::settings::{CacheParameters, Settings};
#[cfg(feature = "serde")]
use crate::snapshot;
use crate::stats::{CacheInfo, Counters};
use crate::store::{Extent, NodeRef, OwnedKey};
use crate::timing::{Started, Typical};

/// Calls a user's listener with the types of the cache.
pub(crate) type Listener = Arc<dyn Fn(NodeRef<'_>, RemovalCause) + Send + Sync>;

/// Name, settings and counters of one cache.
pub struct Common {
    name: Cow<'static, str>,
    settings: Arc<Settings>,
    pub(crate) counters: Counters,
    generation: AtomicU64,
    /// The isolation that it belongs to; 0 outside. Relaxed: it changes before the cache is listed.
    isolation: AtomicU64,
    /// Callers that wait for another's computation.
    pub(crate) waiting: AtomicUsize,
    listener: Option<Listener>,
    pub(crate) events: Option<EventQueue>,
    weigher: Option<Weigher>,
    /// Whether a computed value may be stored in another way than as it is: a weigher is asked about it, or the
    /// older value goes on. All in one, as each value asks.
    pub(crate) asks_about_values: bool,
    /// How long computations take.
    pub(crate) typical: Typical,
    /// Computations were dropped when their callers waited no longer.
    #[cfg(feature = "async")]
    has_dropped: AtomicBool,
    /// Known from the first entry on.
    pub(crate) types: OnceLock<&'static EntryTypes>,
    #[cfg(feature = "tracing")]
    pub(crate) said: Said,
    readers: Lease,
    /// Nothing of a snapshot waits for it.
    #[cfg(feature = "serde")]
    is_settled: AtomicBool,
}

impl Common {
    pub(crate) fn new(
        name: Cow<'static, str>,
        settings: Arc<Settings>,
        listener: Option<Listener>,
    ) -> Self {
        let readers = Lease::new();
        Self {
            name,
            counters: Counters::new(settings.stats, readers.domain()),
            asks_about_values: settings.freshness.keeps_older(),
            settings,
            generation: AtomicU64::new(0),
            isolation: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            listener,
            events: None,
            weigher: None,
            typical: Typical::default(),
            #[cfg(feature = "async")]
            has_dropped: AtomicBool::new(false),
            types: OnceLock::new(),
            #[cfg(feature = "tracing")]
            said: Said::default(),
            readers,
            #[cfg(feature = "serde")]
            is_settled: AtomicBool::new(false),
        }
    }

    pub(crate) fn with_weigher(mut self, weigher: Option<Weigher>) -> Self {
        self.asks_about_values |= weigher.is_some();
        self.weigher = weigher;
        self
    }

    pub(crate) fn with_events(mut self, events: Option<EventQueue>) -> Self {
        self.events = events;
        self
    }

    /// The same for an isolation, with nothing counted.
    pub(crate) fn fresh(&self, settings: Arc<Settings>, isolation: u64) -> Self {
        let fresh = Self::new(self.name.clone(), settings, self.listener.clone());
        fresh.set_isolation(isolation);
        // What a snapshot has is for the cache outside.
        #[cfg(feature = "serde")]
        fresh.settle();
        fresh.with_weigher(self.weigher.clone())
    }

    /// The isolation that it belongs to; 0 outside.
    pub(crate) fn isolation(&self) -> u64 {
        self.isolation.load(Ordering::Relaxed)
    }

    pub(crate) fn set_isolation(&self, isolation: u64) {
        self.isolation.store(isolation, Ordering::Relaxed);
    }

    /// Whether a weigher says how large keys and values are.
    #[inline]
    pub(crate) fn has_weigher(&self) -> bool {
        self.weigher.is_some()
    }

    /// What key and value have on the heap, if there is a weigher. User code: no lock is held.
    #[inline]
    pub(crate) fn weigh<K: 'static, V: 'static>(&self, key: &K, value: &V) -> Option<Heap> {
        let said = self.said(self.weigher.as_ref()?.weigh(key, value));
        Some(weighed(size_of::<K>() + size_of::<V>(), said))
    }

    /// A key to be stored, with a note of its size, unless a weigher is going to say that.
    #[inline]
    pub(crate) fn own<P: Protection, K: 'static, V>(
        &self,
        key: impl FnOnce() -> K,
    ) -> OwnedKey<K, V> {
        if self.has_weigher() {
            OwnedKey::unmeasured(key())
        } else {
            OwnedKey::new::<P>(key)
        }
    }

    /// To be called before the first entry, and before anything is done about single entries.
    #[inline]
    pub(crate) fn note_types(&self, types: &'static EntryTypes) {
        if self.types.get().is_none() {
            self.learn_types(types);
        }
        // Acquire, with the Release in `settle`: what was restored is there.
        #[cfg(feature = "serde")]
        if !self.is_settled.load(Ordering::Acquire) {
            snapshot::arrive(self);
        }
    }

    #[cold]
    #[inline(never)]
    fn learn_types(&self, types: &'static EntryTypes) {
        self.types.get_or_init(|| types);
    }

    /// What a snapshot had of it is there.
    #[cfg(feature = "serde")]
    pub(crate) fn settle(&self) {
        self.is_settled.store(true, Ordering::Release);
    }

    /// Who reads its tables. Good for as long as this lives.
    pub(crate) fn domain(&self) -> &'static Domain {
        self.readers.domain()
    }

    /// A computation was dropped when its caller waited no longer, as there was no place for it to go on; whether
    /// this is the first one.
    #[cfg(feature = "async")]
    pub(crate) fn note_dropped(&self) -> bool {
        // Relaxed: one caller only finds it unset.
        !self.has_dropped.swap(true, Ordering::Relaxed)
    }

    #[cfg(feature = "async")]
    pub(crate) fn has_dropped(&self) -> bool {
        self.has_dropped.load(Ordering::Relaxed)
    }

    /// Whether somebody wants to know what leaves.
    pub(crate) fn has_listener(&self) -> bool {
        self.listener.is_some() || self.settings.watcher.get().is_some()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    pub(crate) fn maxsize(&self) -> Option<usize> {
        self.settings.maxsize()
    }

    /// The budget that it is part of.
    #[inline]
    pub(crate) fn account(&self) -> &'static Account {
        self.settings.account
    }

    /// Whether results are not stored at this depth of computations.
    #[inline]
    pub(crate) fn is_too_deep(&self) -> bool {
        let most = self.settings.limits.max_depth;
        most != usize::MAX && nesting::depth() >= most
    }

    pub(crate) fn ttl(&self) -> Option<Duration> {
        self.settings.ttl()
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
        self.settings.clock.now()
    }

    /// The time for deciding about a deadline.
    #[inline]
    pub(crate) fn now_about(&self, deadline: Deadline) -> u64 {
        self.settings.clock.now_about(deadline)
    }

    /// Whether a deadline has passed for a call that began then. Runs no code of the user's.
    pub(crate) fn has_passed_by(&self, deadline: Deadline, started: Started) -> bool {
        if deadline.is_never() {
            return false;
        }
        deadline.has_passed(match started.exact() {
            Some(now) => now,
            // Not exact: so the clock is the system's.
            None => self.now_about(deadline),
        })
    }

    pub(crate) fn info(&self, extent: Extent) -> CacheInfo {
        CacheInfo {
            maxsize: self.maxsize(),
            currsize: extent.entries,
            bytes: Some(extent.bytes),
            waiting: self.waiting.load(Ordering::Relaxed),
            ..self.counters.snapshot()
        }
    }

    pub(crate) fn parameters(&self) -> CacheParameters {
        self.settings.parameters(self.name.to_string())
    }

    /// What a callback of the user's has said; nothing, if it has panicked: then that is counted.
    pub(crate) fn said<T>(&self, answer: Result<T, Box<dyn Any + Send>>) -> Option<T> {
        answer
            .map_err(|panic| {
                self.counters.callback_panicked();
                drop_quietly(panic);
            })
            .ok()
    }

    /// Tells the listener about a removal. A panic there stays there: the removal has happened, and
    /// the call that caused it is not to blame.
    pub(crate) fn tell(&self, node: NodeRef<'_>, cause: RemovalCause) {
        if let Some(listener) = &self.listener {
            self.ask(|| listener(node, cause));
        }
        if let (Some(watcher), Some(types)) = (self.settings.watcher.get(), self.types.get()) {
            self.ask(|| {
                if let Some(key) = types.key_text(node) {
                    watcher(&key, cause);
                }
            });
        }
    }

    /// Runs user code whose panics are nobody's here.
    fn ask(&self, listener: impl FnOnce()) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(listener)) {
            self.count_listener_panic();
            drop_quietly(panic);
        }
    }

    pub(crate) fn count_listener_panic(&self) {
        self.counters.listener_panicked();
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
