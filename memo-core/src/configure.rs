//! Settings from outside of the program's text: the environment, and [`configure`].
//!
//! Rules are kept in the order in which they were given. A cache follows those with its name when it
//! is first used, and the ones that come later when they come. All of that happens under one lock, so
//! that the order is that of the rules; only settings change there, and no user code runs.

mod duration;
mod parse;

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::common::Common;
use crate::glob::Glob;
use crate::memory::tell;
use crate::registry::{self, Control, is_named};
use crate::settings::Settings;
use crate::sync::StaticMutex;
use parse::{Change, Fault, Rule};

/// The variable of the environment that holds rules.
pub(crate) const VARIABLE: &str = "MEMOKIT_CACHES";

static KNOWN: LazyLock<StaticMutex<Known>> = LazyLock::new(|| StaticMutex::new(Known::read()));

/// All rules so far.
struct Known {
    rules: Vec<Rule>,
    /// What the environment has beside its rules.
    faults: Vec<Fault>,
}

impl Known {
    /// What the environment says.
    fn read() -> Self {
        let (rules, faults) = match std::env::var_os(VARIABLE) {
            Some(text) => match text.to_str() {
                Some(text) => parse::rules(text),
                None => (
                    Vec::new(),
                    vec![Fault::new(&text.to_string_lossy(), "not valid Unicode")],
                ),
            },
            None => (Vec::new(), Vec::new()),
        };
        for fault in &faults {
            tell(&format_args!("{VARIABLE}: {fault}"));
        }
        let mut known = Self {
            rules: Vec::new(),
            faults,
        };
        for rule in rules {
            known.add(rule);
        }
        known
    }

    /// Adds a rule. What earlier ones say about the same names and settings is of no account any
    /// more: so there are never more than three for a pattern.
    fn add(&mut self, rule: Rule) {
        for earlier in &mut self.rules {
            if earlier.pattern == rule.pattern {
                let is_shadowed = |change: &Change| {
                    let mut later = rule.changes.iter();
                    later.any(|later| later.is_of_same_setting(*change))
                };
                earlier.changes.retain(|change| !is_shadowed(change));
            }
        }
        self.rules.retain(|rule| !rule.changes.is_empty());
        self.rules.push(rule);
    }
}

impl Rule {
    fn is_for(&self, common: &Common) -> bool {
        is_named(common.name(), &Glob::new(&self.pattern))
    }

    /// Whether the cache follows as a whole.
    fn apply(&self, settings: &Settings) -> bool {
        let mut follows = true;
        for change in &self.changes {
            follows &= match *change {
                Change::Maxsize(maxsize) => settings.set_maxsize(maxsize),
                Change::Enabled(enabled) => settings.set_stores(enabled),
                Change::Ttl(ttl) => {
                    settings.set_ttl(ttl);
                    true
                }
            };
        }
        follows
    }

    /// Whether a cache with these settings can follow.
    fn suits(&self, settings: &Settings) -> bool {
        let is_ttl = |change: &Change| matches!(change, Change::Ttl(_));
        settings.can_be_bounded() || self.changes.iter().all(is_ttl)
    }
}

/// Changes settings of caches by name: of those that are there, and of those that come later.
/// Returns the number of caches that are there, have such a name, and follow.
///
/// A rule is a pattern, as [`clear_matching`](crate::clear_matching) takes it, with settings;
/// several are separated by `;`. Where two rules speak of one setting of a cache, the later one
/// holds. The settings are those that can change while a program runs:
///
/// | setting | value |
/// |---|---|
/// | `maxsize` | a number of entries, or `none` for no bound |
/// | `ttl` | `10m`, `1h30m`, a number of seconds, or `none`: of values stored from now on |
/// | `enabled` | `false`: nothing is stored; `true`: as before |
///
/// At the start, the environment says the same: `MEMOKIT_CACHES="geo::*=maxsize=100,ttl=10m"`. It is
/// read when the first cache is used. What it has that cannot be understood is told on the standard
/// error once, and the rest holds.
///
/// A cache without limits (`oom_protection = false`) has no `maxsize` and is not counted;
/// [`advice`](crate::advice) names it, and the patterns that are no cache's. All instantiations of a
/// generic function share their settings. What a program says later itself, as by `f::set_maxsize`,
/// holds. In a pattern, `?` stands for a `=` or `;`.
///
/// # Errors
/// When a part cannot be understood: the error names it, and nothing has changed.
///
/// # Examples
/// ```
/// use memokit::memoize;
///
/// #[memoize(name = "geo::distance", maxsize = 1_000)]
/// fn distance(to: u64) -> u64 { to }
///
/// distance(7);
/// assert_eq!(memokit::configure("geo::*=maxsize=100,ttl=10m"), Ok(1));
/// assert_eq!(distance::cache_parameters().maxsize, Some(100));
///
/// let error = memokit::configure("geo::*=maxsize=many").unwrap_err();
/// assert!(error.to_string().starts_with("`maxsize=many`: `maxsize` is a number of entries"));
/// ```
pub fn configure(rules: &str) -> Result<usize, ConfigureError> {
    let (rules, faults) = parse::rules(rules);
    if !faults.is_empty() {
        return Err(ConfigureError { faults });
    }
    // Outside of the lock: what is dropped with the last hold on a cache is the user's.
    let caches;
    let mut followers = Vec::new();
    {
        let mut known = KNOWN.lock();
        for rule in &rules {
            known.add(rule.clone());
        }
        caches = registry::controls();
        for cache in &caches {
            let common = cache.common();
            let mut follows = None;
            for rule in rules.iter().filter(|rule| rule.is_for(common)) {
                let is_able = rule.apply(common.settings());
                follows = Some(is_able && follows.unwrap_or(true));
            }
            followers.extend(follows.map(|follows| (cache, follows)));
        }
    }
    let count = followers.iter().filter(|(_, follows)| *follows).count();
    let changed = followers.iter().map(|(cache, _)| Arc::clone(cache));
    registry::each(changed, |cache| {
        cache.shrink_to_bound();
        0
    });
    registry::let_go(caches);
    Ok(count)
}

/// Makes a cache that is listed now follow the rules there are.
pub(crate) fn begin(cache: &Arc<dyn Control>) {
    let others;
    let known = KNOWN.lock();
    let common = cache.common();
    let mut rules = known
        .rules
        .iter()
        .filter(|rule| rule.is_for(common))
        .peekable();
    if rules.peek().is_none() {
        return;
    }
    // Instantiations of a function share their settings, which may have been changed since an
    // earlier one has followed.
    others = registry::controls();
    let shares = |other: &&Arc<dyn Control>| {
        !Arc::ptr_eq(other, cache) && Arc::ptr_eq(other.common().settings(), common.settings())
    };
    let earlier: Vec<_> = others.iter().filter(shares).collect();
    for rule in rules {
        if !earlier.iter().any(|other| rule.is_for(other.common())) {
            rule.apply(common.settings());
        }
    }
    drop(known);
    registry::let_go(others);
}

/// What [`configure`] could not understand.
///
/// ```
/// let error = memokit::configure("geo::*=maxsize=1,colour=red").unwrap_err();
/// assert!(error.to_string().contains("`colour=red`"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigureError {
    faults: Vec<Fault>,
}

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            let gap = if n == 0 { "" } else { "; " };
            write!(f, "{gap}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigureError {}

/// What is wrong between the rules and the caches there are.
pub(crate) struct Mismatches {
    /// Parts of the environment that are no rules.
    pub(crate) faults: Vec<String>,
    /// Patterns that are no cache's.
    pub(crate) unknown: Vec<String>,
    /// Names of caches that cannot follow.
    pub(crate) unable: Vec<String>,
}

/// Compares the rules with the caches there are.
pub(crate) fn mismatches() -> Mismatches {
    let caches = registry::controls();
    let known = KNOWN.lock();
    let named = |rule: &Rule| caches.iter().any(|cache| rule.is_for(cache.common()));
    let mut unknown: Vec<_> = known
        .rules
        .iter()
        .filter(|rule| !named(rule))
        .map(|rule| rule.pattern.clone())
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    let is_unable = |common: &Common| {
        let mut rules = known.rules.iter().filter(|rule| rule.is_for(common));
        rules.any(|rule| !rule.suits(common.settings()))
    };
    let unable = caches.iter().map(|cache| cache.common());
    let unable = unable.filter(|common| is_unable(common));
    let mismatches = Mismatches {
        faults: known.faults.iter().map(ToString::to_string).collect(),
        unable: unable.map(|common| common.name().to_owned()).collect(),
        unknown,
    };
    drop(known);
    registry::let_go(caches);
    mismatches
}
