//! Names of the standard library and of the macro, taken by others.
#![allow(dead_code, unused_macros, non_camel_case_types, non_snake_case)]
use ::memokit::memoize;

struct Option;
struct Result;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct At;
struct Config;
struct Key;
struct PhantomData;
mod std {}
mod core {}
mod memokit {}
trait Clone {
    fn clone(&self);
    fn begin(&self);
    fn finish(&self);
    fn __part(&self);
}
impl<T: ?Sized> Clone for T {
    fn clone(&self) {}
    fn begin(&self) {}
    fn finish(&self) {}
    fn __part(&self) {}
}
macro_rules! assert {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! concat {
    () => {};
}
macro_rules! module_path {
    () => {};
}

#[memoize(maxsize = 3, ttl = "1h", tags("a"), crate = ::memokit)]
fn shared(text: &str, value: u64, lead: u64, begun: u64) -> u64 {
    text.len() as u64 + value + lead + begun
}

#[memoize(crate = ::memokit, scope = thread, maxsize = None, cache_if = |n: &u64| *n > 0)]
fn local(some: ::core::option::Option<&str>, k: u64, site: u64) -> u64 {
    some.map_or(0, |text| text.len() as u64) + k + site
}

fn main() {
    assert_eq!(shared("a", 1, 1, 1), 4);
    assert_eq!(local(::core::option::Option::Some("a"), 1, 1), 3);
}
