//! Results that survive the process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use memokit::snapshot::{self, Loaded, Saved};
use memokit::testing::MockClock;
use memokit::{Cache, memoize};
use serde::{Deserialize, Serialize};

/// A snapshot is of the whole program, so the tests take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn saved() -> (Vec<u8>, Saved) {
    let mut file = Vec::new();
    let saved = snapshot::save_to(&mut file).expect("memory takes it");
    (file, saved)
}

fn load(file: &[u8]) -> Loaded {
    snapshot::load_from(file).expect("it was saved just now")
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Report {
    title: String,
    lines: Vec<(u32, f64)>,
    by_name: HashMap<String, Option<i64>>,
}

#[memoize]
fn report(title: &str, lines: u32, scale: Option<&str>) -> Report {
    let _ = scale;
    Report {
        title: title.to_owned(),
        lines: (0..lines).map(|n| (n, f64::from(n) / 3.0)).collect(),
        by_name: (0..lines)
            .map(|n| (n.to_string(), n.checked_sub(1).map(i64::from)))
            .collect(),
    }
}

#[test]
fn results_come_back() {
    let _turn = turn();
    let expected = report("a", 100, None);
    report("b", 0, Some("x"));
    let (file, saved) = saved();
    assert!(saved.entries >= 2 && saved.bytes == file.len() as u64);
    report::cache_clear();
    let loaded = load(&file);
    assert!(loaded.restored >= 2);
    assert_eq!(report::cache_info().currsize, 2);
    assert_eq!(report("a", 100, None), expected);
    assert_eq!(report("b", 0, Some("x")).title, "b");
    assert_eq!(
        (report::cache_info().hits, report::cache_info().misses),
        (2, 0)
    );
}
