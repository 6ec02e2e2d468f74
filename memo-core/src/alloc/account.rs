//! What one thread has allocated, and how much of it the ledger knows.
//!
//! A thread has *room*: between 0 and [`WINDOW`] bytes, out of which it allocates and into which it
//! frees, without a look at anything that others write. When the room is used up or overflows, the
//! ledger is told, and the room is [`HOME`] again. What the ledger knows follows from the room: for
//! an allocator that counts, all if the room is `HOME`; for one that limits, the room is paid for in
//! advance, and so the ledger never knows less than there is.
//!
//! What the ledger does not know it is told when the thread ends (`end`). A thread of which nobody
//! can tell when that is has no room: it tells the ledger of each allocation. So does one that is
//! past its end.

use std::cell::Cell;

use super::end;
use super::ledger::Ledger;

/// The room that a thread has after it has told the ledger.
pub(super) const HOME: u64 = 64 << 10;
/// The most room that it has.
pub(super) const WINDOW: u64 = 2 * HOME;
/// The ledger is told after so many allocations, whatever their size.
pub(super) const COUNTED: u64 = 1 << 10;

/// The room of a thread that has none: whatever is taken from it or put into it, it is not within
/// the window. What can be asked for is little more than 2^63 bytes, what can be freed far less than
/// 2^62. For the same reason the room never wraps around into the window again.
const NO_ROOM: u64 = 3 << 62;

/// One kind of allocator that keeps accounts: a ledger, and an account in each thread.
pub(super) trait Book {
    /// Whether there is a limit, so that room is taken from the ledger before it is used.
    const PREPAID: bool;

    fn ledger() -> &'static Ledger;

    /// `None` where thread-locals can be gone: they have no destructor, so that is not expected.
    fn with<R>(act: impl FnOnce(&Account) -> R) -> Option<R>;
}

/// The book of [`Tracking`](super::Tracking).
#[derive(Debug)]
pub(super) struct Tracked;

/// The book of [`Limited`](super::Limited): of its own, so that the two can be nested.
#[derive(Debug)]
pub(super) struct Limits;

thread_local! {
    // Constant and without a destructor: they are there from the first to the last moment of a
    // thread, and nothing allocates in order to reach them.
    static TRACKED: Account = const { Account::new() };
    static LIMITS: Account = const { Account::new() };
}

impl Book for Tracked {
    const PREPAID: bool = false;

    #[inline(always)]
    fn ledger() -> &'static Ledger {
        static LEDGER: Ledger = Ledger::new();
        &LEDGER
    }

    #[inline(always)]
    fn with<R>(act: impl FnOnce(&Account) -> R) -> Option<R> {
        TRACKED.try_with(act).ok()
    }
}

impl Book for Limits {
    const PREPAID: bool = true;

    #[inline(always)]
    fn ledger() -> &'static Ledger {
        static LEDGER: Ledger = Ledger::new();
        &LEDGER
    }

    #[inline(always)]
    fn with<R>(act: impl FnOnce(&Account) -> R) -> Option<R> {
        LIMITS.try_with(act).ok()
    }
}

#[derive(Debug)]
pub(super) struct Account {
    room: Cell<u64>,
    /// The thread's bytes and its room together: only what tells the ledger changes it.
    fund: Cell<u64>,
    /// Allocations until the ledger is told of [`COUNTED`]. Wraps below 0 where one is taken back.
    uncounted: Cell<u64>,
    stage: Cell<Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing was allocated yet, or there is no room within the limit.
    New,
    /// The thread has room.
    Open,
    /// It has none and gets none.
    Closed,
}

impl Account {
    const fn new() -> Self {
        Self {
            room: Cell::new(NO_ROOM),
            fund: Cell::new(NO_ROOM),
            uncounted: Cell::new(COUNTED),
            stage: Cell::new(Stage::New),
        }
    }

    /// Notes an allocation; `false` if there is a limit and it would go beyond it.
    #[inline(always)]
    fn take<B: Book>(&self, bytes: u64) -> bool {
        let room = self.room.get().wrapping_sub(bytes);
        let uncounted = self.uncounted.get().wrapping_sub(1);
        if room <= WINDOW && uncounted != 0 {
            self.room.set(room);
            self.uncounted.set(uncounted);
            return true;
        }
        self.take_slowly::<B>(bytes)
    }

    /// Notes that bytes were freed.
    #[inline(always)]
    fn give<B: Book>(&self, bytes: u64) {
        let room = self.room.get().wrapping_add(bytes);
        if room <= WINDOW {
            self.room.set(room);
        } else {
            self.give_slowly::<B>(bytes);
        }
    }

    #[cold]
    #[inline(never)]
    fn take_slowly<B: Book>(&self, bytes: u64) -> bool {
        self.open::<B>();
        let Ok(wanted) = i64::try_from(bytes) else {
            // No allocator has a block of that size.
            return false;
        };
        let taken = if self.stage.get() == Stage::Open {
            let due = wanted.wrapping_sub(signed(self.room.get()));
            if publish::<B>(due.saturating_add(signed(HOME))) {
                self.set_room(HOME);
                true
            } else if publish::<B>(due) {
                self.set_room(0);
                true
            } else {
                false
            }
        } else {
            publish::<B>(wanted)
        };
        if taken {
            self.fund.set(self.fund.get().wrapping_add(bytes));
            let uncounted = self.uncounted.get().wrapping_sub(1);
            self.uncounted.set(uncounted);
            // Not each time: it is one more write to what all threads write to.
            if uncounted == 0 || self.stage.get() != Stage::Open {
                self.tell_count::<B>();
            }
        }
        taken
    }

    #[cold]
    #[inline(never)]
    fn give_slowly<B: Book>(&self, bytes: u64) {
        self.open::<B>();
        let bytes_back = signed(bytes).wrapping_neg();
        if self.stage.get() == Stage::Open {
            // More than `HOME` is left over, so this takes away and cannot be refused.
            let over = signed(self.room.get()).wrapping_sub(signed(HOME));
            publish::<B>(bytes_back.wrapping_sub(over));
            self.set_room(HOME);
        } else {
            publish::<B>(bytes_back);
        }
        self.fund.set(self.fund.get().wrapping_sub(bytes));
    }

    /// Gives a new account its room, if it can be closed when the thread ends.
    fn open<B: Book>(&self) {
        if self.stage.get() != Stage::New {
            return;
        }
        B::ledger().note_use();
        // What the announcement allocates, if anything, is told at once.
        self.stage.set(Stage::Closed);
        if !end::announce() {
            return;
        }
        if B::PREPAID && !publish::<B>(signed(HOME)) {
            self.stage.set(Stage::New);
            return;
        }
        self.stage.set(Stage::Open);
        self.set_room(HOME);
    }

    /// Tells the ledger all; from now on it is told of each allocation.
    fn close<B: Book>(&self) {
        B::ledger().add(self.unknown::<B>());
        self.set_room(NO_ROOM);
        self.stage.set(Stage::Closed);
        self.tell_count::<B>();
    }

    /// The room changes, what the thread has allocated does not.
    fn set_room(&self, room: u64) {
        let allocated = self.fund.get().wrapping_sub(self.room.get());
        self.fund.set(allocated.wrapping_add(room));
        self.room.set(room);
    }

    fn tell_count<B: Book>(&self) {
        let counted = COUNTED.wrapping_sub(self.uncounted.replace(COUNTED));
        B::ledger().add_allocations(counted);
    }

    /// What has to be added to the ledger so that it has the bytes of this thread, and nothing else.
    fn unknown<B: Book>(&self) -> i64 {
        if self.stage.get() != Stage::Open {
            return 0;
        }
        let known = if B::PREPAID { 0 } else { HOME };
        signed(known).wrapping_sub(signed(self.room.get()))
    }
}

/// Tells the ledger; `false` if there is a limit and that would go beyond it.
fn publish<B: Book>(bytes: i64) -> bool {
    if B::PREPAID {
        return B::ledger().try_add(bytes);
    }
    B::ledger().add(bytes);
    true
}

/// Notes an allocation of the calling thread; `false` if it would go beyond a limit.
#[inline(always)]
pub(super) fn take<B: Book>(bytes: usize) -> bool {
    let bytes = bytes as u64;
    let publish_all = || i64::try_from(bytes).is_ok_and(publish::<B>);
    B::with(|account| account.take::<B>(bytes)).unwrap_or_else(publish_all)
}

/// Notes that the calling thread has freed so much.
#[inline(always)]
pub(super) fn give<B: Book>(bytes: usize) {
    let bytes = bytes as u64;
    if B::with(|account| account.give::<B>(bytes)).is_none() {
        B::ledger().add(signed(bytes).wrapping_neg());
    }
}

/// Undoes [`take`], for an allocation that failed after all.
#[cold]
#[inline(never)]
pub(super) fn take_back<B: Book>(bytes: usize) {
    give::<B>(bytes);
    let undo = |account: &Account| {
        let uncounted = account.uncounted.get().wrapping_add(1);
        account.uncounted.set(uncounted);
    };
    B::with(undo);
}

/// Tells the ledgers all that the calling thread knows, as it ends.
pub(super) fn close_all() {
    Tracked::with(Account::close::<Tracked>);
    Limits::with(Account::close::<Limits>);
}

pub(super) fn allocated_bytes<B: Book>() -> usize {
    let unknown = B::with(Account::unknown::<B>).unwrap_or(0);
    unsigned(B::ledger().bytes().wrapping_add(unknown))
}

pub(super) fn peak_bytes<B: Book>() -> usize {
    unsigned(B::ledger().peak()).max(allocated_bytes::<B>())
}

pub(super) fn allocations<B: Book>() -> u64 {
    let unknown = |account: &Account| COUNTED.wrapping_sub(account.uncounted.get());
    let unknown = B::with(unknown).unwrap_or(0);
    B::ledger().allocations().wrapping_add(unknown)
}

#[inline]
pub(super) fn thread_allocated<B: Book>() -> i64 {
    let allocated = |account: &Account| signed(account.fund.get().wrapping_sub(account.room.get()));
    B::with(allocated).unwrap_or(0)
}

/// The same bits: sums that went below 0 come out negative.
#[allow(
    clippy::cast_possible_wrap,
    reason = "sums are taken modulo 2^64, whose upper half is the negative numbers"
)]
fn signed(bytes: u64) -> i64 {
    bytes as i64
}

/// Less than nothing is nothing: another thread has not told yet.
fn unsigned(bytes: i64) -> usize {
    usize::try_from(bytes).unwrap_or(0)
}
