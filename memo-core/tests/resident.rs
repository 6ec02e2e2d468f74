//! Sizes are honest: what caches account for is what their entries take of resident memory, by what is known of types,
//! by weighers and by the trait. No allocator counts here.

#[path = "support/resident.rs"]
mod support;

use std::collections::HashMap;

use memo_core::{Cache, SizeSource};

use support::{Kind, Page, bytes, check, fill, lists, map, page, shared, text};

/// A hash table has a place in eight that is empty, a byte beside each, and a few for its block.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as weighers are called")]
fn weigh_map(_: &u64, map: &HashMap<u64, u64>) -> usize {
    size_of_val(map) + map.capacity() * 8 / 7 * (size_of::<(u64, u64)>() + 1) + 32
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as weighers are called")]
fn weigh_page(_: &u64, page: &Page) -> usize {
    /// What the allocator loses for each.
    const BLOCK: usize = 16;
    let (title, parts) = page;
    let part = |part: &Vec<u8>| size_of_val(part) + part.capacity() + BLOCK;
    let parts = parts.iter().map(part).sum::<usize>() + BLOCK;
    size_of_val(page) + title.capacity() + BLOCK + parts
}

const KNOWN: &[Kind] = &[
    Kind {
        name: "`String`",
        fill: |size| fill(Cache::builder(), || text(size))(size),
        source: SizeSource::Known,
    },
    Kind {
        name: "`Vec<u8>`",
        fill: |size| fill(Cache::builder(), || bytes(size))(size),
        source: SizeSource::Known,
    },
    Kind {
        name: "`Arc<str>`",
        fill: |size| fill(Cache::builder(), || shared(size))(size),
        source: SizeSource::Known,
    },
    Kind {
        name: "`Vec<Vec<u8>>`",
        fill: |size| fill(Cache::builder(), || lists(size))(size),
        source: SizeSource::Known,
    },
    Kind {
        name: "`HashMap<u64, u64>`, weigher",
        fill: |size| fill(Cache::builder().weigher(weigh_map), || map(size))(size),
        source: SizeSource::Weigher,
    },
    Kind {
        name: "`(String, Vec<Vec<u8>>)`, weigher",
        fill: |size| fill(Cache::builder().weigher(weigh_page), || page(size))(size),
        source: SizeSource::Weigher,
    },
];

#[test]
fn what_is_accounted_for_is_resident() {
    check("what_is_accounted_for_is_resident", KNOWN, 0.9..=1.5);
}

#[cfg(feature = "get-size")]
mod by_trait {
    use memo_core::get_size;

    use super::*;

    const BY_TRAIT: &[Kind] = &[
        Kind {
            name: "`HashMap<u64, u64>`, `GetSize`",
            fill: |size| fill(Cache::builder().weigher(get_size), || map(size))(size),
            source: SizeSource::Weigher,
        },
        Kind {
            name: "`(String, Vec<Vec<u8>>)`, `GetSize`",
            fill: |size| fill(Cache::builder().weigher(get_size), || page(size))(size),
            source: SizeSource::Weigher,
        },
    ];

    #[test]
    fn types_tell_the_truth() {
        check("by_trait::types_tell_the_truth", BY_TRAIT, 0.9..=1.5);
    }
}
