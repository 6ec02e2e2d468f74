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

/// The low bit of a rank: whether an older value of the key may be there.
const SUPERSEDES: u64 = 1;

impl Flights {
    /// A computation begins: it gets the highest rank.
    pub(super) fn begin(&mut self, flight: &Flight, supersedes: bool) {
        self.last += 1 << SUPERSEDES;
        self.superseding += usize::from(supersedes);
        flight.set_rank(self.last | u64::from(supersedes));
    }

    /// Its entry is not pending any more.
    pub(super) fn end(&mut self, flight: &Flight) {
        if flight.rank() & SUPERSEDES != 0 {
            self.superseding -= 1;
        }
    }

    /// Whether two entries of one key can be there at once.
    pub(super) fn may_be_twice(&self) -> bool {
        self.superseding > 0
    }
}
