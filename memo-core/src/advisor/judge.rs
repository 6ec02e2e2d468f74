//! From figures to advice.

use std::time::Duration;

use super::AdviceKind;
use crate::accounting::SizeSource;
use crate::common::Common;
use crate::settings::Scope;
use crate::stats::CacheInfo;

/// Fewer calls than this say nothing about a hit rate.
const ENOUGH_CALLS: u64 = 1_000;
/// Fewer computed results say nothing about evictions, nor about how long they take.
const ENOUGH_LOADS: u64 = 200;
/// Fewer entries weigh nothing, whatever they hold.
const ENOUGH_ENTRIES: usize = 100;

/// A share of hits below this is low.
const LOW_HIT_RATE: f64 = 0.5;
/// A share of results that were evicted above this is high.
const MANY_EVICTIONS: f64 = 0.3;
/// A cache that has more of its bound than this is full.
const FULL: f64 = 0.9;

/// What a hit takes, in nanoseconds: `hit_u64` in `benches/results/peers.md`.
const HIT: f64 = 8.5;
/// What a miss takes beside the computation: `miss`, ibid.
const MISS: f64 = 106.0;

/// A cache is looked at each time that one thread has computed so many results for it, counted since
/// some time: its record has served other caches before.
#[cfg(feature = "tracing")]
const ROUND: u64 = 1_024;

/// Whether a thread that has computed so many results for a cache looks at it.
#[cfg(feature = "tracing")]
#[inline]
pub(crate) fn is_time_to_look(loads: u64) -> bool {
    loads.is_multiple_of(ROUND) && loads > 0
}

/// What is known of a cache.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) info: CacheInfo,
    pub(super) scope: Scope,
    pub(super) ttl: Option<Duration>,
    pub(super) max_bytes: Option<u64>,
    /// How the sizes of values were found.
    pub(super) sizes: Option<SizeSource>,
    /// Whether bytes count, here or in a budget.
    pub(super) is_limited: bool,
    /// What one computation takes; nothing if time is the user's to tell.
    pub(super) cost: Option<Duration>,
    /// Whether computations were dropped at their callers' timeouts.
    pub(super) has_dropped: bool,
}

impl Facts {
    pub(super) fn of(common: &Common, info: CacheInfo) -> Self {
        let settings = common.settings();
        let has_limit =
            || settings.limits.max_bytes().is_some() || common.account().limit() != u64::MAX;
        Self {
            is_limited: settings.can_be_bounded() && has_limit(),
            cost: settings.clock.is_rough().then(|| cost(common, &info)),
            scope: settings.scope(),
            ttl: settings.ttl(),
            max_bytes: settings.limits.max_bytes(),
            sizes: settings.sizes.get(),
            #[cfg(feature = "async")]
            has_dropped: common.has_dropped(),
            #[cfg(not(feature = "async"))]
            has_dropped: false,
            info,
        }
    }
}

/// What one computation takes. Cheap ones are timed by a clock that ticks rarely, so that their mean
/// may be too small; the last one that was timed exactly may be an exception. What both are below of
/// is believed.
fn cost(common: &Common, info: &CacheInfo) -> Duration {
    let loads = u32::try_from(loads(info)).unwrap_or(u32::MAX).max(1);
    let mean = info.load_time / loads;
    mean.max(common.typical.last().unwrap_or(Duration::ZERO))
}

fn loads(info: &CacheInfo) -> u64 {
    info.load_successes + info.load_failures
}

/// Says something of a cache, if there is something to be said.
type Judges = fn(&Facts) -> Option<String>;

/// What there is to be said, each kind once; of kinds that are not `wanted` nothing.
pub(super) fn judge(
    facts: &Facts,
    wanted: impl Fn(AdviceKind) -> bool,
) -> Vec<(AdviceKind, String)> {
    let rules: [(AdviceKind, Judges); 7] = [
        (AdviceKind::LowHitRate, low_hit_rate),
        (AdviceKind::ManyEvictions, many_evictions),
        (AdviceKind::Full, full),
        (AdviceKind::ShortTtl, short_ttl),
        (AdviceKind::NoGain, no_gain),
        (AdviceKind::UnknownSizes, unknown_sizes),
        (AdviceKind::NoSpawner, no_spawner),
    ];
    let wanted = rules.into_iter().filter(|(kind, _)| wanted(*kind));
    wanted
        .filter_map(|(kind, rule)| Some((kind, rule(facts)?)))
        .collect()
}

fn low_hit_rate(Facts { info, .. }: &Facts) -> Option<String> {
    let (calls, rate) = (info.calls(), info.hit_rate());
    let is_low = calls >= ENOUGH_CALLS && rate < LOW_HIT_RATE;
    is_low.then(|| {
        format!(
            "{:.1} % of {calls} calls were hits: its arguments hardly repeat, or their results \
             leave too early",
            100.0 * rate
        )
    })
}

fn many_evictions(Facts { info, .. }: &Facts) -> Option<String> {
    let (loads, evicted) = (info.load_successes, info.evictions());
    let share = ratio(evicted, loads);
    let are_many = loads >= ENOUGH_LOADS && share > MANY_EVICTIONS;
    are_many.then(|| {
        let cause = if info.removals.memory > info.removals.size {
            "there is too little memory for them".to_owned()
        } else {
            match info.maxsize {
                Some(maxsize) => format!("`maxsize = {maxsize}` is small for them"),
                None => "`max_bytes` is small for them".to_owned(),
            }
        };
        format!(
            "{:.1} % of {loads} computed results were evicted: {cause}",
            100.0 * share
        )
    })
}

fn full(facts: &Facts) -> Option<String> {
    let info = &facts.info;
    // Elsewhere each thread or object has the bound for itself.
    let is_one = facts.scope == Scope::Global;
    let is_tried = info.load_successes >= ENOUGH_LOADS && info.evictions() > 0;
    if !(is_one && is_tried) {
        return None;
    }
    let entries = info.maxsize.filter(|maxsize| *maxsize > 0);
    let of_entries = entries.map(|most| ratio(info.currsize as u64, most as u64));
    let bytes = info.bytes.zip(facts.max_bytes);
    let of_bytes = bytes.map(|(bytes, most)| ratio(bytes, most));
    let (share, bound) = match (of_entries.unwrap_or(0.0), of_bytes.unwrap_or(0.0)) {
        (entries, bytes) if bytes > entries => (bytes, "max_bytes"),
        (entries, _) => (entries, "maxsize"),
    };
    (share > FULL).then(|| {
        format!(
            "{:.1} % full, and {} results were evicted: a larger `{bound}` would keep more",
            100.0 * share,
            info.evictions()
        )
    })
}

fn short_ttl(facts: &Facts) -> Option<String> {
    let (ttl, cost) = (facts.ttl?, facts.cost?);
    let is_short = loads(&facts.info) >= ENOUGH_LOADS && ttl < cost;
    is_short.then(|| {
        format!("a result takes {cost:.1?} to compute and lives for {ttl:.1?}: use a longer `ttl`")
    })
}

fn no_gain(Facts { info, cost, .. }: &Facts) -> Option<String> {
    let cost = cost.as_ref()?;
    let saved = count(info.hits + info.coalesced) * cost.as_secs_f64() * 1e9;
    let spent = count(info.hits + info.coalesced) * HIT + count(info.misses) * MISS;
    let is_loss = info.calls() >= ENOUGH_CALLS && loads(info) >= ENOUGH_LOADS && saved < spent;
    is_loss.then(|| {
        format!(
            "a result takes {cost:.1?} to compute, and {:.1} % of calls were hits: looking for \
             results takes longer than the hits save",
            100.0 * info.hit_rate()
        )
    })
}

fn unknown_sizes(facts: &Facts) -> Option<String> {
    let is_unknown = facts.sizes == Some(SizeSource::Shallow);
    let is_blind = facts.is_limited && is_unknown && facts.info.currsize >= ENOUGH_ENTRIES;
    is_blind.then(|| {
        "a limit on memory holds, and what its values have on the heap is not known: give it a `weigher`, or install `memokit::alloc::Tracking`"
            .to_owned()
    })
}

fn no_spawner(facts: &Facts) -> Option<String> {
    facts.has_dropped.then(|| {
        "computations are dropped when a timeout ends their call, as no executor is known on which they could go on: name it with `memokit::set_spawner`, or use the feature `tokio`"
            .to_owned()
    })
}

fn ratio(part: u64, whole: u64) -> f64 {
    count(part) / count(whole.max(1))
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a ratio needs no more than 52 bits"
)]
fn count(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
