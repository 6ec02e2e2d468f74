//! Room that is taken before it is used.

use super::account::Account;
use super::exceeded::{MemoryLimitExceeded, in_memory};

/// Room in the budget, given back when this is dropped.
///
/// For what a program holds beside its caches: a large buffer, a batch that is being processed.
///
/// ```standalone_crate
/// use memokit::memory;
///
/// let mut buffer = memory::try_reserve(1 << 20)?;
/// assert!(memory::used() >= 1 << 20);
/// buffer.grow(1 << 10)?;
/// buffer.shrink(1 << 20);
/// assert_eq!(buffer.bytes(), 1 << 10);
/// # Ok::<(), memokit::memory::MemoryLimitExceeded>(())
/// ```
#[derive(Debug)]
#[must_use = "the room is given back when this is dropped"]
pub struct Reservation {
    account: &'static Account,
    bytes: u64,
}

impl Reservation {
    pub(super) fn new(
        account: &'static Account,
        bytes: usize,
    ) -> Result<Self, MemoryLimitExceeded> {
        let mut reservation = Self { account, bytes: 0 };
        reservation.grow(bytes)?;
        Ok(reservation)
    }

    /// How many bytes are reserved.
    ///
    /// ```standalone_crate
    /// assert_eq!(memokit::memory::try_reserve(10)?.bytes(), 10);
    /// # Ok::<(), memokit::memory::MemoryLimitExceeded>(())
    /// ```
    #[must_use]
    pub fn bytes(&self) -> usize {
        in_memory(self.bytes)
    }

    /// Reserves more. Caches give way, if they hold what is missing.
    ///
    /// # Errors
    /// When there is not so much; what was reserved before stays so.
    pub fn grow(&mut self, bytes: usize) -> Result<(), MemoryLimitExceeded> {
        let bytes = bytes as u64;
        // What would not be there if they held nothing costs caches nothing.
        if self.account.could_hold(bytes) {
            super::make_room(self.account, bytes);
        }
        self.account.reserve(bytes)?;
        self.bytes += bytes;
        self.look();
        Ok(())
    }

    /// Gives a part back; all of it, if that is less than `bytes`.
    pub fn shrink(&mut self, bytes: usize) {
        let given = self.bytes.min(bytes as u64);
        self.bytes -= given;
        self.account.release(given);
        self.look();
    }

    fn look(&self) {
        for account in self.account.line() {
            super::look(account);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.account.release(self.bytes);
        // Callbacks do not run here: the drop may be part of an unwinding.
    }
}
