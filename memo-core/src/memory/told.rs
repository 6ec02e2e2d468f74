//! What a table tells of how large it is.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::account::Account;

/// What one table has told of itself. When it goes, so does what it held.
#[derive(Debug)]
pub(crate) struct Told {
    account: Option<&'static Account>,
    entries: AtomicUsize,
    bytes: AtomicU64,
    /// What of it is in the account.
    counted: AtomicU64,
}

impl Told {
    /// `account` is `None` for a table that has no limits.
    pub(crate) fn new(account: Option<&'static Account>) -> Self {
        for account in account.iter().flat_map(|account| account.line()) {
            account.count_table(true);
        }
        Self {
            account,
            entries: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            counted: AtomicU64::new(0),
        }
    }

    /// Under the table's lock: how large it is now.
    #[inline]
    pub(crate) fn tell(&self, entries: usize, bytes: u64) {
        if bytes == self.bytes.load(Ordering::Relaxed) {
            return;
        }
        let Some(account) = self.account else { return };
        self.entries.store(entries, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
        let counted = self.counted.load(Ordering::Relaxed);
        if bytes.abs_diff(counted) >= account.grain() || bytes == 0 {
            self.counted.store(bytes, Ordering::Relaxed);
            account
                .line()
                .for_each(|account| account.count(counted, bytes));
        }
    }

    pub(crate) fn entries(&self) -> usize {
        self.entries.load(Ordering::Relaxed)
    }

    /// What it holds.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let counted = self.counted.load(Ordering::Relaxed);
        for account in self.account.iter().flat_map(|account| account.line()) {
            account.count(counted, 0);
            account.count_table(false);
        }
    }
}
