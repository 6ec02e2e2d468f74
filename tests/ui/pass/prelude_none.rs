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

fn main() {
    ::std::assert_eq!(
        shared(1, ::core::option::Option::Some("")),
        ::core::result::Result::Ok(1)
    );
    ::std::assert_eq!(local(1), 1);
    ::std::assert_eq!(floats(1.0, (1.0, "")), 1.0);
}
