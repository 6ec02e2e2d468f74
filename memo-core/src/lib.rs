//! The runtime of [memokit](https://docs.rs/memokit): stores, the engine with its single flight,
//! statistics, and the registry of all caches.
//!
//! Depend on `memokit`; this crate is for those who extend it.
#![deny(unsafe_code)]

pub mod alloc;

mod background;
mod builder;
mod cache;
mod call;
mod engine;
mod function;

mod accounting;
mod expiry;
pub mod memory;
mod nesting;
mod pin;
pub mod policy;
mod protection;
mod recency;
mod sharing;
mod singleflight;
mod store;
mod waiter;

mod key;
mod outcome;
mod previous;
mod scope;

mod advisor;
mod clock;
mod common;
mod config;
mod event;
mod settings;
mod stats;
mod tags;
mod telemetry;
#[cfg(feature = "async")]
mod timed_out;
#[cfg(feature = "async")]
mod timer;
mod timing;
mod writing;

mod configure;
mod glob;
mod handle;
mod handle_macro;
mod isolation;
mod maintenance;
mod memo;
mod registry;
mod report;
mod site;
#[cfg(feature = "serde")]
pub mod snapshot;
mod warm;

mod sync;

pub use accounting::SizeSource;
#[cfg(feature = "get-size")]
pub use accounting::get_size;
pub use advisor::{Advice, AdviceKind, advice};
#[cfg(feature = "async")]
pub use background::{BackgroundFuture, set_spawner};
pub use builder::CacheBuilder;
pub use cache::Cache;
pub use clock::Clock;
pub use configure::{ConfigureError, configure};
pub use engine::EntryInfo;
pub use event::{Event, RemovalCause};
pub use function::{Argument, Arguments, Memoizable, Memoized, memoize_fn, memoize_rec};
pub use handle::CacheHandle;
pub use key::BorrowKey;
pub use maintenance::{run_maintenance, set_maintenance_thread};
pub use memo::Memo;
pub use policy::EvictionPolicy;
pub use previous::not_modified;
pub use protection::{Balanced, Bare, Protected, Protection};
pub use registry::{
    caches, clear_all, clear_matching, clear_tag, evict_expired, invalidate_matching,
};
pub use report::report;
pub use scope::{Answer, Trace, TracedCall, bypass, is_enabled, read_only, set_enabled, trace};
#[cfg(feature = "async")]
pub use scope::{bypass_async, read_only_async, trace_async};
pub use settings::{CacheParameters, Scope};
pub use stats::{CacheInfo, Removals};
pub use tags::tag;
#[cfg(feature = "async")]
pub use timed_out::TimedOut;
#[cfg(feature = "async")]
pub use timer::Timers;
pub use warm::Warmed;

/// Aids for tests of programs that use caches.
pub mod testing {
    pub use crate::clock::MockClock;
    pub use crate::isolation::{Isolation, isolate};
    #[cfg(shuttle)]
    #[doc(hidden)]
    pub use crate::sync::{join_jobs, with_each_access};
    #[cfg(shuttle)]
    #[doc(hidden)]
    pub use crate::tags::clear_entries;
}

/// What expansions of `#[memoize]` may call. Not for anything else: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::__handle as handle;
    pub use crate::__plain_handle as plain_handle;
    pub use crate::__sized as sized;
    pub use crate::__stored_key as stored_key;
    #[cfg(feature = "get-size")]
    pub use crate::accounting::SizeProbe;
    pub use crate::call::{
        Again, Ask, Batch, Begin, BeginOrRenew, Bulk, BulkOutput, BulkOutputFor, Contains, Hit,
        InBulk, Inspect, Invalidate, Lead, Lookup, Peek, Prime, Query, Refer, Rules, See,
        Supersede, ToDo,
    };
    #[cfg(feature = "async")]
    pub use crate::call::{
        BeginAsync, BeginOrRenewAsync, BeginOrRenewTimed, BeginTimed, Leading, SupersedeAsync,
        SupersedeTimed, TaskLead, TimedLead, TimedLeading, TimedTurn, Turn, Within,
    };
    pub use crate::config::Config;
    pub use crate::handle::{
        ByRef, ByValue, CacheHandle, Function, Handle, Plain, Types, by_value,
    };
    pub use crate::key::{DisplayProbe, DisplayTypeProbe, Opt, global, local};
    pub use crate::outcome::{FailureProbe, MissingFailure};
    pub use crate::policy::EvictionPolicy;
    pub use crate::previous::of as previous;
    pub use crate::protection::{Balanced, Bare, Choice, Choose, Leak, Protected};
    pub use crate::registry::clear_tag;
    pub use crate::site::{
        Described, EachObject, EachThread, GlobalSite, Instance, LocalSlot, ObjectSite, Shared,
        Site, ThreadSite,
    };
    #[cfg(feature = "serde")]
    pub use crate::snapshot::stored;
    #[cfg(feature = "async")]
    pub use crate::timed_out::{MissingTimeout, TimeoutProbe};
    pub use crate::writing::{AlwaysSucceeds, Succeeded, future_of, noted, run};
    pub use std::string::String;
    pub use std::vec::Vec;
}
