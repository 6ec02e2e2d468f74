//! A snapshot of many entries.

use std::io;

use memokit::{Cache, snapshot};

use crate::turn;

const ENTRIES: u64 = if cfg!(debug_assertions) {
    50_000
} else {
    1_000_000
};

#[test]
fn many_entries_are_saved_and_loaded() -> io::Result<()> {
    let _turn = turn();
    let build = || {
        Cache::<u64, String>::builder()
            .name("large")
            .maxsize(None)
            .snapshot()
            .build()
    };
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("results");
    {
        let cache = build();
        (0..ENTRIES).for_each(|n| cache.insert(n, format!("the value of {n}")));
        let saved = snapshot::save(&path)?;
        assert_eq!(saved.entries as u64, ENTRIES);
        assert_eq!(saved.bytes, std::fs::metadata(&path)?.len());
    }
    let cache = build();
    let loaded = snapshot::load(&path).map_err(io::Error::other)?;
    assert_eq!(loaded.restored as u64, ENTRIES);
    assert_eq!(cache.len() as u64, ENTRIES);
    for n in (0..ENTRIES).step_by(997) {
        assert_eq!(cache.get(&n), Some(format!("the value of {n}")));
    }
    Ok(())
}
