//! `#[memoize]` on an `impl` block of a trait.

use std::fmt::Debug;
use std::hash::Hash;

use memokit::memoize;

use crate::support::{Runs, names_of};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Area {
    side: u32,
}

static TRAITS: Runs = Runs::new();

trait Measure {
    type Unit;
    const NAME: &'static str;
    fn measure(&self, times: u32) -> Self::Unit;
    fn zero() -> Self::Unit;
}

#[memoize]
impl Measure for Area {
    type Unit = u64;
    const NAME: &'static str = "area";

    #[memoize(maxsize = 5)]
    fn measure(&self, times: u32) -> Self::Unit {
        TRAITS.add();
        u64::from(self.side * times)
    }

    #[memoize]
    fn zero() -> Self::Unit {
        TRAITS.add();
        0
    }
}

#[memoize]
impl<T: Debug + Hash + Eq + Clone + Send + Sync + 'static> Measure for Vec<T> {
    type Unit = usize;
    const NAME: &'static str = "vec";

    #[memoize]
    fn measure(&self, times: u32) -> usize {
        TRAITS.add();
        self.len() * times as usize
    }

    #[memoize]
    fn zero() -> usize {
        TRAITS.add();
        0
    }
}

#[test]
fn blocks_of_traits() {
    for _ in 0..2 {
        assert_eq!((Area { side: 2 }.measure(3), Area::zero()), (6, 0));
        assert_eq!((vec![1, 2].measure(3), Vec::<i32>::zero()), (6, 0));
        assert_eq!((vec!['a'].measure(3), Vec::<char>::zero()), (3, 0));
    }
    assert_eq!(TRAITS.get(), 6);
    assert_eq!((Area::NAME, Vec::<u8>::NAME), ("area", "vec"));
    assert_eq!(
        Area::measure_cache().name(),
        "it::blocks_traits::Area::measure"
    );
    assert_eq!(Area::measure_cache().info().maxsize, Some(5));
    assert_eq!(names_of("alloc::vec::Vec<i32>::").len(), 2);
}
