//! The seats that may be left next, as far as some were looked at.

/// A seat, and what it was worth when it was looked at.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Candidate {
    /// The larger, the longer it should stay.
    pub(super) rank: u64,
    pub(super) at: u32,
}

/// Some candidates of the lowest ranks. Who is not chosen is kept for the next time, so that few have to be
/// drawn each time to know some that are good.
///
/// A seat may be another's by then, or have gained or lost: who takes one has to look again.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// The lowest rank is the last.
    sorted: [Candidate; MOST],
    count: usize,
}

pub(super) const MOST: usize = 8;

impl Candidates {
    /// Adds a candidate, unless there are enough that rank lower.
    #[inline]
    pub(super) fn add(&mut self, new: Candidate) {
        if self.count < MOST {
            return self.add_to_few(new);
        }
        if self.sorted[0].rank <= new.rank {
            return;
        }
        let mut at = 0;
        while at + 1 < MOST && self.sorted[at + 1].rank > new.rank {
            self.sorted[at] = self.sorted[at + 1];
            at += 1;
        }
        self.sorted[at] = new;
    }

    fn add_to_few(&mut self, new: Candidate) {
        let mut at = self.count;
        while at > 0 && self.sorted[at - 1].rank < new.rank {
            self.sorted[at] = self.sorted[at - 1];
            at -= 1;
        }
        self.sorted[at] = new;
        self.count += 1;
    }

    /// Takes the one that ranks lowest.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Candidate> {
        self.count = self.count.checked_sub(1)?;
        Some(self.sorted[self.count])
    }

    /// The rank from which on a candidate is not the first.
    pub(super) fn next(&self) -> u64 {
        let next = self.sorted[..self.count].last();
        next.map_or(u64::MAX, |next| next.rank)
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        let sorted = &self.sorted[..self.count];
        assert!(sorted.is_sorted_by_key(|candidate| std::cmp::Reverse(candidate.rank)));
    }
}
