//! Room that is taken before it is used.

use super::account::GLOBAL;
use super::exceeded::{MemoryLimitExceeded, in_memory};
use super::used_bytes;

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
    bytes: u64,
}

impl Reservation {
    pub(super) fn new(bytes: usize) -> Result<Self, MemoryLimitExceeded> {
        let mut reservation = Self { bytes: 0 };
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
        super::make_room(bytes);
        GLOBAL.reserve(bytes, used_bytes())?;
        self.bytes += bytes;
        super::look();
        Ok(())
    }

    /// Gives a part back; all of it, if that is less than `bytes`.
    pub fn shrink(&mut self, bytes: usize) {
        let given = self.bytes.min(bytes as u64);
        self.bytes -= given;
        GLOBAL.release(given);
        super::look();
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        GLOBAL.release(self.bytes);
        // Callbacks do not run here: the drop may be part of an unwinding.
    }
}
