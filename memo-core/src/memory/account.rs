//! What all caches hold together, against one limit.

use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

use super::exceeded::MemoryLimitExceeded;
use super::level::{Pressure, percent};
use super::limit::{VARIABLE, default_limit};
use super::{container, governor, tell};

/// The budget of the program. Each atomic is a number by itself, so all are relaxed: what is
/// reserved is taken by a read-modify-write, and what caches hold may be ahead of what is known of it
/// by [`Account::grain`] for each cache, for which a part of the limit is kept free.
#[derive(Debug)]
pub(crate) struct Account {
    /// Bytes that caches hold, as far as they have told.
    held: AtomicU64,
    reserved: AtomicU64,
    /// [`UNKNOWN`] until it is needed.
    limit: AtomicU64,
    /// As long as the container is short of memory, caches hold no more than this.
    cap: AtomicU64,
    /// By how much what a cache holds changes before it tells.
    grain: AtomicU64,
    caches: AtomicUsize,
    /// The level as of the last look.
    level: AtomicU8,
    /// As long as no more is held than this, nothing has to be asked: there is room, and the level was
    /// looked at. 0 makes the next one look.
    ceiling: AtomicU64,
}

const UNKNOWN: u64 = 0;
/// As a limit, 0 is one like any other.
const NOTHING: u64 = u64::MAX - 1;
const NO_LIMIT: u64 = u64::MAX;

/// One part in so many of the limit is for what caches have not told.
const SPARE: u64 = 32;
const FINEST: u64 = 64;
const COARSEST: u64 = 64 << 10;

pub(crate) static GLOBAL: Account = Account {
    held: AtomicU64::new(0),
    reserved: AtomicU64::new(0),
    limit: AtomicU64::new(UNKNOWN),
    cap: AtomicU64::new(NO_LIMIT),
    grain: AtomicU64::new(FINEST),
    caches: AtomicUsize::new(0),
    level: AtomicU8::new(Pressure::Low as u8),
    ceiling: AtomicU64::new(0),
};

impl Account {
    #[inline]
    pub(crate) fn limit(&self) -> u64 {
        match self.limit.load(Ordering::Relaxed) {
            UNKNOWN => self.ask_for_limit(),
            NOTHING => 0,
            limit => limit,
        }
    }

    /// What the environment or the system says.
    #[cold]
    fn ask_for_limit(&self) -> u64 {
        let system = container::Container::of_this_process();
        let environment = std::env::var_os(VARIABLE);
        let found = default_limit(environment.as_deref(), system.limit(), system.ram());
        if let Some(error) = &found.error {
            tell(error);
        }
        let limit = found.bytes.unwrap_or(NO_LIMIT);
        // One that was set meanwhile holds.
        let _ = self.limit.compare_exchange(
            UNKNOWN,
            stored(limit),
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        self.choose_grain();
        governor::start();
        self.limit()
    }

    pub(super) fn set_limit(&self, limit: u64) {
        self.limit.store(stored(limit), Ordering::Relaxed);
        self.lower_ceiling();
        self.choose_grain();
        governor::start();
    }

    /// At most so much for now, if that is less than the limit.
    pub(super) fn set_cap(&self, cap: Option<u64>) {
        self.cap.store(cap.unwrap_or(NO_LIMIT), Ordering::Relaxed);
        self.lower_ceiling();
        self.choose_grain();
    }

    /// Of all caches together, what is not told is less than half of the spare part.
    fn choose_grain(&self) {
        let caches = self.caches.load(Ordering::Relaxed).max(1) as u64;
        let grain = self.room() / (2 * SPARE * caches);
        self.grain
            .store(grain.clamp(FINEST, COARSEST), Ordering::Relaxed);
    }

    /// So many bytes are held or reserved, as far as is known.
    #[inline]
    pub(crate) fn used(&self) -> u64 {
        let held = self.held.load(Ordering::Relaxed);
        held.saturating_add(self.reserved.load(Ordering::Relaxed))
    }

    /// What may be held and reserved for now.
    pub(super) fn room(&self) -> u64 {
        self.limit().min(self.cap.load(Ordering::Relaxed))
    }

    /// Whether a cache may hold so much more.
    #[inline]
    pub(crate) fn has_room_for(&self, bytes: u64) -> bool {
        let limit = self.room();
        self.used().saturating_add(bytes) <= limit - limit / SPARE
    }

    /// Whether a cache may hold so much more, as far as that is known at once.
    #[inline]
    pub(crate) fn has_room_at_hand(&self, bytes: u64) -> bool {
        let held = self.held.load(Ordering::Relaxed);
        held.saturating_add(bytes) <= self.ceiling.load(Ordering::Relaxed)
    }

    /// Nobody has to look again before more is held, or something is reserved.
    pub(super) fn raise_ceiling(&self) {
        let room = self.room();
        let free = (room - room / SPARE).saturating_sub(self.reserved());
        // The level changes here and there: the next hundredth of the limit is to be looked at.
        let step = self.held.load(Ordering::Relaxed).saturating_add(room / 100);
        self.ceiling.store(free.min(step), Ordering::Relaxed);
    }

    fn lower_ceiling(&self) {
        self.ceiling.store(0, Ordering::Relaxed);
    }

    /// How scarce memory is. Whether that has changed since the last look is the second part.
    pub(super) fn look(&self, used: u64) -> (Pressure, bool) {
        let now = percent(used, self.limit());
        let before = level(self.level.load(Ordering::Relaxed));
        let next = before.next(now);
        let changed = next != before
            && self
                .level
                .compare_exchange(
                    before as u8,
                    next as u8,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                )
                .is_ok();
        (next, changed)
    }

    /// Takes room, if there is so much.
    ///
    /// # Errors
    /// When there is not.
    pub(super) fn reserve(&self, bytes: u64, used: u64) -> Result<(), MemoryLimitExceeded> {
        let limit = self.limit();
        let held = used.saturating_sub(self.reserved.load(Ordering::Relaxed));
        let reserved =
            self.reserved
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |reserved| {
                    let all = reserved.checked_add(bytes)?;
                    (all.checked_add(held)? <= limit).then_some(all)
                });
        self.lower_ceiling();
        match reserved {
            Ok(_) => Ok(()),
            Err(reserved) => {
                let used = held.saturating_add(reserved);
                Err(MemoryLimitExceeded::new(bytes, limit, used))
            }
        }
    }

    pub(super) fn release(&self, bytes: u64) {
        self.lower_ceiling();
        self.reserved.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn reserved(&self) -> u64 {
        self.reserved.load(Ordering::Relaxed)
    }
}

fn stored(limit: u64) -> u64 {
    match limit {
        0 => NOTHING,
        limit => limit,
    }
}

fn level(number: u8) -> Pressure {
    match number {
        0 => Pressure::Low,
        1 => Pressure::Medium,
        2 => Pressure::High,
        _ => Pressure::Critical,
    }
}

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
        if let Some(account) = account {
            account.caches.fetch_add(1, Ordering::Relaxed);
            account.choose_grain();
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
        if bytes.abs_diff(counted) >= account.grain.load(Ordering::Relaxed) || bytes == 0 {
            self.count(account, counted, bytes);
        }
    }

    fn count(&self, account: &Account, before: u64, now: u64) {
        self.counted.store(now, Ordering::Relaxed);
        if now >= before {
            account.held.fetch_add(now - before, Ordering::Relaxed);
        } else {
            account.held.fetch_sub(before - now, Ordering::Relaxed);
            // The level may be lower.
            account.lower_ceiling();
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
        if let Some(account) = self.account {
            let counted = self.counted.load(Ordering::Relaxed);
            account.held.fetch_sub(counted, Ordering::Relaxed);
            account.caches.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
