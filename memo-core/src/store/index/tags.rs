//! Finding a byte among the seven of a bucket, all at once.
//!
//! Where the processor compares eight bytes in one instruction, that is used. Elsewhere: "Determine
//! if a word has a byte equal to n", S. E. Anderson, *Bit Twiddling Hacks*, which may also report a
//! byte above a true match that differs in its lowest bit; who asks looks at what is there anyway.

use super::SLOTS;

const BYTES: u64 = 0x0101_0101_0101_0101;

/// Places among the seven, from the first on.
pub(super) struct Matches(Bits);

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
type Bits = u32;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
const BITS_PER_PLACE: usize = 1;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
type Bits = u64;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
const BITS_PER_PLACE: usize = 8;

impl Matches {
    pub(super) const NONE: Self = Self(0);

    /// Where `tags` has the byte `tag`. For a tag of 0 this is exact from the first place on, which
    /// is all that is used of it.
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "bits")]
    pub(super) fn of(tags: u64, tag: u64) -> Self {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_movemask_epi8};
        #[allow(
            unsafe_code,
            reason = "instructions that every processor of this kind has"
        )]
        // SAFETY: compiled only where SSE2 is there.
        let equal = unsafe {
            let tags = _mm_cvtsi64_si128(tags as i64);
            let tag = _mm_cvtsi64_si128((tag * BYTES) as i64);
            _mm_movemask_epi8(_mm_cmpeq_epi8(tags, tag))
        };
        Self(equal as u32 & ((1 << SLOTS) - 1))
    }

    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn of(tags: u64, tag: u64) -> Self {
        /// The highest bit of each tag.
        const HIGH: u64 = 0x0080_8080_8080_8080;
        const { assert!(SLOTS == 7) };
        let differs = tags ^ (tag * BYTES);
        Self(differs.wrapping_sub(BYTES) & !differs & HIGH)
    }

    /// The first place.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn first(&self) -> Option<usize> {
        (self.0 != 0).then(|| self.0.trailing_zeros() as usize / BITS_PER_PLACE)
    }
}

impl Iterator for Matches {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let first = self.first()?;
        self.0 &= self.0 - 1;
        Some(first)
    }
}
