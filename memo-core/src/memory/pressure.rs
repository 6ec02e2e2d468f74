//! Levels of pressure, and those who want to know.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::account::Account;
use super::{Pressure, pages};
use crate::common::drop_quietly;
use crate::sync::StaticMutex;
use crate::telemetry;

type Callback = Arc<dyn Fn(Pressure) + Send + Sync>;

static CALLBACKS: StaticMutex<Vec<Callback>> = StaticMutex::new(Vec::new());

/// Calls `callback` whenever the level of pressure has changed, with the new one, on the thread that
/// notices: one that stores a result, reserves memory, or asks for the level. It stays for as long as the
/// program runs.
///
/// It must not store results itself that take much. A panic in it is caught: the thread goes on, and the other
/// callbacks are called.
///
/// ```standalone_crate
/// use memokit::memory::{self, Pressure};
///
/// memory::on_pressure(|level| {
///     if level >= Pressure::High {
///         println!("memory is scarce: {level}");
///     }
/// });
/// ```
pub fn on_pressure(callback: impl Fn(Pressure) + Send + Sync + 'static) {
    CALLBACKS.lock().push(Arc::new(callback));
}

/// The level now. Tells of a change.
pub(super) fn look(account: &'static Account) -> Pressure {
    see(account, account.used_now())
}

/// The same by what is known without asking the caches.
pub(super) fn notice(account: &'static Account) -> Pressure {
    see(account, account.used())
}

fn see(account: &'static Account, used: u64) -> Pressure {
    let (level, has_changed) = account.look(used);
    if has_changed {
        changed(account, level);
    }
    level
}

#[cold]
fn changed(account: &'static Account, level: Pressure) {
    if level == Pressure::Critical {
        relieve(account);
    }
    if account.is_whole() {
        telemetry::pressure(level, account.used(), account.limit());
        // Not under the lock: callbacks may add others.
        let callbacks = CALLBACKS.lock().clone();
        for callback in callbacks {
            // Whoever notices has asked for something else.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| callback(level))) {
                drop_quietly(panic);
            }
        }
    }
}

/// What is good for nobody goes: expired entries, and pages that are not in use.
fn relieve(account: &'static Account) {
    for cache in account.roster.caches(account) {
        cache.evict_expired();
    }
    if account.is_whole() {
        pages::give_back();
    }
}
