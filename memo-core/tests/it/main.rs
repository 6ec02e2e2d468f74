//! Behaviour of the runtime through its public interface.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

#[path = "../support/canary.rs"]
mod canary;
mod support;

mod advisor;
mod auto_traits;
mod balanced;
mod collisions;
mod configure;
mod conformance;
mod events;
mod expiry;
mod expiry_model;
mod forgetting;
mod function;
mod in_place;
mod invalidation;
mod limits;
mod listener;
mod lru_model;
mod matching;
mod panics;
mod policy;
mod reading;
mod recursion;
mod reentry;
mod registry;
mod scope;
mod seeing;
mod singleflight;
mod stats;
mod tags;
mod weigher;
