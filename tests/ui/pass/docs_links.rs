//! Links in documentation lead to functions, handles and what they return.
#![deny(missing_docs)]
#![deny(rustdoc::broken_intra_doc_links)]

use memokit::memoize;

/// Forgotten with [`area::invalidate`], shown by [`memokit::CacheInfo`].
#[memoize]
#[doc = "Also documented by an attribute."]
#[doc(alias = "surface")]
pub fn area(/* the length of a side */ side: u64) -> u64 {
    side * side
}

/// See [`area()`].
pub mod shapes {
    /// As long as [`area`](super::area()) is large.
    #[super::memoize]
    pub fn length(text: &str) -> usize {
        text.len()
    }
}

fn main() {
    assert_eq!(area(2), 4);
    assert_eq!(shapes::length("a"), 1);
}
