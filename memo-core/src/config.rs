//! The settings of a cache, as constants beside a function.

mod timeouts;

use std::time::Duration;

use crate::expiry::{Freshness, Jitter};
use crate::memory::MemoryBudget;
use crate::policy::EvictionPolicy;

pub(crate) use timeouts::Timeouts;

/// The attribute's options as a `const` builder: every option of `#[memoize]` is a method here, so
/// that the compiler checks the values where they are written and editors show these texts.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    /// The name of a method, where its type's name goes in front.
    pub(crate) method: Option<&'static str>,
    pub(crate) maxsize: Option<usize>,
    pub(crate) policy: EvictionPolicy,
    pub(crate) limits: Limits,
    /// A part of the program's budget.
    pub(crate) budget: Option<&'static MemoryBudget>,
    pub(crate) ttl: Ttl,
    pub(crate) freshness: Freshness,
    /// What gives the time to idle, where it is known only when the program runs.
    pub(crate) tti: Option<fn() -> Duration>,
    pub(crate) timeouts: Timeouts,
    pub(crate) tags: &'static [&'static str],
    pub(crate) stats: bool,
    #[cfg_attr(
        not(feature = "serde"),
        allow(dead_code, reason = "snapshots ask for it")
    )]
    pub(crate) origin: Origin,
}

/// What tells a function from others of its name, and from itself before it was changed.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "serde"),
    allow(dead_code, reason = "snapshots ask for it")
)]
pub(crate) struct Origin {
    pub(crate) code_version: u64,
    /// The name of a type that stands where the function does.
    pub(crate) beside: Option<fn() -> &'static str>,
}

/// Limits beside the number of entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of all entries together; the largest number is no limit.
    pub(crate) max_bytes: u64,
    /// Of one entry.
    pub(crate) max_entry_bytes: u64,
    /// Computations inside of each other whose results are stored.
    pub(crate) max_depth: usize,
    /// Computations that take less, in nanoseconds, are not worth an entry.
    pub(crate) min_cost: u64,
    /// So much is not taken from it by others.
    pub(crate) min_bytes: u64,
    /// What a result of it is worth beside those of others of the same cost.
    pub(crate) weight: f64,
}

impl Limits {
    pub(crate) const NONE: Self = Self {
        max_bytes: u64::MAX,
        max_entry_bytes: u64::MAX,
        max_depth: usize::MAX,
        min_cost: 0,
        min_bytes: 0,
        weight: 1.0,
    };

    pub(crate) fn max_bytes(self) -> Option<u64> {
        (self.max_bytes != u64::MAX).then_some(self.max_bytes)
    }
}

/// A time to live, perhaps known only when the program runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ttl {
    Never,
    Fixed(Duration),
    Computed(fn() -> Duration),
}

impl Ttl {
    pub(crate) fn is_some(self) -> bool {
        !matches!(self, Self::Never)
    }
}

impl Config {
    /// functools' bound, which memoized functions have unless they say otherwise.
    pub const DEFAULT_MAXSIZE: usize = 128;

    /// The settings of a function without options.
    pub const fn new(name: &'static str, file: &'static str, line: u32) -> Self {
        Self {
            name,
            file,
            line,
            method: None,
            maxsize: Some(Self::DEFAULT_MAXSIZE),
            policy: EvictionPolicy::lru(),
            limits: Limits::NONE,
            budget: None,
            ttl: Ttl::Never,
            freshness: Freshness::PLAIN,
            tti: None,
            timeouts: Timeouts::NONE,
            tags: &[],
            stats: true,
            origin: Origin {
                code_version: 0,
                beside: None,
            },
        }
    }

    /// A method: it is listed as `path::Type::method`, and the type's name is known at run time.
    #[must_use]
    pub const fn method(mut self, method: &'static str) -> Self {
        self.method = Some(method);
        self
    }

    /// `maxsize = 1000`: at most this many results; `0` stores nothing but counts. Defaults to 128.
    #[must_use]
    pub const fn maxsize(mut self, maxsize: usize) -> Self {
        self.maxsize = Some(maxsize);
        self
    }

    /// `maxsize = None`: no bound.
    #[must_use]
    pub const fn unbounded(mut self) -> Self {
        self.maxsize = None;
        self
    }

    /// `max_bytes = "64MiB"`, or a number: what all entries may take of memory. Defaults to no limit of
    /// its own.
    #[must_use]
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_bytes = bytes as u64;
        self
    }

    /// `max_entry_bytes = "1MiB"`, or a number: larger results are returned and not stored. Defaults to no
    /// limit.
    #[must_use]
    pub const fn max_entry_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_entry_bytes = bytes as u64;
        self
    }

    /// `max_depth = 100`: of computations inside of each other, so many are stored; deeper ones are
    /// computed only. Defaults to no limit.
    #[must_use]
    pub const fn max_depth(mut self, depth: usize) -> Self {
        self.limits.max_depth = depth;
        self
    }

    /// `min_cost = "1ms"`, or a `Duration`: what is computed faster is not stored. Defaults to no limit.
    #[must_use]
    pub const fn min_cost(mut self, cost: Duration) -> Self {
        self.limits.min_cost = const_nanos(cost);
        self
    }

    /// `min_bytes = "1MiB"`, or a number: in favour of other caches nothing is removed from what would hold
    /// less then. Defaults to 0.
    #[must_use]
    pub const fn min_bytes(mut self, bytes: usize) -> Self {
        self.limits.min_bytes = bytes as u64;
        self
    }

    /// `weight = 2.0`: how much more results are worth than those of other caches that have cost the same.
    /// Defaults to 1.
    ///
    /// # Panics
    /// When it is not above 0, or infinite.
    #[must_use]
    #[track_caller]
    pub const fn weight(mut self, weight: f64) -> Self {
        assert!(
            weight > 0.0 && weight < f64::INFINITY,
            "a weight is a number above 0"
        );
        self.limits.weight = weight;
        self
    }

    /// `budget = IMAGES`: a budget of its own, as a part of the program's. Defaults to the latter.
    #[must_use]
    pub const fn budget(mut self, budget: &'static MemoryBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// `policy = sieve`, or the type of one's own: which entry gives way at the bound. Defaults to `lru`.
    #[must_use]
    pub const fn policy(mut self, policy: EvictionPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// `ttl = "5m"`, `ttl = 300` or a `Duration`: older results are computed again. Defaults to no
    /// limit.
    #[must_use]
    pub const fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Ttl::Fixed(ttl);
        self
    }

    /// `ttl = settings().ttl`: a time to live that is asked for once, when it is first needed.
    #[must_use]
    pub const fn ttl_with(mut self, ttl: fn() -> Duration) -> Self {
        self.ttl = Ttl::Computed(ttl);
        self
    }

    /// `tti = "5m"`: what was not used for so long is computed again. Defaults to no limit.
    #[must_use]
    pub const fn tti(mut self, tti: Duration) -> Self {
        self.freshness.tti = const_nanos(tti);
        self
    }

    /// `tti = settings().tti`: the same, asked for once, when the cache is first used.
    #[must_use]
    pub const fn tti_with(mut self, tti: fn() -> Duration) -> Self {
        self.tti = Some(tti);
        self
    }

    /// `jitter = 0.1`, or a `Duration`: each time to live is longer by a part that is drawn, up to this one.
    /// Defaults to none.
    ///
    /// # Panics
    /// When it is less than 0, or infinite.
    #[must_use]
    #[track_caller]
    pub const fn jitter(mut self, part: f64) -> Self {
        assert!(
            part >= 0.0 && part < f64::INFINITY,
            "a jitter is a part of the time to live: a number of at least 0"
        );
        self.freshness.jitter = Jitter::Part(part);
        self
    }

    /// `jitter = "30s"`
    #[must_use]
    pub const fn jitter_span(mut self, most: Duration) -> Self {
        self.freshness.jitter = Jitter::Span(const_nanos(most));
        self
    }

    /// `refresh_ahead = 0.8`: what is used after this part of its time to live is computed anew meanwhile.
    /// Defaults to no such thing.
    ///
    /// # Panics
    /// When it is not between 0 and 1.
    #[must_use]
    #[track_caller]
    pub const fn refresh_ahead(mut self, part: f64) -> Self {
        assert!(
            part > 0.0 && part < 1.0,
            "`refresh_ahead` is a part of the time to live: a number between 0 and 1"
        );
        self.freshness.refresh_ahead = part;
        self
    }

    /// `early = 1.0`: a result that is used shortly before its end is computed anew meanwhile, at a moment that is
    /// drawn: on average so many times before its end as computing it has taken. Defaults to no such thing.
    ///
    /// # Panics
    /// When it is not above 0, or infinite.
    #[must_use]
    #[track_caller]
    pub const fn early(mut self, times: f64) -> Self {
        assert!(
            times > 0.0 && times < f64::INFINITY,
            "`early` is how many times its cost before its end a result is computed anew: a number above 0"
        );
        self.freshness.early = times;
        self
    }

    /// `stale_while_revalidate = "30s"`: for so long after its time to live, what is used is served while it is
    /// computed anew. Defaults to no such thing.
    #[must_use]
    pub const fn stale_while_revalidate(mut self, span: Duration) -> Self {
        self.freshness.stale = const_nanos(span);
        self
    }

    /// `adaptive_ttl = ("10s", "1h")`: each result lives twice as long as the one before if it is the same, and
    /// half as long if it is not, between these two. Defaults to the time to live.
    ///
    /// # Panics
    /// When the first one is more than the second.
    #[must_use]
    #[track_caller]
    pub const fn adaptive_ttl(mut self, least: Duration, most: Duration) -> Self {
        let (least, most) = (const_nanos(least), const_nanos(most));
        assert!(
            least <= most,
            "`adaptive_ttl` goes from the least to the most"
        );
        self.freshness.adaptive = Some((least, most));
        self
    }

    /// `stale_if_error = "1h"`: for so long after its time to live, a value is served if computing it anew gives
    /// an error. Defaults to no such thing.
    #[must_use]
    pub const fn stale_if_error(mut self, span: Duration) -> Self {
        self.freshness.error = const_nanos(span);
        self
    }

    /// `keep_expired = "1h"`: for so long after its time to live, the computation of its successor can ask for a
    /// result: `f::previous()`. Defaults to no such thing.
    #[must_use]
    pub const fn keep_expired(mut self, span: Duration) -> Self {
        self.freshness.kept = Some(const_nanos(span));
        self
    }

    /// `entry_stats`: the hits on each entry are counted, which makes a hit slower. Defaults to no.
    #[must_use]
    pub const fn entry_stats(mut self) -> Self {
        self.freshness.counts_hits = true;
        self
    }

    /// `tags("run", "user")`: groups that are cleared together with `memokit::clear_tag`.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// A hash of the function's code and of what its options say about keys. Results of other code are not
    /// taken from a snapshot.
    #[must_use]
    pub const fn code_version(mut self, version: u64) -> Self {
        self.origin.code_version = version;
        self
    }

    /// The function stands where the type `T` does, which tells it from functions of the same name inside of
    /// others.
    #[must_use]
    pub const fn beside<T>(mut self) -> Self {
        self.origin.beside = Some(std::any::type_name::<T>);
        self
    }

    /// `stats = false`: nothing is counted. Defaults to counting.
    #[must_use]
    pub const fn stats(mut self, stats: bool) -> Self {
        self.stats = stats;
        self
    }
}

/// A duration in nanoseconds, at most `u64::MAX` (584 years).
#[allow(clippy::cast_possible_truncation, reason = "584 years are long enough")]
const fn const_nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 {
        u64::MAX
    } else {
        nanos as u64
    }
}
