//! What caches hold together, against one limit.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

use super::exceeded::MemoryLimitExceeded;
use super::level::{Pressure, percent};
use super::limit::{LimitError, VARIABLE, default_limit};
use super::median::Median;
use super::roster::Roster;
use super::{container, governor, tell};

/// The budget of the program, or that of some of its caches, which is a part of the former. Each atomic
/// is a number by itself, so all are relaxed: what is reserved is taken by a read-modify-write, and what
/// caches hold may be ahead of what is known of it by [`Account::grain`] for each cache, for which a part
/// of the limit is kept free.
#[derive(Debug)]
pub(crate) struct Account {
    /// What it is a part of.
    parent: Option<&'static Account>,
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
    /// The caches that may be asked to give way.
    pub(super) roster: Roster,
    /// What entries are worth.
    pub(super) worth: Median,
}

const UNKNOWN: u64 = 0;
/// As a limit, 0 is one like any other.
const NOTHING: u64 = u64::MAX - 1;
const NO_LIMIT: u64 = u64::MAX;

/// One part in so many of the limit is never taken by caches: some of it is for what they have not told, and
/// the rest keeps full caches from being critical.
const SPARE: u64 = 16;
/// What they have not told is at most this part of what is spared.
const UNTOLD: u64 = 8;
const FINEST: u64 = 64;
const COARSEST: u64 = 64 << 10;

/// Of all caches.
pub(crate) static GLOBAL: Account = Account::with(None, UNKNOWN);

/// What is wrong with the limit that the environment asks for.
pub(super) static FAULT: OnceLock<LimitError> = OnceLock::new();

impl Account {
    /// A part of the program's budget.
    pub(super) const fn part(limit: u64) -> Self {
        Self::with(Some(&GLOBAL), stored(limit))
    }

    const fn with(parent: Option<&'static Self>, limit: u64) -> Self {
        Self {
            parent,
            held: AtomicU64::new(0),
            reserved: AtomicU64::new(0),
            limit: AtomicU64::new(limit),
            cap: AtomicU64::new(NO_LIMIT),
            grain: AtomicU64::new(FINEST),
            caches: AtomicUsize::new(0),
            level: AtomicU8::new(Pressure::Low as u8),
            ceiling: AtomicU64::new(0),
            roster: Roster::new(),
            worth: Median::new(),
        }
    }

    /// Itself, and what it is a part of.
    #[inline]
    pub(crate) fn line(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |account| account.parent)
    }

    /// Whether what is in the other is in this one, too.
    pub(super) fn contains(&self, other: &Self) -> bool {
        other.line().any(|account| std::ptr::eq(account, self))
    }

    pub(super) fn is_whole(&self) -> bool {
        self.parent.is_none()
    }

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
        if let Some(error) = found.error {
            tell(FAULT.get_or_init(|| error));
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
        // What half of the entries are worth is another question where there is room for others.
        self.worth.forget();
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

    /// What was set so last.
    pub(super) fn cap(&self) -> Option<u64> {
        let cap = self.cap.load(Ordering::Relaxed);
        (cap != NO_LIMIT).then_some(cap)
    }

    /// Of all caches together, what is not told is less than a part of the spare one.
    fn choose_grain(&self) {
        let caches = self.caches.load(Ordering::Relaxed).max(1) as u64;
        let grain = self.room() / (UNTOLD * SPARE * caches);
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
        let has_room = |account: &Self| {
            let ceiling = account.ceiling.load(Ordering::Relaxed);
            let free = ceiling.checked_sub(account.held.load(Ordering::Relaxed));
            free.is_some_and(|free| bytes <= free)
        };
        // Most are part of no other.
        has_room(self) && (self.is_whole() || self.line().skip(1).all(has_room))
    }

    /// Nobody has to look again before more is held, or something is reserved; where memory is scarce,
    /// everybody has to.
    pub(super) fn raise_ceiling(&self) {
        if self.level() >= Pressure::High {
            return;
        }
        let room = self.room();
        let free = (room - room / SPARE).saturating_sub(self.reserved());
        // The level changes here and there: the next hundredth of the limit is to be looked at.
        let step = self.held.load(Ordering::Relaxed).saturating_add(room / 100);
        self.ceiling.store(free.min(step), Ordering::Relaxed);
    }

    fn lower_ceiling(&self) {
        self.ceiling.store(0, Ordering::Relaxed);
    }

    /// The level as of the last look.
    pub(super) fn level(&self) -> Pressure {
        level(self.level.load(Ordering::Relaxed))
    }

    /// How scarce memory is. Whether that has changed since the last look is the second part.
    pub(super) fn look(&self, used: u64) -> (Pressure, bool) {
        let now = percent(used, self.limit());
        let before = self.level();
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
        if next >= Pressure::High {
            self.lower_ceiling();
        }
        (next, changed)
    }

    /// Takes room, if there is so much.
    ///
    /// # Errors
    /// When there is not.
    pub(super) fn reserve(&'static self, bytes: u64) -> Result<(), MemoryLimitExceeded> {
        self.reserve_here(bytes)?;
        if let Some(parent) = self.parent
            && let Err(exceeded) = parent.reserve(bytes)
        {
            self.release_here(bytes);
            return Err(exceeded);
        }
        Ok(())
    }

    fn reserve_here(&'static self, bytes: u64) -> Result<(), MemoryLimitExceeded> {
        let limit = self.limit();
        let held = self.roster.held_bytes(self);
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
                Err(MemoryLimitExceeded::new(self, bytes, limit, used))
            }
        }
    }

    pub(super) fn release(&self, bytes: u64) {
        self.line().for_each(|account| account.release_here(bytes));
    }

    fn release_here(&self, bytes: u64) {
        self.lower_ceiling();
        self.reserved.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// All that is held, as of now, with what is reserved.
    pub(super) fn used_now(&'static self) -> u64 {
        self.roster.held_bytes(self).saturating_add(self.reserved())
    }

    /// A table more, or less.
    pub(super) fn count_table(&self, has_come: bool) {
        if has_come {
            self.caches.fetch_add(1, Ordering::Relaxed);
        } else {
            self.caches.fetch_sub(1, Ordering::Relaxed);
        }
        self.choose_grain();
    }

    /// A table holds so much more or less than before.
    pub(super) fn count(&self, before: u64, now: u64) {
        if now >= before {
            self.held.fetch_add(now - before, Ordering::Relaxed);
        } else {
            self.held.fetch_sub(before - now, Ordering::Relaxed);
            // The level may be lower.
            self.lower_ceiling();
        }
    }

    /// By so much a table may change before it tells.
    #[inline]
    pub(super) fn grain(&self) -> u64 {
        let grains = self
            .line()
            .map(|account| account.grain.load(Ordering::Relaxed));
        grains.min().unwrap_or(FINEST)
    }

    /// Whether there would be so much if caches held nothing.
    pub(super) fn could_hold(&'static self, bytes: u64) -> bool {
        self.line()
            .all(|account| account.reserved().saturating_add(bytes) <= account.limit())
    }

    pub(super) fn reserved(&self) -> u64 {
        self.reserved.load(Ordering::Relaxed)
    }
}

const fn stored(limit: u64) -> u64 {
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
