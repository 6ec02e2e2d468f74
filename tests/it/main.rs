//! Behaviour of `#[memoize]` as users see it.
#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::ref_option,
    clippy::ptr_arg,
    clippy::boxed_local,
    clippy::too_many_arguments,
    clippy::disallowed_types,
    reason = "signatures of every kind are what is tested"
)]

mod alloc;
mod args;
mod attributes;
mod configure;
mod edges;
mod freshness;
#[cfg(feature = "get-size")]
mod get_size;
mod handle;
mod invalidates;
mod isolation;
mod keys;
mod leak;
mod options;
mod outcome;
mod patterns;
mod plain;
mod previous;
mod program;
mod recursion;
mod renewal;
#[cfg(feature = "async")]
mod renewal_model;
mod scope;
mod sharing;
mod support;
mod texts;
mod thread_scope;
mod warm;
mod weak;
mod weigher;
mod with;
