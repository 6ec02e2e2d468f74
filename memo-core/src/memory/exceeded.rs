//! The error of a budget that has no room.

use std::fmt;

use super::account::Account;
use super::consumers;

/// There is not so much memory left in the budget.
///
/// Displayed, it names the caches that hold most.
///
/// ```standalone_crate
/// use memokit::memory;
///
/// let exceeded = memory::check(usize::MAX).unwrap_err();
/// assert_eq!(exceeded.requested, usize::MAX);
/// assert_eq!(exceeded.limit, memory::limit());
/// assert!(exceeded.to_string().starts_with("memory limit exceeded"));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct MemoryLimitExceeded {
    /// Bytes that were asked for.
    pub requested: usize,
    /// Bytes that caches and reservations may take together.
    pub limit: usize,
    /// Bytes that they take.
    pub used: usize,
    /// Bytes that were left.
    pub available: usize,
    /// The caches that hold most, with their bytes.
    consumers: Vec<(String, u64)>,
}

/// So many caches are named.
const NAMED: usize = 3;

impl MemoryLimitExceeded {
    #[cold]
    pub(super) fn new(account: &'static Account, requested: u64, limit: u64, used: u64) -> Self {
        let mut consumers = consumers(account);
        consumers.truncate(NAMED);
        Self {
            requested: in_memory(requested),
            limit: in_memory(limit),
            used: in_memory(used),
            available: in_memory(limit.saturating_sub(used)),
            consumers,
        }
    }
}

/// A number of bytes as memory is measured here: what is more than can be addressed is all of it.
pub(super) fn in_memory(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

impl fmt::Display for MemoryLimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            requested,
            limit,
            used,
            available,
            ..
        } = self;
        write!(
            f,
            "memory limit exceeded: {requested} bytes requested, {available} available \
             ({used} of {limit} used"
        )?;
        for (place, (name, bytes)) in self.consumers.iter().enumerate() {
            let before = if place == 0 { "; most by" } else { "," };
            write!(f, "{before} `{name}`: {bytes}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for MemoryLimitExceeded {}
