//! Each advice is said once for each cache and kind, by an event.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use super::judge::is_time_to_look;
use super::{Advice, AdviceKind, about};
use crate::common::{Common, drop_quietly};
use crate::store::Extent;
use crate::sync::StaticMutex;

/// Which kinds of advice were said of a cache.
#[derive(Debug, Default)]
pub(crate) struct Said(AtomicU32);

impl Said {
    fn has(&self, kind: AdviceKind) -> bool {
        self.0.load(Ordering::Relaxed) & (1 << kind as u32) != 0
    }

    /// Whether this is the first time.
    fn begins(&self, kind: AdviceKind) -> bool {
        let bit = 1 << kind as u32;
        // Relaxed: one thread only finds the bit unset.
        self.0.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

/// What was said of settings: no more than there are rules, and faults of the environment.
static OF_SETTINGS: StaticMutex<Vec<Advice>> = StaticMutex::new(Vec::new());

pub(super) fn once(advice: &[Advice]) {
    for advice in advice {
        let mut said = OF_SETTINGS.lock();
        if said.contains(advice) {
            continue;
        }
        said.push(advice.clone());
        drop(said);
        say(advice);
    }
}

pub(super) fn once_of(common: &Common, advice: &[Advice]) {
    if common.isolation() != 0 {
        // It is for a test, and does not last.
        return;
    }
    for advice in advice {
        if common.said.begins(advice.kind) {
            say(advice);
        }
    }
}

/// To be called with no lock held when a thread has computed so many results for a cache.
#[inline]
pub(crate) fn after_load(common: &Common, loads: u64, extent: impl FnOnce() -> Extent) {
    // A model checker runs each schedule many times, and takes them to be the same.
    if !cfg!(shuttle) && is_time_to_look(loads) {
        look(common, extent());
    }
}

/// The same when there is something new to be said.
#[cfg(feature = "async")]
#[cold]
pub(crate) fn look_now(common: &Common, extent: impl FnOnce() -> Extent) {
    if !cfg!(shuttle) {
        look(common, extent());
    }
}

#[cold]
#[inline(never)]
fn look(common: &Common, extent: Extent) {
    // The user's time to live may be asked for.
    let is_new = |kind| !common.said.has(kind);
    let looked = catch_unwind(AssertUnwindSafe(|| {
        about(common, common.info(extent), is_new)
    }));
    match looked {
        Ok(advice) => once_of(common, &advice),
        Err(panic) => drop_quietly(panic),
    }
}

/// A panic in a subscriber stays there: a call that has its value is not to blame.
fn say(advice: &Advice) {
    let said = catch_unwind(AssertUnwindSafe(|| {
        tracing::warn!(
            target: "memokit::advice",
            cache = %advice.cache,
            kind = ?advice.kind,
            "{}",
            advice.message
        );
    }));
    if let Err(panic) = said {
        drop_quietly(panic);
    }
}
