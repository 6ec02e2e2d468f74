//! Who reads a table at this moment, and when what was taken out of it can be freed.
//!
//! Readers take no lock. They *pin*: each thread has a record, where it notes the epoch in which its
//! read began. A writer unlinks an entry, begins a new epoch, and frees the entry once no reader can
//! still be inside a read from before. Most readers show that by themselves, as each read leaves the
//! epoch behind in which it was made; only for those that have not read since is a fence needed,
//! see [`fence`]. A writer never waits for a reader: what cannot be freed yet is garbage, and
//! bounded by whoever collects it.
//!
//! After "epoch-based reclamation" (K. Fraser, *Practical lock-freedom*, 2004) and the "quiescent
//! states" of read-copy update (P. `McKenney`, J. Slingwine, 1998).

mod fence;
mod local;
#[cfg(test)]
mod tests;
mod thread;

use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

#[cfg(not(shuttle))]
pub(crate) use fence::Asymmetric;
pub(crate) use fence::unlikely;
use local::{BESIDE, STEP, Standing};
pub(crate) use local::{Local, Pinned};
pub(crate) use thread::{Near, Nearby, nearby};

use crate::stats::Totals;
use crate::sync::StaticMutex;
use crate::sync::atomic::AtomicU64;

/// The readers of one cache, or of a group of caches.
///
/// Domains are never freed: one that is not needed any more serves the next cache, together with
/// the records that threads have for it. So neither a record nor a thread's pointer to it ever
/// dangles.
#[derive(Debug)]
pub struct Domain {
    /// With [`BESIDE`] in its low bits. Only growing, by [`STEP`]s: two to the 62 batches of garbage are not
    /// reached.
    epoch: AtomicU64,
    /// The place of its records in each thread's table.
    slot: usize,
    /// The same among the near ones.
    near: Near,
    locals: OnceLock<&'static Local>,
}

/// How much it may cost to know that readers have passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// A look at their records.
    Light,
    /// A fence in all threads that run.
    Heavy,
}

/// All domains, and those that nobody uses.
static DOMAINS: StaticMutex<Domains> = StaticMutex::new(Domains {
    count: 0,
    unused: Vec::new(),
});

struct Domains {
    count: usize,
    unused: Vec<&'static Domain>,
}

impl Domain {
    /// Where its records are, for [`Self::pin_first`].
    pub(crate) fn near(&self) -> Near {
        self.near
    }

    /// Pins, if the calling thread has a record at hand and is not pinned already. The place is the
    /// domain's.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn pin_first(&self, nearby: Nearby, near: Near) -> Option<Pinned> {
        nearby.get(near)?.pin(&self.epoch)
    }

    /// The calling thread's record, if it has one already.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn local(&self) -> Option<&'static Local> {
        thread::get(self.near, self.slot)
    }

    /// Keeps what is in the table from being freed.
    pub(crate) fn pin(&self) -> Guard {
        let (local, is_lent) = match self.local() {
            Some(local) => (local, false),
            None => self.register(),
        };
        Guard {
            local,
            _pinned: local.pin(&self.epoch),
            _lent: is_lent.then(|| Lent(local)),
        }
    }

    /// The same, by its place where that is at hand.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn local_at(&self, near: Near) -> Option<&'static Local> {
        debug_assert_eq!(near, self.near, "it is the domain's");
        thread::get(near, self.slot)
    }

    /// Lets the calling thread have a record, so that its next hit finds one. A thread that is about to end gets
    /// none.
    #[inline]
    pub(crate) fn enroll(&self) -> Option<&'static Local> {
        let local = self.local();
        if local.is_some() {
            local
        } else {
            self.enroll_now()
        }
    }

    #[cold]
    #[inline(never)]
    fn enroll_now(&self) -> Option<&'static Local> {
        drop(self.pin());
        self.local()
    }

    /// Takes a record for the calling thread; `true` if it is lent for one use only, as the thread
    /// is about to end.
    #[cold]
    fn register(&self) -> (&'static Local, bool) {
        let free = self.locals().find(|local| local.take_over());
        let local = free.unwrap_or_else(|| self.append());
        // With the one in `has_passed`: either the writer sees that the record is taken, or the
        // pins that follow see what the writer has unlinked.
        std::sync::atomic::fence(Ordering::SeqCst);
        (local, !thread::keep(local))
    }

    fn append(&self) -> &'static Local {
        let mut last = &self.locals;
        let mut number = 0;
        loop {
            let mut own = None;
            let local = last.get_or_init(|| {
                let new = &*Box::leak(Box::new(Local::new(self.slot, number)));
                own = Some(new);
                new
            });
            if let Some(own) = own {
                return own;
            }
            last = &local.next;
            number += 1;
        }
    }

    fn locals(&self) -> impl Iterator<Item = &'static Local> + use<> {
        std::iter::successors(self.locals.get().copied(), |local| {
            local.next.get().copied()
        })
    }

    /// Begins a new epoch: what is unlinked already cannot be found by reads that begin in it.
    pub(crate) fn advance(&self) -> u64 {
        // Release, with the Acquire in `Local::pin`. A read-modify-write: the caches of a group
        // share their epochs, and have a lock each.
        self.epoch.fetch_add(STEP, Ordering::AcqRel) + STEP - BESIDE
    }

    /// Whether all reads are over that began before this epoch.
    pub(crate) fn has_passed(&self, epoch: u64, effort: Effort) -> bool {
        std::sync::atomic::fence(Ordering::SeqCst);
        let own = self.local();
        let mut is_doubtful = false;
        for local in self.locals() {
            match local.standing(epoch) {
                Standing::Passed => {}
                Standing::Reading => return false,
                Standing::Idle => {
                    // What the calling thread does itself it sees in its order.
                    let is_own = own.is_some_and(|own| std::ptr::eq(own, local));
                    is_doubtful |= !is_own && !local.fences_itself();
                }
            }
        }
        if !is_doubtful {
            return true;
        }
        effort == Effort::Heavy
            && fence::heavy()
            && self
                .locals()
                .all(|local| local.standing(epoch) != Standing::Reading)
    }

    /// Whether the calling thread is in no read of its own. One that ends has no record by which to
    /// tell, but perhaps a lent one: it is outside if nobody reads.
    pub(crate) fn is_outside(&self, epoch: u64) -> bool {
        let is_outside = |local: &Local| local.standing(epoch) != Standing::Reading;
        match self.local() {
            Some(local) => is_outside(local),
            None => self.locals().all(is_outside),
        }
    }

    /// What all threads have counted, since the domain came to be.
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for local in self.locals() {
            totals.add(&local.tally);
        }
        totals
    }
}

/// Whoever has it keeps what is in the table from being freed.
pub trait Pin {
    /// The record of the thread that has pinned.
    fn local(&self) -> &'static Local;
}

/// A pin that works everywhere: inside of another one, and in a thread that is about to end. To be
/// dropped before the one that it is inside of.
#[derive(Debug)]
#[must_use]
pub struct Guard {
    local: &'static Local,
    // Before the record is given back. `None` inside of another pin, which keeps all there is.
    _pinned: Option<Pinned>,
    _lent: Option<Lent>,
}

impl From<Pinned> for Guard {
    #[inline]
    fn from(pinned: Pinned) -> Self {
        Self {
            local: pinned.local(),
            _pinned: Some(pinned),
            _lent: None,
        }
    }
}

impl Pin for Guard {
    fn local(&self) -> &'static Local {
        self.local
    }
}

#[derive(Debug)]
struct Lent(&'static Local);

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// A domain for as long as its owner needs it.
#[derive(Debug)]
pub(crate) struct Lease(&'static Domain);

impl Lease {
    pub(crate) fn new() -> Self {
        let mut domains = DOMAINS.lock();
        if let Some(unused) = domains.unused.pop() {
            return Self(unused);
        }
        let slot = domains.count;
        domains.count += 1;
        Self(Box::leak(Box::new(Domain {
            epoch: AtomicU64::new(STEP + BESIDE),
            slot,
            near: Near::of(slot),
            locals: OnceLock::new(),
        })))
    }

    pub(crate) fn domain(&self) -> &'static Domain {
        self.0
    }
}

/// Whoever owned it has no readers any more.
impl Drop for Lease {
    fn drop(&mut self) {
        DOMAINS.lock().unused.push(self.0);
    }
}

impl Deref for Lease {
    type Target = Domain;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn deref(&self) -> &Domain {
        self.0
    }
}
