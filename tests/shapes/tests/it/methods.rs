//! Methods and associated functions.

use std::hash::Hash;
use std::sync::Arc;

use memokit::{Memo, memoize};

use crate::support::Runs;

static AREA: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Rect {
    w: u32,
    h: u32,
}

impl Rect {
    #[memoize(maxsize = 10, handle = area_cache)]
    fn area(&self, (a, mut b): (u32, u32)) -> u32 {
        AREA.add();
        b += a;
        if b == 1000 {
            return 0;
        }
        self.w * self.h + b
    }

    #[memoize]
    fn arc(self: Arc<Self>, x: &str) -> usize {
        x.len() + self.w as usize
    }

    #[memoize]
    fn doubled(self) -> Self {
        Self {
            w: self.w * 2,
            ..self
        }
    }

    #[memoize]
    fn square(w: u32) -> Self {
        Self { w, h: w }
    }

    #[memoize(key(self = self.w))]
    fn width(&self) -> u32 {
        self.w
    }

    #[memoize(skip(self))]
    fn first(&mut self, n: u32) -> u32 {
        self.w += 1;
        n + self.w
    }
}

#[test]
fn methods_of_a_value() {
    let r = Rect { w: 2, h: 3 };
    let s = Rect { w: 3, h: 3 };
    assert_eq!((r.area((1, 2)), s.area((1, 2)), r.area((1, 2))), (9, 12, 9));
    assert_eq!(AREA.get(), 2);
    assert_eq!(Rect::area_cache().info().hits, 1);
    assert_eq!(Rect::area_cache().name(), "it::methods::Rect::area");
    assert_eq!(Arc::new(r.clone()).arc("abc"), 5);
    assert_eq!(r.clone().doubled().w, 4);
    assert_eq!(r.clone().doubled().w, 4);
    assert_eq!(Rect::square(2), Rect::square(2));
    assert_eq!((r.width(), s.width()), (2, 3));
    let mut t = r;
    assert_eq!((t.first(1), t.first(1)), (4, 4));
}

struct Gen<T>(T);

trait Named {
    fn named(&self) -> String;
    #[memoize(skip(self))]
    fn twice(&self, n: u32) -> u32 {
        n * 2 + u32::try_from(size_of_val(self)).unwrap()
    }
}

#[memoize]
impl<T: Clone + Hash + Eq + Send + Sync + std::fmt::Debug + 'static> Gen<T> {
    #[memoize(key(self = self.0.clone()))]
    fn show(&self, n: u8) -> String {
        format!("{:?}{n}", self.0)
    }

    #[memoize]
    fn size() -> usize {
        size_of::<T>()
    }
}

#[memoize]
impl<T: std::fmt::Debug + 'static> Named for Gen<T> {
    #[memoize(skip(self))]
    fn named(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[test]
fn blocks_and_traits() {
    assert_eq!(
        (Gen(1_u8).show(1), Gen(1_u16).show(1)),
        ("11".into(), "11".into())
    );
    assert_eq!((Gen::<u8>::size(), Gen::<u16>::size()), (1, 2));
    assert_eq!(Gen::<u8>::size_cache().info().misses, 2);
    assert_eq!(
        (Gen(7_u8).named(), Gen(8_u8).named(), Gen(9_u16).named()),
        ("7".into(), "7".into(), "9".into())
    );
    assert_eq!(Gen::<u8>::named_cache().info().hits, 1);
    assert_eq!((Gen(7_u8).twice(1), Gen(7_u16).twice(1)), (3, 4));
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, PartialOrd, Ord)]
struct Doc {
    text: String,
    memo: Memo,
}

impl Doc {
    #[memoize(field = memo, handle = count_cache)]
    fn count(&self, c: char) -> usize {
        self.text.matches(c).count()
    }

    #[memoize(field = memo)]
    fn taken(self, n: usize) -> String {
        self.text.repeat(n)
    }
}

#[test]
fn a_cache_in_each_object() {
    let a = Doc {
        text: "aab".into(),
        ..Doc::default()
    };
    let b = Doc {
        text: "abb".into(),
        ..Doc::default()
    };
    assert_eq!((a.count('a'), b.count('a'), a.count('a')), (2, 1, 2));
    assert_eq!(Doc::count_cache().info().currsize, 2);
    assert_eq!((a.memo.len(), a.clone().memo.len()), (1, 0));
    assert_eq!(a.clone().taken(2), "aabaab");
    drop(a);
    assert_eq!(Doc::count_cache().info().currsize, 1);
    assert_eq!(b.memo.clear(), 1);
}
