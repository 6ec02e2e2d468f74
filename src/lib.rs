#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(feature = "macros")]
pub mod guide;

#[cfg(feature = "get-size")]
#[doc(inline)]
pub use memo_core::get_size;
#[cfg(feature = "serde")]
#[doc(inline)]
pub use memo_core::snapshot;
#[doc(inline)]
pub use memo_core::{
    Advice, AdviceKind, Answer, Argument, Arguments, Balanced, Bare, BorrowKey, Cache,
    CacheBuilder, CacheHandle, CacheInfo, CacheParameters, Clock, ConfigureError, EntryInfo, Event,
    EvictionPolicy, Memo, Memoizable, Memoized, Protected, Protection, RemovalCause, Removals,
    Scope, SizeSource, Trace, TracedCall, Warmed, advice, alloc, bypass, caches, clear_all,
    clear_matching, clear_tag, configure, evict_expired, invalidate_matching, is_enabled,
    memoize_fn, memoize_rec, memory, not_modified, policy, read_only, report, run_maintenance,
    set_enabled, set_maintenance_thread, tag, testing, trace,
};
#[cfg(feature = "async")]
#[doc(inline)]
pub use memo_core::{
    BackgroundFuture, TimedOut, Timers, bypass_async, read_only_async, set_spawner, trace_async,
};
#[cfg(feature = "macros")]
pub use memo_macros::{invalidates, memoize};

/// What expansions of `#[memoize]` may call. Not for anything else: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use memo_core::__private::*;
}
