//! One `use` imports function and handle, through re-exports and under other names.
use memokit::memoize;

mod shapes {
    mod square {
        #[super::super::memoize]
        pub fn area(side: u64) -> u64 {
            side * side
        }

        #[super::super::memoize]
        pub(in super::super) fn border(side: u64) -> u64 {
            4 * side
        }
    }
    pub use square::area;
    pub(super) use square::border;
}

use shapes::{area, border};

mod elsewhere {
    pub use super::shapes::area as square_area;
}

#[memoize]
pub(crate) fn volume(side: u64) -> u64 {
    area(side) * side
}

fn main() {
    assert_eq!(volume(2) + border(2), 16);
    assert_eq!(elsewhere::square_area(2), 4);
    assert_eq!(area::cache_info().hits, 1);
    assert!(elsewhere::square_area::contains(&2) && border::contains(&2));
    let function: fn(u64) -> u64 = volume;
    assert_eq!([1, 2].map(function), [1, 8]);
}
