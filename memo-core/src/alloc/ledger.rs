//! What the whole program has allocated, as far as its threads have told.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// All loads and stores are `Relaxed`: these are numbers about memory, not keys to it. Nobody reads
/// other memory because of what they say, and each changes by single atomic operations.
const COUNT: Ordering = Ordering::Relaxed;

/// What `set_limit` takes for no limit.
const UNLIMITED: i64 = i64::MAX;

/// Counters of one kind of allocator. Threads write to them rarely, see `account`.
#[derive(Debug)]
pub(super) struct Ledger {
    /// Set once. Apart from the counters, as it is read by all threads all the time.
    used: AtomicBool,
    totals: Totals,
}

/// Written together, and on cache lines of their own, also where lines are fetched in pairs.
#[derive(Debug)]
#[repr(align(128))]
struct Totals {
    /// May be negative for a moment: what one thread has freed another may not have told of yet.
    bytes: AtomicI64,
    peak: AtomicI64,
    allocations: AtomicU64,
    limit: AtomicI64,
}

impl Ledger {
    pub(super) const fn new() -> Self {
        Self {
            used: AtomicBool::new(false),
            totals: Totals {
                bytes: AtomicI64::new(0),
                peak: AtomicI64::new(0),
                allocations: AtomicU64::new(0),
                limit: AtomicI64::new(UNLIMITED),
            },
        }
    }

    pub(super) fn is_used(&self) -> bool {
        self.used.load(COUNT)
    }

    pub(super) fn note_use(&self) {
        if !self.is_used() {
            self.used.store(true, COUNT);
        }
    }

    /// Adds what is allocated already, or takes away if it is negative.
    pub(super) fn add(&self, bytes: i64) {
        let before = self.totals.bytes.fetch_add(bytes, COUNT);
        self.note_peak(before.wrapping_add(bytes));
    }

    /// Adds what is about to be allocated; `false` if that would go beyond the limit. Taking away
    /// always succeeds.
    pub(super) fn try_add(&self, bytes: i64) -> bool {
        if bytes <= 0 {
            self.add(bytes);
            return true;
        }
        let limit = self.totals.limit.load(COUNT);
        let fits = |total: i64| {
            let total = total.checked_add(bytes)?;
            (total <= limit).then_some(total)
        };
        let Ok(before) = self.totals.bytes.fetch_update(COUNT, COUNT, fits) else {
            return false;
        };
        self.note_peak(before.wrapping_add(bytes));
        true
    }

    fn note_peak(&self, bytes: i64) {
        // A load first: most of the time there is nothing to write.
        if bytes > self.totals.peak.load(COUNT) {
            self.totals.peak.fetch_max(bytes, COUNT);
        }
    }

    /// Adds, modulo 2^64: what was counted too early is taken back as its negative.
    pub(super) fn add_allocations(&self, count: u64) {
        if count != 0 {
            self.totals.allocations.fetch_add(count, COUNT);
        }
    }

    pub(super) fn bytes(&self) -> i64 {
        self.totals.bytes.load(COUNT)
    }

    pub(super) fn peak(&self) -> i64 {
        self.totals.peak.load(COUNT)
    }

    pub(super) fn allocations(&self) -> u64 {
        self.totals.allocations.load(COUNT)
    }

    pub(super) fn set_limit(&self, bytes: usize) {
        let limit = i64::try_from(bytes).unwrap_or(UNLIMITED);
        self.totals.limit.store(limit, COUNT);
    }

    pub(super) fn limit(&self) -> usize {
        match self.totals.limit.load(COUNT) {
            UNLIMITED => usize::MAX,
            limit => usize::try_from(limit).unwrap_or(usize::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_exact_and_nothing_overflows() {
        let ledger = Ledger::new();
        assert_eq!(ledger.limit(), usize::MAX);
        assert!(ledger.try_add(i64::MAX) && !ledger.try_add(1));
        ledger.add(-i64::MAX);

        ledger.set_limit(100);
        assert!(ledger.try_add(99) && !ledger.try_add(2) && ledger.try_add(1));
        ledger.set_limit(0);
        assert_eq!(ledger.limit(), 0);
        assert!(!ledger.try_add(1) && ledger.try_add(0) && ledger.try_add(-100));
        assert_eq!((ledger.bytes(), ledger.peak()), (0, i64::MAX));
    }

    #[test]
    fn the_peak_is_the_highest_total() {
        let ledger = Ledger::new();
        for bytes in [-10, 30, -5, 20, -35] {
            ledger.add(bytes);
        }
        assert_eq!((ledger.bytes(), ledger.peak()), (0, 35));
    }
}
