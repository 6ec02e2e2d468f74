//! The memoized functions: one body, memoized by everyone.
//!
//! Each contender is a function of its own with its own static, called through a pointer, as a
//! program would call it. Its result is reduced to a number inside, so that dropping it is part
//! of the call.

#[macro_use]
mod macros;

mod borrowed;
mod numbers;
mod values;

pub use borrowed::borrowed;
pub use numbers::{floors, hot, large, miss, pairs, texts, ttl, zipf};
pub use values::{arcs, pages, strings};

/// A contender: its name and its memoized function.
#[derive(Clone, Copy)]
pub struct Peer<K> {
    pub name: &'static str,
    pub call: fn(K) -> u64,
}

/// What is memoized.
mod bodies {
    use std::hint::black_box;
    use std::sync::Arc;

    use crate::harness::bodies::note_body;

    pub fn number(key: &u64) -> u64 {
        note_body();
        black_box(*key).wrapping_mul(3) ^ 0x55
    }

    pub fn pair(key: &(u64, u64)) -> u64 {
        note_body();
        black_box(key.0).wrapping_mul(3) ^ key.1
    }

    pub fn text(key: &str) -> u64 {
        note_body();
        let ends = key.as_bytes();
        key.len() as u64 + u64::from(ends[0])
    }

    pub fn string(key: &u64) -> String {
        note_body();
        format!("value of {key:023}")
    }

    pub fn arc(key: &u64) -> Arc<str> {
        string(key).into()
    }

    pub fn page(key: &u64) -> Vec<u8> {
        note_body();
        vec![*key as u8; 4096]
    }
}

/// What is made of a result; it is gone afterwards.
mod reads {
    use std::hint::black_box;
    use std::ops::Deref;

    #[inline(always)]
    pub fn as_is(value: u64) -> u64 {
        value
    }

    #[inline(always)]
    pub fn length(text: impl Deref<Target = str>) -> u64 {
        black_box(text).len() as u64
    }

    #[inline(always)]
    pub fn one_byte(page: Vec<u8>) -> u64 {
        u64::from(black_box(page)[7])
    }
}
