//! Allocators that count what a program allocates, and limit it.
//!
//! [`Tracking`] counts, [`Limited`] counts and refuses what would go beyond a limit. Each wraps any
//! other allocator, and is installed as the program's own:
//!
//! ```
//! use memokit::alloc::{self, Tracking};
//!
//! #[global_allocator]
//! static ALLOCATOR: Tracking = Tracking::system();
//!
//! let before = alloc::thread_allocated();
//! let text = "a".repeat(100);
//! # if cfg!(all(target_os = "linux", target_env = "gnu")) {
//! // What glibc takes for 100 bytes.
//! assert_eq!(alloc::thread_allocated() - before, 112);
//! # }
//! assert!(alloc::is_tracking() && alloc::allocated_bytes() >= text.len());
//! ```
//!
//! # How exact the figures are
//!
//! A thread counts for itself, which costs a nanosecond, and tells the program's counters when it
//! has allocated or freed 64 KiB more, after 1,024 allocations, and when it ends. So
//!
//! - what a thread asks about itself ([`thread_allocated`]) is exact at any moment;
//! - figures of the whole program include all of the calling thread, and are off by at most 64 KiB
//!   and 1,024 allocations for each *other* thread that is running. What threads have counted that
//!   ended is never lost;
//! - a limit is never exceeded: with [`Limited`] threads take room in advance. It may refuse a little
//!   early, by at most 128 KiB for each other thread that is running, and its own figures may be
//!   higher than the truth by as much, never lower.
//!
//! That a thread ends is known on Linux. Elsewhere each allocation, and each time one is freed, is an
//! atomic addition to the program's counters: figures are exact at once, and cost several nanoseconds,
//! more where many threads allocate.
//!
//! Bytes are those that the allocator hands out, as far as its [`Rounding`] tells. Memory that it
//! keeps for later is not among them, nor is what it loses between blocks.
//!
//! Counting allocates nothing, takes no lock, calls no code of the program and never panics. It
//! works in destructors of thread-locals and when a thread is past them.

mod account;
mod end;
mod ledger;
mod limited;
mod rounding;
#[cfg(test)]
mod tests;
mod tracking;

use account::{Book, Limits, Tracked};
pub use limited::Limited;
pub use rounding::Rounding;
pub use tracking::Tracking;

/// Whether [`Tracking`] or [`Limited`] counts for this program: one of them has seen an allocation.
///
/// What the other functions say means something from then on. Before `main` a program has allocated
/// already.
///
/// ```
/// // No allocator that counts is installed here.
/// assert!(!memokit::alloc::is_tracking());
/// assert_eq!(memokit::alloc::allocated_bytes(), 0);
/// ```
pub fn is_tracking() -> bool {
    Tracked::ledger().is_used() || Limits::ledger().is_used()
}

/// The bytes that are allocated now, in the whole program.
///
/// All figures are those of [`Tracking`], or if that isn't installed, those of [`Limited`].
///
/// ```
/// use memokit::alloc::{self, Tracking};
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking = Tracking::system();
///
/// let before = alloc::allocated_bytes();
/// let list = vec![0_u8; 1 << 20];
/// assert!(alloc::allocated_bytes() >= before + list.len());
/// ```
pub fn allocated_bytes() -> usize {
    if Tracked::ledger().is_used() {
        account::allocated_bytes::<Tracked>()
    } else {
        account::allocated_bytes::<Limits>()
    }
}

/// The most bytes that were allocated at one time.
///
/// Threads tell the program what they have allocated in steps: a peak that is over before it is told
/// is missed by up to 64 KiB for each running thread, the calling one included. That of [`Limited`]
/// has the room that threads had taken in advance, up to 128 KiB for each, and misses nothing.
///
/// ```
/// use memokit::alloc::{self, Tracking};
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking = Tracking::system();
///
/// drop(vec![0_u8; 1 << 20]);
/// assert!(alloc::peak_bytes() >= 1 << 20 && alloc::allocated_bytes() < 1 << 20);
/// ```
pub fn peak_bytes() -> usize {
    if Tracked::ledger().is_used() {
        account::peak_bytes::<Tracked>()
    } else {
        account::peak_bytes::<Limits>()
    }
}

/// How many blocks were allocated so far, freed ones included. A block that grows or shrinks counts
/// again.
///
/// ```
/// use memokit::alloc::{self, Tracking};
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking = Tracking::system();
///
/// let before = alloc::allocations();
/// let _list = Vec::<u8>::with_capacity(10);
/// assert!(alloc::allocations() > before);
/// ```
pub fn allocations() -> u64 {
    if Tracked::ledger().is_used() {
        account::allocations::<Tracked>()
    } else {
        account::allocations::<Limits>()
    }
}

/// The bytes that the calling thread has allocated, less those that it has freed.
///
/// It is negative where a thread frees what others have allocated. Differences tell what a piece of
/// code keeps; take them by `wrapping_sub`.
///
/// ```
/// use memokit::alloc::{self, Tracking};
///
/// #[global_allocator]
/// static ALLOCATOR: Tracking = Tracking::system();
///
/// let names = vec!["Ada".to_owned(), "Grace".to_owned()];
/// let before = alloc::thread_allocated();
/// let copy = names.clone();
/// let size_of_the_copy = alloc::thread_allocated().wrapping_sub(before);
/// drop(copy);
/// assert!(size_of_the_copy > 0 && alloc::thread_allocated() == before);
/// ```
#[inline]
pub fn thread_allocated() -> i64 {
    if Tracked::ledger().is_used() {
        account::thread_allocated::<Tracked>()
    } else {
        account::thread_allocated::<Limits>()
    }
}

/// Sets the limit of [`Limited`], for the whole program: more than so many bytes are not allocated.
/// `usize::MAX` is no limit, which is how a program begins.
///
/// A limit below what is allocated already takes nothing away: allocations are refused until enough
/// has been freed. Without [`Limited`] nobody looks at the limit.
///
/// ```
/// use memokit::alloc::{self, Limited};
///
/// #[global_allocator]
/// static ALLOCATOR: Limited = Limited::system();
///
/// alloc::set_limit(64 << 20);
/// assert!(Vec::<u8>::new().try_reserve(65 << 20).is_err());
/// assert!(Vec::<u8>::new().try_reserve(32 << 20).is_ok());
/// ```
pub fn set_limit(bytes: usize) {
    Limits::ledger().set_limit(bytes);
}

/// The limit of [`Limited`]; `usize::MAX` is none.
///
/// ```
/// use memokit::alloc;
///
/// assert_eq!(alloc::limit(), usize::MAX);
/// alloc::set_limit(1 << 30);
/// assert_eq!(alloc::limit(), 1 << 30);
/// ```
pub fn limit() -> usize {
    Limits::ledger().limit()
}
