//! Memoized functions of every shape that people write, in use.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

#[path = "tasks/executor.rs"]
mod executor;
mod support;

mod attributes;
mod blocks;
mod blocks_traits;
mod bulk;
mod generics;
mod generics_apart;
mod generics_bounds;
mod generics_impl;
mod generics_options;
mod generics_types;
mod instrumented;
mod isolation;
mod lints;
mod macros;
mod memo;
mod methods;
mod names;
mod places;
mod receivers;
mod scope;
mod signatures;
mod tasks;
mod traits;
mod traits_foreign;
mod weigher;
