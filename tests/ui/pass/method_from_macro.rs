//! Methods and blocks that `macro_rules!` macros make.
use memokit::{Memo, memoize};

macro_rules! shape {
    ($(#[$attribute:meta])* $name:ident { $memo:ident } $($method:ident($side:ident) = $value:expr;)*) => {
        #[derive(Clone, PartialEq, Eq, Hash, Default)]
        struct $name {
            $memo: Memo,
        }

        $(#[$attribute])*
        impl $name {
            $(
                #[memoize(maxsize = 1 + 1)]
                fn $method(&self, $side: u64) -> u64 {
                    let value = $value;
                    value * 2
                }

                #[memoize(field = $memo)]
                fn own(&self, $side: u64) -> u64 {
                    $value
                }
            )*
        }
    };
}
shape!(#[memoize] Square { memo } area(side) = side + side;);

macro_rules! block_of {
    ($ty:ty, $bound:expr, $($item:item)*) => {
        #[memoize]
        impl $ty {
            #[memoize(maxsize = $bound, skip(self))]
            fn from_macro(&self, n: u64) -> u64 {
                n
            }
        }

        $($item)*
    };
}
block_of!(
    Square,
    2 + 1,
    impl Square {
        #[memoize(handle = perimeter_cache)]
        fn perimeter(&self, n: u64) -> u64 {
            n * 4
        }
    }
);

macro_rules! whole_method {
    ($($method:tt)*) => {
        impl Square {
            $($method)*
        }
    };
}
whole_method! {
    #[memoize]
    fn clone_of(&self) -> Self {
        self.clone()
    }
}

macro_rules! generic {
    ($name:ident<$param:ident: $($bound:path)|+>) => {
        #[memoize]
        fn $name<$param: $($bound +)+ 'static>(value: $param) -> Vec<$param> {
            let value = vec![value.clone(), value];
            value
        }
    };
}
generic!(pair<T: Clone | Eq | std::hash::Hash | Send | Sync>);

fn main() {
    let square = Square::default();
    assert_eq!((square.area(2), square.own(3)), (8, 6));
    assert_eq!(square.memo.len(), 1);
    assert_eq!(square.from_macro(1) + square.perimeter(1), 5);
    assert!(square.clone_of() == square);
    assert_eq!(Square::area_cache().parameters().maxsize, Some(2));
    assert_eq!(Square::from_macro_cache().parameters().maxsize, Some(3));
    assert_eq!(pair(1), [1, 1]);
    assert_eq!(pair::peek(&1), Some(vec![1, 1]));
}
