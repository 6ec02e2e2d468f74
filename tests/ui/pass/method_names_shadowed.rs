//! Names of the expansion, taken by arguments, parameters, methods and traits in scope.
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]
use ::memokit::memoize;

mod std {}
mod core {}
mod memokit {}
struct Site;
struct Instance;
const SITE: u8 = 1;
const SLOT: u8 = 2;
trait Clone {
    fn clone(&self) {}
    fn shared(&self) {}
    fn within(&self) {}
    fn of(&self) {}
    fn begin(&self) {}
}
impl<T: ?Sized> Clone for T {}

#[derive(PartialEq, Eq, Hash, Default)]
struct Square {
    side: u64,
    memo: ::memokit::Memo,
}

impl ::core::clone::Clone for Square {
    fn clone(&self) -> Self {
        Self {
            side: self.side,
            memo: ::memokit::Memo::new(),
        }
    }
}

#[memoize]
impl Square {
    #[memoize(crate = ::memokit)]
    fn area(&self, cache: u64, begun: u64, value: u64, lead: u64, described: u64) -> u64 {
        self.side + cache + begun + value + lead + described + u64::from(SITE)
    }

    #[memoize(crate = ::memokit, field = memo)]
    fn own(&self, cache: &str, tag: u64) -> u64 {
        cache.len() as u64 + tag + self.side
    }

    #[memoize(crate = ::memokit, scope = thread, cache_if = |value: &u64| *value > u64::from(SLOT))]
    fn local(&self, tag: u64, some: ::core::option::Option<&str>) -> u64 {
        some.map_or(tag, |some| some.len() as u64)
    }
}

#[memoize(crate = ::memokit)]
fn tag<at: 'static, const k: usize>(described: u64) -> u64 {
    described + (size_of::<at>() * k) as u64
}

#[memoize(crate = ::memokit, skip(f))]
fn implied<__F: Fn(u64) -> u64>(n: u64, f: __F) -> u64 {
    f(n)
}

fn main() {
    let square = Square {
        side: 1,
        ..Square::default()
    };
    assert_eq!(square.area(1, 1, 1, 1, 1), 7);
    assert_eq!((square.own("a", 1), square.local(1, Some("abc"))), (3, 3));
    assert_eq!((tag::<u16, 2>(1), implied(1, |n| n + 1)), (5, 2));
}
