//! The body of a method is in a closure, which has no caller's location.

use std::panic::Location;

use memokit::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Log;

impl Log {
    #[memoize]
    #[track_caller]
    fn line(&self) -> u32 {
        Location::caller().line()
    }
}

#[memoize]
impl Log {
    #[track_caller]
    #[memoize]
    fn column(&self) -> u32 {
        Location::caller().column()
    }
}

fn main() {}
