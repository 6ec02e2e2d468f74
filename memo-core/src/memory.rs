//! One memory budget over all caches.
//!
//! What all caches hold together, and what is [reserved](try_reserve) beside them, stays within one
//! limit: the thread that stores a result first makes room, by removing what is worth least in any of
//! them. The limit is what [`set_limit`] says; else what `MEMOKIT_MEMORY_LIMIT` says (`512MiB`,
//! or `25%` of what there is); else half of what the container allows, or a quarter of the machine's
//! memory. It is read at the first use.
//!
//! Some caches can have a budget of their own, as a part of that one: [`MemoryBudget`].
//!
//! What is counted is told in the guide on eviction and memory. Caches without limits
//! (`oom_protection = false`) are not part of it.
//!
//! ```standalone_crate
//! use memokit::memory;
//!
//! memory::set_limit(64 << 20);
//! let cache: memokit::Cache<u64, [u8; 1024]> =
//!     memokit::Cache::builder().maxsize(None).build();
//! (0..100_000).for_each(|n| cache.insert(n, [0; 1024]));
//! assert!(memory::used() <= memory::limit());
//! assert!(cache.len() > 10_000, "there is room for that much");
//! ```

mod account;
mod budget;
mod container;
mod exceeded;
mod governor;
mod level;
mod limit;
mod lookout;
mod median;
mod pages;
mod pressure;
mod relief;
mod reservation;
mod roster;
mod rss;
mod shed;
mod told;
#[cfg_attr(
    not(all(target_os = "linux", not(miri), not(shuttle))),
    path = "memory/unwatched.rs"
)]
mod watch;

pub use budget::MemoryBudget;
pub use exceeded::MemoryLimitExceeded;
pub use level::Pressure;
pub use pressure::on_pressure;
pub use reservation::Reservation;

pub(crate) use account::{Account, GLOBAL};
pub(crate) use limit::{VARIABLE, parse::presentable};
pub(crate) use lookout::LOOKOUT;
pub(crate) use relief::{Known, LOOKS, Offer, draw, find_room_for};
pub(crate) use told::Told;

use std::fmt;
use std::fmt::Write as _;

use exceeded::in_memory;
use level::percent;
use pressure::look;
use relief::make_room_for;

/// Bytes that all caches and reservations may take together, from now on. Caches that hold more give
/// way at once, those of this thread at least; a limit of 0 keeps everything out.
///
/// ```standalone_crate
/// memokit::memory::set_limit(1 << 30);
/// assert_eq!(memokit::memory::limit(), 1 << 30);
/// ```
pub fn set_limit(bytes: usize) {
    GLOBAL.change_limit(bytes);
}

/// Bytes that all caches and reservations may take together; `usize::MAX` where nothing is known
/// that would limit them.
#[must_use]
pub fn limit() -> usize {
    in_memory(GLOBAL.limit())
}

/// Bytes that all caches hold, and that are reserved.
///
/// ```standalone_crate
/// use memokit::memory;
///
/// let before = memory::used();
/// let _room = memory::try_reserve(1_000)?;
/// assert!(memory::used() >= before + 1_000);
/// # Ok::<(), memory::MemoryLimitExceeded>(())
/// ```
#[must_use]
pub fn used() -> usize {
    in_memory(GLOBAL.used_now())
}

/// Bytes that are left.
///
/// ```standalone_crate
/// use memokit::memory;
/// assert!(memory::available() <= memory::limit());
/// ```
#[must_use]
pub fn available() -> usize {
    GLOBAL.available()
}

/// How much of the limit is used, in percent: 100 of a limit of 0, which has no room. It is more than 100
/// where more is held than a limit that was set since.
///
/// ```standalone_crate
/// assert!(memokit::memory::usage_percent() <= 100.0);
/// ```
#[must_use]
pub fn usage_percent() -> f64 {
    percent(GLOBAL.used_now(), GLOBAL.limit())
}

/// How scarce memory is.
///
/// ```standalone_crate
/// use memokit::memory::{self, Pressure};
///
/// memory::set_limit(1 << 30);
/// assert_eq!(memory::pressure(), Pressure::Low);
/// ```
#[must_use]
pub fn pressure() -> Pressure {
    look(&GLOBAL)
}

/// Whether so many bytes are left: a question before a piece of work. Nothing is taken.
///
/// # Errors
/// When they are not.
///
/// ```standalone_crate
/// use memokit::memory;
///
/// memory::set_limit(1 << 30);
/// assert!(memory::check(1 << 20).is_ok());
/// assert!(memory::check(2 << 30).is_err());
/// ```
pub fn check(bytes: usize) -> Result<(), MemoryLimitExceeded> {
    GLOBAL.check(bytes)
}

/// Takes room in the budget, for what a program holds beside its caches. Caches give way, if they hold
/// what is missing.
///
/// # Errors
/// When there is not so much.
///
/// ```standalone_crate
/// use memokit::memory;
///
/// let room = memory::try_reserve(1 << 20)?;
/// let buffer: Vec<u8> = Vec::with_capacity(room.bytes());
/// # drop(buffer);
/// # Ok::<(), memory::MemoryLimitExceeded>(())
/// ```
pub fn try_reserve(bytes: usize) -> Result<Reservation, MemoryLimitExceeded> {
    Reservation::new(&GLOBAL, bytes)
}

/// The budget as a table that a person can read, with the caches that hold most.
///
/// ```standalone_crate
/// let report = memokit::memory::report();
/// assert!(report.contains("limit"));
/// ```
#[must_use]
pub fn report() -> String {
    let mut text = GLOBAL.report("memory");
    tell_of_system(&mut text);
    text
}

/// What the system says of the process, as far as it says anything.
fn tell_of_system(text: &mut String) {
    // Nothing is written to but a string, here too.
    if let Some(resident) = rss::resident_bytes() {
        let _ = write!(text, "\nprocess: {resident} bytes resident");
    }
    let container = container::Container::of_this_process();
    if let Some(room) = container.fullest() {
        let used = room.used.map_or("?".to_owned(), |used| used.to_string());
        let _ = write!(text, "\ncontainer: {used} of {} bytes used", room.limit);
    }
    if let Some(stalls) = container.stalls() {
        let _ = write!(
            text,
            "\nwaiting for memory: {:.1} % of the last ten seconds, {:.1} % all tasks",
            stalls.some, stalls.full
        );
    }
}

/// The caches of a budget that hold something, those that hold most first.
fn consumers(account: &'static Account) -> Vec<(String, u64)> {
    let caches = account.roster.caches(account);
    let mut consumers: Vec<(String, u64)> = caches
        .map(|cache| (cache.common().name().to_owned(), cache.held().bytes))
        .filter(|(_, bytes)| *bytes > 0)
        .collect();
    consumers.sort_by(|(name, bytes), (other, others)| others.cmp(bytes).then(name.cmp(other)));
    consumers
}

/// Removes what is worth least until so much more has room, as far as that can be done.
fn make_room(account: &'static Account, bytes: u64) {
    for account in account.line() {
        while !account.has_room_for(bytes) && make_room_step(account, bytes) {}
    }
}

/// Whether something was removed.
fn make_room_step(account: &'static Account, bytes: u64) -> bool {
    let before = account.used_now();
    make_room_for(account, bytes, f64::INFINITY);
    account.used_now() < before
}

/// What is wrong with the limit that the environment asks for, if it was read.
pub(crate) fn fault_of_environment() -> Option<String> {
    account::FAULT.get().map(ToString::to_string)
}

/// Says what is wrong with the environment, once, where a person may see it.
pub(crate) fn tell(problem: &dyn fmt::Display) {
    eprintln!("memokit: {problem}");
}
