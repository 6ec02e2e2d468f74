//! How often entries were used, as far as it shows to somebody who looks once in a while.
//!
//! A hit leaves the mark of its moment and nothing else, so marks don't tell how many hits there were. But
//! an entry whose mark has changed from one look to the next was used in between. Who looks at entries at
//! random, to find one that may go, counts these; hits pay nothing for it.

use crate::recency::is_untouched;

/// What looks have shown of one entry: `[generation 12 | mark 12 | uses 8]`. The generation tells that the slot
/// has another entry by now, so that nobody has to reset this. Both are cut short: in one of 4096 cases a
/// use is missed, or those of the entry before are counted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Uses(u32);

impl Uses {
    const COUNT: u32 = 0xff;
    const MARK_SHIFT: u32 = 8;
    const GENERATION_SHIFT: u32 = 20;

    /// A look at the entry of this generation, which has this mark now: between how many looks it was used,
    /// up to 255. What comes before the first look counts as one.
    pub(super) fn look(&mut self, generation: u32, mark: u64) -> u8 {
        if is_untouched(mark) {
            return 0;
        }
        let key = (generation << Self::GENERATION_SHIFT) | (Self::digest(mark) << Self::MARK_SHIFT);
        let count = self.0 & Self::COUNT;
        let changed = self.0 ^ key;
        let count = if changed >> Self::GENERATION_SHIFT != 0 {
            1
        } else if changed >> Self::MARK_SHIFT != 0 {
            (count + 1).min(Self::COUNT)
        } else {
            count
        };
        self.0 = key | count;
        count.to_le_bytes()[0]
    }

    /// Twelve bits that differ for marks that differ, but for the lowest bit: that is set by another thread.
    fn digest(mark: u64) -> u32 {
        let spread = (mark >> 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread >> 52) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mark of the `n`th hit.
    fn hit(n: u64) -> u64 {
        ((n + 1) << 28) | (1 << 1)
    }

    #[test]
    fn uses_between_looks_count_once() {
        let mut uses = Uses::default();
        assert_eq!(uses.look(0, 1 << 28), 0, "it came, and was not used");
        assert_eq!(uses.look(0, hit(1)), 1);
        assert_eq!(uses.look(0, hit(1)), 1, "nothing since the last look");
        assert_eq!(
            uses.look(0, hit(1) | 1),
            1,
            "another thread at the same time"
        );
        assert_eq!(uses.look(0, hit(5)), 2);
    }

    #[test]
    fn another_entry_begins_anew() {
        let mut uses = Uses::default();
        assert_eq!(uses.look(3, hit(1)), 1);
        assert_eq!(uses.look(3, hit(2)), 2);
        assert_eq!(uses.look(4, hit(2)), 1);
        assert_eq!(uses.look(5, 1 << 28), 0);
        assert_eq!(uses.look(5, hit(9)), 1);
    }

    #[test]
    fn counts_stop_at_their_end() {
        let mut uses = Uses::default();
        let counts: Vec<u8> = (0..400).map(|n| uses.look(1, hit(n))).collect();
        // A few of the marks look alike.
        assert!(counts.is_sorted() && counts[200] > 195);
        assert_eq!(counts.last(), Some(&255));
    }
}
