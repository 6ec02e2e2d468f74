//! Control over single calls: scopes of a thread or a task, and the process-wide switch.
//!
//! A call asks [`is_special`], one load of one static, and goes on as ever when nobody anywhere has
//! a scope open and caching is on. Only otherwise does it look at what holds for its own thread.
//!
//! All atomics here are relaxed. A thread reads its own scopes, and its own writes it sees in any
//! order; the switch promises nothing about calls that run while it is moved.

mod switch;
#[cfg(feature = "async")]
mod task;
mod trace;

pub use switch::{is_enabled, set_enabled};
#[cfg(feature = "async")]
pub use task::{bypass_async, read_only_async, trace_async};
pub use trace::{Answer, Trace, TracedCall, trace};

pub(crate) use trace::Ticket;

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::Common;
use crate::sync::thread_local;

/// What calls do with their caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Normal,
    ReadOnly,
    Bypass,
}

/// Whatever makes calls special: flags, and the number of scopes open anywhere.
static ACTIVE: AtomicUsize = AtomicUsize::new(UNREAD);
/// Nobody has looked at the environment yet.
const UNREAD: usize = 1;
/// Caching is off.
const OFF: usize = 2;
/// One open scope.
const SCOPE: usize = 4;

thread_local! {
    /// What the innermost scope of this thread says. Without a destructor, so that it is there as
    /// long as its thread.
    static MODE: Cell<Mode> = const { Cell::new(Mode::Normal) };
}

/// Whether a call has to ask how it is to be answered.
#[inline]
pub(crate) fn is_special() -> bool {
    ACTIVE.load(Ordering::Relaxed) != 0
}

/// How the call that begins now is to be answered; counts it if it is bypassed.
#[cold]
pub(crate) fn begin(common: &Common) -> (Mode, Ticket) {
    let mode = if switch::is_enabled() {
        MODE.with(Cell::get)
    } else {
        Mode::Bypass
    };
    let ticket = Ticket::draw(common);
    if mode == Mode::Bypass {
        common.counters.bypassed();
        ticket.answer(Answer::Bypassed);
    }
    (mode, ticket)
}

/// Looks at the environment if nobody has: calls are special until then.
#[cold]
pub(crate) fn read_switch() {
    switch::is_enabled();
}

/// Whether calls pass their caches by.
#[cold]
pub(crate) fn bypasses() -> bool {
    !switch::is_enabled() || MODE.with(Cell::get) == Mode::Bypass
}

/// Whether calls of this thread go the usual way, whatever holds for others.
#[cold]
pub(crate) fn is_usual() -> bool {
    switch::is_enabled() && MODE.with(Cell::get) == Mode::Normal && !trace::is_open()
}

/// A call was a hit that has not begun here.
#[cold]
pub(crate) fn answer_hit(common: &Common) {
    Ticket::draw(common).answer(Answer::Hit);
}

/// Makes calls special while it lives.
pub(crate) struct Active;

impl Active {
    pub(crate) fn new() -> Self {
        ACTIVE.fetch_add(SCOPE, Ordering::Relaxed);
        Self
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.fetch_sub(SCOPE, Ordering::Relaxed);
    }
}

/// The mode of this thread's calls while it lives.
struct Entered {
    outer: Mode,
    _active: Active,
    /// It has to be left on the thread where it was entered.
    _of_thread: PhantomData<*const ()>,
}

impl Entered {
    fn new(mode: Mode) -> Self {
        Self {
            outer: MODE.with(|own| own.replace(mode)),
            _active: Active::new(),
            _of_thread: PhantomData,
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        MODE.with(|own| own.set(self.outer));
    }
}

/// Runs `f`, in which memoized calls run their functions as if there were no caches: nothing is
/// looked up, stored or waited for.
///
/// This goes for memoized functions and closures and for
/// [`Cache::get_or_insert_with`](crate::Cache::get_or_insert_with), at any depth. What names the
/// cache itself (`get`, `insert`, `peek`, `prime`, `refresh`, `invalidate` and the like) does what
/// it says. Such calls count as [`bypassed`](crate::CacheInfo::bypassed) and nothing else.
///
/// Scopes nest, and the inner one of `bypass` and [`read_only`] holds. They belong to their thread:
/// threads and tasks that are started inside are outside. A panic leaves them. For futures there is
/// `bypass_async`: one that is made inside here but polled later is outside.
///
/// A recursive function takes the time that it takes without a cache, and one whose result depends
/// on itself is not stopped.
///
/// # Examples
/// ```
/// use memokit::memoize;
///
/// #[memoize]
/// fn square(n: u64) -> u64 { n * n }
///
/// square(3);
/// assert_eq!(memokit::bypass(|| square(3) + square(4)), 25);
/// let info = square::cache_info();
/// assert_eq!((info.hits, info.misses, info.bypassed, info.currsize), (0, 1, 2, 1));
/// ```
pub fn bypass<T>(f: impl FnOnce() -> T) -> T {
    let _entered = Entered::new(Mode::Bypass);
    f()
}

/// Runs `f`, in which memoized calls are answered from their caches where they can be; what is
/// missing there is computed and not stored.
///
/// Nobody waits: neither for a computation that is under way elsewhere, nor for one that begins
/// here. A hit is a use as ever. What is missing counts as a miss, but not as a load, since nothing
/// is loaded into the cache.
///
/// What [`bypass`] says about scopes, and about the calls concerned, holds here too.
///
/// # Examples
/// ```
/// use memokit::memoize;
///
/// #[memoize]
/// fn square(n: u64) -> u64 { n * n }
///
/// square(3);
/// assert_eq!(memokit::read_only(|| square(3) + square(4)), 25);
/// let info = square::cache_info();
/// assert_eq!((info.hits, info.misses, info.currsize), (1, 2, 1));
/// ```
pub fn read_only<T>(f: impl FnOnce() -> T) -> T {
    let _entered = Entered::new(Mode::ReadOnly);
    f()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only test of this program that opens scopes.
    #[test]
    fn calls_are_special_in_scopes_only() {
        assert!(is_enabled());
        assert!(!is_special());
        bypass(|| assert!(is_special()));
        assert!(!is_special());
        let (nested, _) = trace(|| read_only(|| bypass(is_special)));
        assert!(nested);
        assert!(!is_special());
        let panicked = std::panic::catch_unwind(|| trace(|| bypass(|| panic!("on purpose"))));
        assert!(panicked.is_err());
        assert!(!is_special());
        set_enabled(false);
        assert!(is_special());
        set_enabled(true);
        assert!(!is_special());
    }
}
