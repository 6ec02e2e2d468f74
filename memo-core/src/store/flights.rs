//! How many entries of a table are being computed, and in which order they began.
//!
//! The flights themselves belong to those who lead them; a pending entry's record says where its
//! flight is.

use crate::singleflight::Flight;

/// The computations of a table.
#[derive(Debug, Default)]
pub(super) struct Flights {
    last: u64,
    /// How many of them compute a key anew while an older value may be there.
    superseding: usize,
}

/// What may be there of a key when a computation begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Beside {
    Nothing,
    /// An older value.
    Older,
    /// An older value, which is served until this one is there: nobody waits for it.
    Background,
}

/// The low bits of a rank say what may be there.
const STEP: u64 = 1 << 2;

impl Beside {
    /// Of a computation of this rank.
    pub(crate) fn of(rank: u64) -> Self {
        match rank % STEP {
            0 => Self::Nothing,
            1 => Self::Older,
            _ => Self::Background,
        }
    }
}

impl Flights {
    /// A computation begins: it gets the highest rank.
    #[inline]
    pub(super) fn begin(&mut self, flight: &Flight, beside: Beside) {
        self.last += STEP;
        self.superseding += usize::from(beside != Beside::Nothing);
        flight.set_rank(self.last | beside as u64);
    }

    /// Its entry is not pending any more.
    #[inline]
    pub(super) fn end(&mut self, flight: &Flight) {
        if Beside::of(flight.rank()) != Beside::Nothing {
            self.superseding -= 1;
        }
    }

    /// None of them has an entry any more.
    pub(super) fn forget(&mut self) {
        self.superseding = 0;
    }

    /// Whether two entries of one key can be there at once.
    pub(super) fn may_be_twice(&self) -> bool {
        self.superseding > 0
    }
}
