//! Functions in functions, blocks, methods and `impl` blocks of local types.
use memokit::memoize;

struct Square(u64);

impl Square {
    fn area(&self) -> u64 {
        #[memoize]
        fn area(side: u64) -> u64 {
            side * side
        }
        area(self.0)
    }
}

fn outer(n: u64) -> u64 {
    #[memoize]
    fn inner(n: u64) -> u64 {
        #[memoize]
        fn innermost(n: u64) -> u64 {
            n + 1
        }
        innermost(n) + innermost(n)
    }
    let sum = {
        #[memoize]
        fn in_block(n: u64) -> u64 {
            n
        }
        in_block(n)
    };
    assert!(inner::peek(&n).is_none());
    sum + inner(n)
}

/// A body may hold items that have a `Self` of their own.
#[memoize]
fn with_items(n: u64) -> u64 {
    struct Local(u64);
    impl Local {
        fn new(n: u64) -> Self {
            Self(n)
        }
    }
    Local::new(n).0
}

fn main() {
    assert_eq!(Square(3).area(), 9);
    assert_eq!(outer(1), 5);
    assert_eq!(with_items(1), 1);
}
