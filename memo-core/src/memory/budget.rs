//! Budgets of some caches, as parts of the program's.

use super::account::Account;
use super::exceeded::{MemoryLimitExceeded, in_memory};
use super::level::{Pressure, percent};
use super::reservation::Reservation;
use super::{consumers, look, make_room};

/// A memory budget for some caches, as a part of the [program's](crate::memory).
///
/// It is a `static`, named by `#[memoize(budget = IMAGES)]` or
/// [`CacheBuilder::budget`](crate::CacheBuilder::budget). What its caches hold together stays within its
/// limit: they give way to each other, by the same rule as all caches do. The program's limit holds
/// beside it; what is in this budget is in that one, too.
///
/// ```standalone_crate
/// use memokit::memory::{self, MemoryBudget};
/// use memokit::memoize;
///
/// static IMAGES: MemoryBudget = MemoryBudget::new(1 << 20);
///
/// #[memoize(maxsize = None, budget = IMAGES)]
/// fn thumbnail(id: u32) -> Vec<u8> { vec![id as u8; 5_000] }
///
/// #[memoize(maxsize = None, budget = IMAGES)]
/// fn histogram(id: u32) -> [u32; 256] { [id; 256] }
///
/// for id in 0..1_000 {
///     thumbnail(id);
///     histogram(id);
/// }
/// assert!(IMAGES.used() <= IMAGES.limit());
/// assert!(memory::used() >= IMAGES.used());
/// println!("{}", IMAGES.report());
/// ```
#[derive(Debug)]
pub struct MemoryBudget {
    account: Account,
}

impl MemoryBudget {
    /// A budget of so many bytes. With 0, nothing is stored.
    #[must_use]
    pub const fn new(bytes: usize) -> Self {
        Self {
            account: Account::part(bytes as u64),
        }
    }

    pub(crate) const fn account(&'static self) -> &'static Account {
        &self.account
    }

    /// From now on its caches and reservations may take so many bytes. Caches that hold more give way at once,
    /// those of this thread at least.
    pub fn set_limit(&'static self, bytes: usize) {
        self.account.change_limit(bytes);
    }

    /// Bytes that its caches and reservations may take together.
    #[must_use]
    pub fn limit(&'static self) -> usize {
        in_memory(self.account.limit())
    }

    /// Bytes that its caches hold, and that are reserved in it.
    #[must_use]
    pub fn used(&'static self) -> usize {
        in_memory(self.account.used_now())
    }

    /// Bytes that are left in it, and in the program's budget.
    #[must_use]
    pub fn available(&'static self) -> usize {
        self.account.available()
    }

    /// How much of the limit is used, in percent: 100 of a limit of 0, which has no room.
    #[must_use]
    pub fn usage_percent(&'static self) -> f64 {
        percent(self.account.used_now(), self.account.limit())
    }

    /// How scarce memory is in it.
    #[must_use]
    pub fn pressure(&'static self) -> Pressure {
        look(&self.account)
    }

    /// Whether so many bytes are left, in it and in the program's budget. Nothing is taken.
    ///
    /// # Errors
    /// When they are not.
    pub fn check(&'static self, bytes: usize) -> Result<(), MemoryLimitExceeded> {
        self.account.check(bytes)
    }

    /// Takes room in it, and with that in the program's budget. Caches give way, if they hold what is missing.
    ///
    /// # Errors
    /// When there is not so much.
    pub fn try_reserve(&'static self, bytes: usize) -> Result<Reservation, MemoryLimitExceeded> {
        Reservation::new(&self.account, bytes)
    }

    /// The budget as a table that a person can read, with those of its caches that hold most.
    #[must_use]
    pub fn report(&'static self) -> String {
        self.account.report("budget")
    }
}

impl Account {
    pub(super) fn change_limit(&'static self, bytes: usize) {
        self.set_limit(bytes as u64);
        make_room(self, 0);
        look(self);
    }

    pub(super) fn available(&'static self) -> usize {
        let left = self
            .line()
            .map(|account| account.limit().saturating_sub(account.used_now()));
        in_memory(left.min().unwrap_or(0))
    }

    pub(super) fn check(&'static self, bytes: usize) -> Result<(), MemoryLimitExceeded> {
        let bytes = bytes as u64;
        for account in self.line() {
            let (limit, used) = (account.limit(), account.used_now());
            if used.saturating_add(bytes) > limit {
                return Err(MemoryLimitExceeded::new(account, bytes, limit, used));
            }
        }
        Ok(())
    }

    pub(super) fn report(&'static self, what: &str) -> String {
        use std::fmt::Write;
        const NAMED: usize = 10;
        let (limit, reserved) = (self.limit(), self.reserved());
        // Each is asked once: caches change meanwhile, and the look below may run user code.
        let caches = consumers(self);
        let held = caches.iter().map(|(_, bytes)| *bytes);
        let used = held.fold(reserved, u64::saturating_add);
        let mut text = format!(
            "{what}: {used} bytes used ({:.1} % of the limit of {limit}), {} reserved, pressure {}",
            percent(used, limit),
            reserved,
            look(self),
        );
        for (name, bytes) in caches.iter().take(NAMED) {
            // Nothing is written to but a string.
            let _ = write!(text, "\n  {bytes:>14}  {name}");
        }
        text
    }
}
