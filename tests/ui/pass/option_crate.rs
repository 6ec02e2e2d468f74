//! The crate under another path: renamed, or exported by a crate of one's own.
mod toolbox {
    pub mod caching {
        pub use memokit::*;
    }
}

use toolbox::caching::memoize;

#[memoize(crate = crate::toolbox::caching, maxsize = 10, oom_protection = cfg!(all()))]
fn by_module(n: u64, text: Option<&str>) -> Option<u64> {
    text.map(|text| n + text.len() as u64)
}

#[memoize(crate = ::memokit, scope = thread)]
fn by_crate(n: u64) -> u64 {
    n
}

fn main() {
    assert_eq!(by_module(1, Some("a")), Some(2));
    assert_eq!(by_crate(1), 1);
}
