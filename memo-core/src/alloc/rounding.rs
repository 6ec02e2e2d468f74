//! How many bytes an allocator takes for a block.

use std::alloc::Layout;

/// How an allocator rounds the size of a block, as far as a few instructions can tell.
///
/// It is a formula and not a function, since nothing but arithmetic may run inside of an allocation.
/// No formula knows of everything: blocks that are aligned to more than 16 bytes may cost up to their
/// alignment and 32 bytes more than this says, and blocks for which the allocator asks the system
/// (glibc: from 128 KiB on) up to a page.
///
/// ```
/// use memokit::alloc::Rounding;
///
/// assert_eq!(Rounding::REQUESTED.bytes_for(100), 100);
/// assert_eq!(Rounding::GLIBC.bytes_for(100), 112);
/// assert_eq!(Rounding::SIZE_CLASSES.bytes_for(130), 160);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// What the allocator notes beside each block.
    header: usize,
    /// Blocks with their header are multiples of `1 << granule`,
    granule: u32,
    /// and no smaller than this.
    least: usize,
    /// Where there are classes, so many of them (`1 << classes`) lie between a power of two and the
    /// next; else `usize::BITS`, which is one for each granule.
    classes: u32,
}

/// What an allocator may add to a block at most.
const MOST: usize = 1 << 20;

impl Rounding {
    /// The bytes that were asked for.
    pub const REQUESTED: Self = Self::multiples(0, 1, 0);

    /// `malloc` of glibc: 8 bytes beside each block, multiples of 16, no less than 32. On 32-bit
    /// machines 4 bytes, multiples of 16 or 8 (16 is what is counted), no less than 16.
    pub const GLIBC: Self = Self::multiples(size_of::<usize>(), 16, 4 * size_of::<usize>());

    /// Four sizes between a power of two and the next, no two closer than 16 bytes, and one of 8
    /// bytes, as jemalloc and mimalloc have them. Above 512 KiB mimalloc rounds to pages only: there
    /// it takes up to a fifth less than this says.
    pub const SIZE_CLASSES: Self = Self {
        header: 0,
        granule: 4,
        least: 8,
        classes: 2,
    };

    /// What the system's allocator does, where that is known.
    pub const SYSTEM: Self = if cfg!(all(target_os = "linux", target_env = "gnu")) {
        Self::GLIBC
    } else {
        Self::REQUESTED
    };

    /// So many bytes beside each block, the whole a multiple of `granule` and no less than `least`.
    ///
    /// # Panics
    ///
    /// If `granule` is not a power of two, or one of the three is more than 1 MiB; in a `const` or a
    /// `static`, when it is compiled.
    ///
    /// ```
    /// use memokit::alloc::{Rounding, Tracking};
    /// use std::alloc::System;
    ///
    /// const SLABS: Rounding = Rounding::multiples(0, 64, 64);
    /// static ALLOCATOR: Tracking = Tracking::new(System).with_rounding(SLABS);
    /// assert_eq!((SLABS.bytes_for(1), SLABS.bytes_for(65)), (64, 128));
    /// ```
    #[must_use]
    pub const fn multiples(header: usize, granule: usize, least: usize) -> Self {
        assert!(granule.is_power_of_two(), "a granule is a power of two");
        // The accounts rely on it: a block costs little more than its size.
        assert!(
            header <= MOST && granule <= MOST && least <= MOST,
            "a block costs at most 1 MiB more than its size"
        );
        Self {
            header,
            granule: granule.trailing_zeros(),
            least,
            classes: usize::BITS,
        }
    }

    /// What a block of that size costs. Saturates: no size is too large for it.
    #[inline]
    #[must_use]
    pub const fn bytes_for(self, size: usize) -> usize {
        let bytes = size.saturating_add(self.header);
        if bytes <= self.least {
            return self.least;
        }
        let mut granule = self.granule;
        if self.classes < usize::BITS {
            // The power of two that is no less than `bytes`, which is not 0 here.
            let power = usize::BITS - (bytes - 1).leading_zeros();
            // The range below that power is half of it: hence one class more.
            let spread = power.saturating_sub(self.classes + 1);
            if spread > granule {
                granule = spread;
            }
        }
        let below = (1 << granule) - 1;
        bytes.saturating_add(below) & !below
    }

    #[inline(always)]
    pub(super) const fn of(self, layout: Layout) -> usize {
        self.bytes_for(layout.size())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glibc_as_its_manual_says() {
        let sizes = [1, 24, 25, 40, 41, 1_000, 1_032, 1_033];
        let bytes = sizes.map(|size| Rounding::multiples(8, 16, 32).bytes_for(size));
        assert_eq!(bytes, [32, 32, 48, 48, 64, 1_008, 1_040, 1_056]);
    }

    #[test]
    fn classes_as_jemalloc_lists_them() {
        let sizes = [
            1, 8, 9, 16, 17, 64, 65, 80, 81, 113, 128, 129, 160, 161, 257, 321, 4_097, 1_000_000,
        ];
        let classes = [
            8, 8, 16, 16, 32, 64, 80, 80, 96, 128, 128, 160, 160, 192, 320, 384, 5_120, 1_048_576,
        ];
        assert_eq!(
            sizes.map(|size| Rounding::SIZE_CLASSES.bytes_for(size)),
            classes
        );
    }

    #[test]
    fn nothing_overflows_and_nothing_is_smaller_than_asked_for() {
        let all = [
            Rounding::REQUESTED,
            Rounding::GLIBC,
            Rounding::SIZE_CLASSES,
            Rounding::multiples(MOST, MOST, MOST),
        ];
        for rounding in all {
            for size in [0, 1, 15, isize::MAX as usize] {
                assert!(rounding.bytes_for(size) >= size, "{rounding:?} of {size}");
            }
            // Rounded up it would be more than there is: the last multiple below is what is left.
            assert!(rounding.bytes_for(usize::MAX) >= isize::MAX as usize);
        }
    }
}
