//! Nothing needs to be in scope.
#![no_implicit_prelude]

#[::memokit::memoize(maxsize = 3, ttl = "1s", tags("a"), stats = false)]
fn shared(a: u32, b: ::core::option::Option<&str>) -> ::core::result::Result<u32, ()> {
    if b.is_some() {
        ::core::result::Result::Ok(a)
    } else {
        ::core::result::Result::Err(())
    }
}

#[::memokit::memoize(scope = thread, cache_if = |n: &u32| *n > 0, key(a = a))]
fn local(a: u32) -> u32 {
    a
}

#[::memokit::memoize(floats = "bits", oom_protection = false)]
fn floats(x: f64, y: (f32, &str)) -> f64 {
    let _ = y;
    x
}

#[derive(::core::clone::Clone, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
struct Square {
    side: u64,
    memo: ::memokit::Memo,
}

#[::memokit::memoize]
impl Square {
    #[::memokit::memoize(maxsize = 3)]
    fn area(&self) -> u64 {
        self.side * self.side
    }

    #[::memokit::memoize(field = memo)]
    fn scaled(&self, by: ::core::option::Option<u64>) -> ::core::option::Option<u64> {
        ::core::option::Option::Some(self.side * by?)
    }

    #[::memokit::memoize(scope = thread, skip(self))]
    fn local(&self, text: &str) -> usize {
        text.len()
    }
}

#[::memokit::memoize(skip(f))]
fn applied<T, const N: usize>(values: [T; N], f: impl ::core::ops::Fn(&T) -> usize) -> usize
where
    T: ::core::clone::Clone
        + ::core::hash::Hash
        + ::core::cmp::Eq
        + ::core::marker::Send
        + ::core::marker::Sync
        + 'static,
{
    f(&values[0]) * N
}

fn main() {
    let square = Square {
        side: 2,
        memo: ::memokit::Memo::new(),
    };
    ::std::assert_eq!(square.area(), 4);
    ::std::assert_eq!(
        square.scaled(::core::option::Option::Some(2)),
        ::core::option::Option::Some(4)
    );
    ::std::assert_eq!(square.local("a") + applied([1], |_| 1), 2);
    ::std::assert_eq!(
        shared(1, ::core::option::Option::Some("")),
        ::core::result::Result::Ok(1)
    );
    ::std::assert_eq!(local(1), 1);
    ::std::assert_eq!(floats(1.0, (1.0, "")), 1.0);
}
