//! Sizes are honest: with the allocator that counts, what caches account for is what their entries take of resident
//! memory, whatever their types.

#[path = "support/resident.rs"]
mod support;

use memo_core::alloc::Tracking;
use memo_core::{Cache, SizeSource};

use support::{Kind, bytes, check, fill, lists, map, page, shared, text};

#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

const MEASURED: &[Kind] = &[
    Kind {
        name: "`String`",
        fill: |size| fill(Cache::builder(), || text(size))(size),
        source: SizeSource::Measured,
    },
    Kind {
        name: "`Vec<u8>`",
        fill: |size| fill(Cache::builder(), || bytes(size))(size),
        source: SizeSource::Measured,
    },
    Kind {
        name: "`Arc<str>`",
        fill: |size| fill(Cache::builder(), || shared(size))(size),
        source: SizeSource::Known,
    },
    Kind {
        name: "`Vec<Vec<u8>>`",
        fill: |size| fill(Cache::builder(), || lists(size))(size),
        source: SizeSource::Measured,
    },
    Kind {
        name: "`HashMap<u64, u64>`",
        fill: |size| fill(Cache::builder(), || map(size))(size),
        source: SizeSource::Measured,
    },
    Kind {
        name: "`(String, Vec<Vec<u8>>)`",
        fill: |size| fill(Cache::builder(), || page(size))(size),
        source: SizeSource::Measured,
    },
];

#[test]
fn what_is_measured_is_resident() {
    check("what_is_measured_is_resident", MEASURED, 0.9..=1.1);
}
