#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[doc(inline)]
pub use memo_core::{Answer, Trace, TracedCall, bypass, is_enabled, read_only, set_enabled, trace};
#[doc(inline)]
pub use memo_core::{
    Bare, BorrowKey, Cache, CacheBuilder, CacheHandle, CacheInfo, CacheParameters, Clock,
    EntryInfo, Memo, Protected, Protection, RemovalCause, Removals, Scope, caches, clear_all,
    clear_matching, clear_tag, evict_expired, report, testing,
};
#[cfg(feature = "async")]
#[doc(inline)]
pub use memo_core::{bypass_async, read_only_async, trace_async};
#[cfg(feature = "macros")]
pub use memo_macros::memoize;

/// What expansions of `#[memoize]` may call. Not for anything else: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use memo_core::__private::*;
}
