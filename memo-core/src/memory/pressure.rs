//! Levels of pressure, and those who want to know.

use std::sync::Arc;

use super::account::GLOBAL;
use super::{Pressure, used_bytes};
use crate::sync::StaticMutex;

type Callback = Arc<dyn Fn(Pressure) + Send + Sync>;

static CALLBACKS: StaticMutex<Vec<Callback>> = StaticMutex::new(Vec::new());

/// Calls `callback` whenever the level of pressure has changed, with the new one, on the thread that
/// notices: one that stores a result, reserves memory, or asks for the level. It stays for as long as the
/// program runs.
///
/// It must not store results itself that take much; a panic in it goes to that thread's caller.
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
pub(super) fn look() -> Pressure {
    let (level, has_changed) = GLOBAL.look(used_bytes());
    if has_changed {
        tell(level);
    }
    level
}

/// The same by what is known without asking the caches.
pub(super) fn notice() {
    let (level, has_changed) = GLOBAL.look(GLOBAL.used());
    if has_changed {
        tell(level);
    }
}

#[cold]
fn tell(level: Pressure) {
    // Not under the lock: callbacks may add others.
    let callbacks = CALLBACKS.lock().clone();
    for callback in callbacks {
        callback(level);
    }
}
