//! What caches could do better, as far as their figures tell.
//!
//! Nobody waits for a thread: caches are looked at when somebody asks, and where there is a subscriber
//! to tell (`tracing`), now and then by a call that has computed a result.

mod judge;
#[cfg_attr(not(feature = "tracing"), path = "advisor/silent.rs")]
mod say;

use std::fmt;

use crate::common::Common;
use crate::configure;
use crate::memory;
use crate::registry;
use crate::stats::CacheInfo;

#[cfg(feature = "tracing")]
pub(crate) use say::Said;
pub(crate) use say::after_load;
#[cfg(feature = "async")]
pub(crate) use say::look_now;

/// Something that a cache, or what was said about caches, could do better.
///
/// ```
/// let cache = memokit::Cache::<u64, u64>::builder().name("mostly::new").build();
/// for n in 0..2_000 {
///     cache.get_or_insert_with(&n, || n);
/// }
/// let advice = memokit::advice();
/// let own = advice.iter().find(|advice| advice.cache == "mostly::new").unwrap();
/// assert_eq!(own.kind, memokit::AdviceKind::LowHitRate);
/// assert!(own.to_string().starts_with("mostly::new: 0.0 % of 2000 calls were hits"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Advice {
    /// The cache's name; for what is wrong with a setting, the pattern or the variable of the
    /// environment that it is in.
    pub cache: String,
    /// What it is about.
    pub kind: AdviceKind,
    /// The figures, and what can be done. Never a key or a value.
    pub message: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.cache, self.message)
    }
}

/// What an [`Advice`] is about.
///
/// ```
/// use memokit::AdviceKind;
///
/// let is_of_memory = |kind| matches!(kind, AdviceKind::Full | AdviceKind::UnknownSizes);
/// assert!(!is_of_memory(AdviceKind::ShortTtl));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum AdviceKind {
    /// Less than half of at least 1,000 calls were hits.
    LowHitRate,
    /// More than 30 % of at least 200 computed results were evicted.
    ManyEvictions,
    /// More than 90 % of the bound are used, and results were evicted.
    Full,
    /// Values live shorter than they take to be computed.
    ShortTtl,
    /// Looking takes longer than computing would.
    NoGain,
    /// A limit on memory holds, and how large the values are is not known.
    UnknownSizes,
    /// Computations end at the timeouts of their callers, as no executor is known on which they could go on.
    NoSpawner,
    /// A rule is for caches of a name that none has so far: see [`configure`](crate::configure).
    UnknownName,
    /// A rule is for a cache that cannot follow it: one without limits.
    CannotFollow,
    /// The environment has something that cannot be understood.
    Malformed,
}

/// What the caches used so far could do better, by their present figures: nothing where all is well.
///
/// There have to be enough calls for a figure to say something; the kinds of advice tell how many.
/// [`report`](crate::report) ends with the same. With the feature `tracing` each advice is also an event
/// of the level `WARN` and the target `memokit::advice`, once for each cache and kind: when it is
/// asked for here, and on 1 of 1,024 computed results. What is not wanted is filtered by the target.
///
/// # Examples
/// ```
/// for advice in memokit::advice() {
///     println!("{advice}");
/// }
/// ```
#[must_use]
pub fn advice() -> Vec<Advice> {
    let mut all = about_settings();
    say::once(&all);
    for (_, cache) in registry::all() {
        let own = about(cache.common(), cache.info(), |_| true);
        say::once_of(cache.common(), &own);
        all.extend(own);
        registry::let_go([cache]);
    }
    all
}

/// Of one cache, which has these figures; the kinds that are `wanted`.
fn about(common: &Common, info: CacheInfo, wanted: impl Fn(AdviceKind) -> bool) -> Vec<Advice> {
    judge::judge(&judge::Facts::of(common, info), wanted)
        .into_iter()
        .map(|(kind, message)| Advice {
            cache: common.name().to_owned(),
            kind,
            message,
        })
        .collect()
}

/// Of the environment, and of rules that do not fit the caches.
fn about_settings() -> Vec<Advice> {
    let configure::Mismatches {
        faults,
        unknown,
        unable,
    } = configure::mismatches();
    let limit = memory::fault_of_environment();
    let limit = limit.map(|fault| (memory::VARIABLE.to_owned(), AdviceKind::Malformed, fault));
    let faults = faults.into_iter().map(|fault| {
        let variable = configure::VARIABLE.to_owned();
        (variable, AdviceKind::Malformed, fault)
    });
    let unknown = unknown.into_iter().map(|pattern| {
        let message = "no cache that was used so far has such a name".to_owned();
        (pattern, AdviceKind::UnknownName, message)
    });
    let unable = unable.into_iter().map(|cache| {
        let message = "it has no limits (`oom_protection = false`), so it cannot follow what was \
                       said of `maxsize` or `enabled`";
        (cache, AdviceKind::CannotFollow, message.to_owned())
    });
    let all = limit.into_iter().chain(faults).chain(unknown).chain(unable);
    all.map(|(cache, kind, message)| Advice {
        cache,
        kind,
        message,
    })
    .collect()
}
