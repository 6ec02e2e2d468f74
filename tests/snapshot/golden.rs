//! The format is frozen: files that were written once can be read for ever.

use memokit::Cache;

use crate::{load, turn};

/// Written by the test of the format in the library, which compares it byte for byte.
const FILE: &[u8] = include_bytes!("../golden/snapshot-1.bin");

#[test]
fn version_1_can_be_read() {
    let _turn = turn();
    let loaded = load(FILE);
    assert_eq!((loaded.restored, loaded.waiting), (0, 5));
    let numbers: Cache<u32, i64> = Cache::builder().name("numbers").snapshot().build();
    assert_eq!(numbers.iter().collect::<Vec<_>>(), [(2, -5), (1, 300)]);
    let pairs: Cache<(u8, bool), Option<u128>> = Cache::builder().name("pairs").snapshot().build();
    // The third has expired long since.
    assert_eq!(pairs.len(), 2);
    assert_eq!(pairs.get(&(1, true)), Some(Some(1 << 100)));
    assert_eq!(pairs.get(&(2, false)), Some(None));
}
