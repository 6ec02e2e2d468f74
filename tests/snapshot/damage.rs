//! Files that are not as they were saved.

use memokit::{Cache, snapshot};

use crate::{load, save, turn};

fn cache() -> Cache<u32, String> {
    Cache::builder()
        .name("damage")
        .maxsize(None)
        .snapshot()
        .build()
}

fn fill(cache: &Cache<u32, String>) -> Vec<u8> {
    (0..10).for_each(|n| cache.insert(n, value(n)));
    let (file, _) = save();
    cache.clear();
    file
}

fn value(key: u32) -> String {
    format!("value {key}")
}

#[test]
fn every_flipped_bit_is_noticed() {
    let _turn = turn();
    let cache = cache();
    let mut file = fill(&cache);
    for bit in 0..file.len() * 8 {
        file[bit / 8] ^= 1 << (bit % 8);
        let error = snapshot::load_from(&file[..]).expect_err("a bit is another");
        assert!(error.is_invalid());
        assert!(cache.is_empty() && snapshot::waiting() == 0, "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
    assert_eq!(load(&file).restored, 10);
    assert!(cache.iter().all(|(key, found)| found == value(key)));
}

#[test]
fn every_missing_end_is_noticed_and_so_is_more() {
    let _turn = turn();
    let cache = cache();
    let mut file = fill(&cache);
    for length in 0..file.len() {
        let error = snapshot::load_from(&file[..length]).expect_err("the end is missing");
        assert!(error.is_invalid());
        assert!(
            cache.is_empty() && snapshot::waiting() == 0,
            "{length} bytes"
        );
    }
    file.push(0);
    assert!(snapshot::load_from(&file[..]).is_err());
}

#[test]
fn what_is_no_snapshot_is_not_read_to_its_end() {
    // This has none.
    let error = snapshot::load_from(std::io::repeat(b'm')).expect_err("it is none");
    assert_eq!(error.to_string(), "this is no snapshot of caches");
    let later = [&b"memokit\0\x02\0\0\0"[..], &[0; 100]].concat();
    let error = snapshot::load_from(&later[..]).expect_err("that is unknown");
    assert!(error.to_string().contains("version 2"));
}

#[test]
fn sections_of_other_files_do_not_go_together() {
    let _turn = turn();
    let cache = cache();
    let first = fill(&cache);
    (0..10).for_each(|n| cache.insert(n, "other".to_owned()));
    let (second, _) = save();
    cache.clear();
    // Whatever is put together of two files is neither of them.
    for at in (0..first.len().min(second.len())).step_by(7) {
        let mixed = [&first[..at], &second[at..]].concat();
        if mixed != first && mixed != second {
            assert!(snapshot::load_from(&mixed[..]).is_err(), "from {at}");
        }
    }
    assert!(cache.is_empty());
}
