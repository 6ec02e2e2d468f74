//! Guides: what can be memoized, shape by shape, and how calls are steered.

#[doc = include_str!("../docs/functions.md")]
pub mod functions {}

#[doc = include_str!("../docs/methods.md")]
pub mod methods {}

#[cfg(feature = "async")]
#[doc = include_str!("../docs/tasks.md")]
pub mod tasks {}

#[doc = include_str!("../docs/invalidation.md")]
pub mod invalidation {}

#[doc = include_str!("../docs/policies.md")]
pub mod policies {}

#[doc = include_str!("../docs/eviction-and-memory.md")]
pub mod eviction_and_memory {}

#[doc = include_str!("../docs/freshness.md")]
pub mod freshness {}
#[cfg(feature = "serde")]
#[doc = include_str!("../docs/warm-start.md")]
pub mod warm_start {}

#[doc = include_str!("../docs/closures.md")]
pub mod closures {}

#[doc = include_str!("../docs/scopes.md")]
pub mod scopes {}

#[doc = include_str!("../docs/services.md")]
pub mod services {}
#[doc = include_str!("../docs/observing.md")]
pub mod observing {}
