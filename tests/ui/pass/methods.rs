//! Methods and associated functions, alone and in a block.
use std::marker::PhantomData;
use std::sync::Arc;

use memokit::{Memo, memoize};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
struct Square {
    side: u64,
    memos: (u8, Memo),
}

impl Square {
    #[memoize(handle = area_cache)]
    fn area(&self) -> u64 {
        self.side * self.side
    }

    #[memoize(skip(self))]
    fn grow(&mut self, by: u64) -> u64 {
        self.side += by;
        by
    }

    #[memoize(key(self = self.side), maxsize = Square::BOUND)]
    fn shared(self: &Arc<Self>, by: u64) -> u64 {
        self.side * by
    }

    #[memoize(field = memos.1, ttl = "5m", tags("squares"))]
    fn scaled(&self, by: u64) -> u64 {
        self.side * by
    }

    #[memoize(field = memos.1, key = by % 10)]
    fn digit(&self, by: u64) -> u64 {
        self.side * (by % 10)
    }

    #[memoize]
    fn unit() -> Self {
        Self {
            side: 1,
            ..Self::default()
        }
    }

    const BOUND: usize = 7;
}

struct Rows<T, const N: usize>(PhantomData<T>);

#[memoize]
impl<T: 'static, const N: usize> Rows<T, N> {
    #[memoize(maxsize = 3, handle = bytes)]
    fn size(times: usize) -> usize {
        size_of::<[T; N]>() * times
    }

    #[memoize(handle = false)]
    fn rows() -> usize {
        N
    }
}

fn main() {
    let mut square = Square::unit();
    assert_eq!((square.area(), square.scaled(3)), (1, 3));
    assert_eq!((square.digit(3), square.digit(13)), (3, 3));
    assert_eq!((square.grow(1), square.grow(1)), (1, 1));
    assert_eq!(square.side, 2);
    assert_eq!(Square::area_cache().clear(), 1);
    assert_eq!(square.memos.1.clear(), 2);
    assert_eq!(Arc::new(square).shared(4), 8);
    assert_eq!((Rows::<u8, 2>::size(3), Rows::<u16, 2>::rows()), (6, 2));
    assert_eq!(Rows::<u8, 2>::bytes().info().currsize, 1);
}
