//! Finding a byte among the seven of a bucket, all at once.
//!
//! "Determine if a word has a byte equal to n", S. E. Anderson, *Bit Twiddling Hacks*. It may also report
//! a byte above a true match that differs in its lowest bit; who asks looks at what is there anyway. The
//! processor's instruction for this (`pcmpeqb`) takes fewer instructions and no less time.

use super::SLOTS;

const BYTES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each tag.
const HIGH: u64 = 0x0080_8080_8080_8080;
const BITS_PER_PLACE: usize = 8;

/// Places among the seven, from the first on.
pub(super) struct Matches(u64);

impl Matches {
    pub(super) const NONE: Self = Self(0);

    /// Where `tags` has the byte `tag`. For a tag of 0 this is exact from the first place on, which
    /// is all that is used of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn of(tags: u64, tag: u64) -> Self {
        const { assert!(SLOTS == 7) };
        let differs = tags ^ (tag * BYTES);
        Self(differs.wrapping_sub(BYTES) & !differs & HIGH)
    }

    /// The first place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn first(&self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize / BITS_PER_PLACE)
    }

    /// Goes on to the next place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn drop_first(&mut self) {
        self.0 &= self.0.wrapping_sub(1);
    }
}

impl Iterator for Matches {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let first = self.first()?;
        self.drop_first();
        Some(first)
    }
}
