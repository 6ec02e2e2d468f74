//! What is done when nobody calls: memory of expired entries comes back without traffic.
//!
//! One thread for the program, started when the first entry with an end is stored. It sleeps until the
//! next one expires, whichever cache that is in; where nothing is going to expire, it sleeps for good.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::clock::system_now;
use crate::common::drop_quietly;
use crate::registry;
use crate::sync::StaticMutex;

/// From one sweep to the next it takes so long at least: what expires meanwhile goes together.
const TICK: Duration = Duration::from_secs(1);

struct State {
    /// When the next entry expires, on the system's clock.
    wake_at: u64,
    /// Whether a thread may be started.
    allowed: bool,
    thread: Option<Thread>,
}

const NEVER: u64 = u64::MAX;

static STATE: StaticMutex<State> = StaticMutex::new(State {
    wake_at: NEVER,
    // Checkers have no time beside their own.
    allowed: !cfg!(any(miri, shuttle)),
    thread: None,
});

/// An entry of some cache expires at this time.
pub(crate) fn expect(at: u64) {
    let mut state = STATE.lock();
    if at >= state.wake_at {
        return;
    }
    state.wake_at = at;
    match &state.thread {
        Some(thread) => thread.unpark(),
        None => state.start(),
    }
}

impl State {
    /// Starts the thread, if there may be one.
    fn start(&mut self) {
        if !self.allowed {
            return;
        }
        let thread = thread::Builder::new()
            .name("memokit-janitor".to_owned())
            .spawn(work);
        match thread {
            Ok(thread) => self.thread = Some(thread.thread().clone()),
            // Then there is `run_maintenance`.
            Err(_) => self.allowed = false,
        }
    }
}

/// Entries with tags are gone, nobody knows in which caches.
static HAS_CLEARED: AtomicBool = AtomicBool::new(false);

/// A tag of entries was cleared: they are to be swept.
pub(crate) fn expect_cleared() {
    // Release, with the Acquire in `sweep`. In the state's lock, too, if that is taken.
    HAS_CLEARED.store(true, Ordering::Release);
    expect(0);
}

/// Whether a thread removes expired entries when nobody else does. It is started when the first entry with
/// an end is stored, and sleeps until that; where it is not wanted, say so before, and call
/// [`run_maintenance`] now and then. One that runs already goes on. Defaults to `true`.
///
/// ```standalone_crate
/// memokit::set_maintenance_thread(false);
/// ```
pub fn set_maintenance_thread(allowed: bool) {
    let mut state = STATE.lock();
    state.allowed = allowed && !cfg!(any(miri, shuttle));
    // What was to be done meanwhile.
    if state.thread.is_none() && state.wake_at != NEVER {
        state.start();
    }
}

/// Removes from all caches what has expired, and frees what was removed; the number of entries removed.
/// Events that wait for their listeners are delivered.
///
/// A thread of memokit's does that by itself, about a second after entries have expired. This is for
/// programs that want no such thread, and for caches with a clock of their own.
///
/// ```
/// use memokit::{Cache, testing::MockClock};
/// use std::time::Duration;
///
/// let clock = MockClock::new();
/// let builder = Cache::<u32, u32>::builder().clock(clock.clone());
/// let cache = builder.ttl(Duration::from_secs(1)).build();
/// cache.insert(1, 10);
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(memokit::run_maintenance(), 1);
/// ```
pub fn run_maintenance() -> usize {
    registry::each(registry::controls().into_iter(), |cache| {
        let removed = cache.sweep();
        cache.collect();
        cache.common().deliver_now();
        removed
    })
}

fn work() {
    let mut not_before = 0;
    loop {
        let wake_at = STATE.lock().wake_at;
        if wake_at == NEVER {
            thread::park();
            continue;
        }
        let (now, due) = (system_now(), wake_at.max(not_before));
        if now < due {
            thread::park_timeout(Duration::from_nanos(due - now));
            continue;
        }
        STATE.lock().wake_at = NEVER;
        sweep(now);
        not_before = system_now().saturating_add(crate::clock::nanos(TICK));
    }
}

/// Caches in which something has expired are swept; each of them says when to come again.
fn sweep(now: u64) {
    let has_cleared = HAS_CLEARED.swap(false, Ordering::AcqRel);
    for cache in registry::controls() {
        if has_cleared {
            cache.expect_cleared();
        }
        // Another clock's times are none of the system's: whoever moves it says when it is time.
        let is_timed_here = cache.common().settings().clock.is_system();
        let due = if is_timed_here {
            cache.sweep_at()
        } else {
            NEVER
        };
        if due > now {
            if due != NEVER {
                expect(due);
            }
        } else if let Err(panic) = catch_unwind(AssertUnwindSafe(|| cache.sweep())) {
            // Values are dropped there, and listeners told: a panic is not the end of this.
            drop_quietly(panic);
        }
        registry::let_go([cache]);
    }
}
