//! What a cache says that it holds, beside what that takes of resident memory.
//!
//! Each case runs in a process of its own, which is the test binary once more: what was freed before would be
//! used again, and not show.

use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use memo_core::{Cache, CacheBuilder, SizeSource, memory};

/// What a case fills its cache with, in bytes.
const TOTAL: usize = 32 << 20;
/// Bytes of payload in each value.
const SIZES: [usize; 5] = [16, 64, 128, 1 << 10, 64 << 10];
/// From so many bytes of payload on, the figure is bounded.
const BOUNDED_FROM: usize = 100;

/// Says to a process what to measure.
const CASE: &str = "MEMOKIT_TEST_RESIDENT";
/// In front of its answer.
const ANSWER: &str = "accounted / resident:";

/// A title and the parts of a text.
pub(crate) type Page = (String, Vec<Vec<u8>>);

/// A kind of values, by name.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Fills a cache with values of so many bytes.
    pub(crate) fill: fn(usize) -> Filled,
    pub(crate) source: SizeSource,
}

/// What a cache says, divided by what has become resident, and how it knows.
pub(crate) struct Filled {
    lowest: f64,
    highest: f64,
    source: Option<SizeSource>,
}

pub(crate) fn text(size: usize) -> String {
    "x".repeat(size)
}

pub(crate) fn bytes(size: usize) -> Vec<u8> {
    vec![1; size]
}

pub(crate) fn map(size: usize) -> HashMap<u64, u64> {
    (0..size as u64 / 16).map(|n| (n, n)).collect()
}

pub(crate) fn shared(size: usize) -> Arc<str> {
    text(size).into()
}

pub(crate) fn lists(size: usize) -> Vec<Vec<u8>> {
    vec![bytes(size / 4); 4]
}

pub(crate) fn page(size: usize) -> Page {
    (text(size / 4), vec![bytes(size / 4); 3])
}

/// Fills a cache with as many values as make up [`TOTAL`], and looks while their number doubles: what is taken for
/// entries to come is not always the same.
pub(crate) fn fill<V: Clone + Send + Sync + 'static>(
    builder: CacheBuilder<u64, V>,
    make: impl Fn() -> V,
) -> impl FnOnce(usize) -> Filled {
    move |size| {
        memory::set_limit(1 << 40);
        // What the first entry of a program takes, once.
        let first: Cache<u64, V> = Cache::builder().build();
        first.get_or_insert_with(&0, &make);
        let before = resident();
        let cache = builder.maxsize(None).build();
        let (mut lowest, mut highest) = (f64::INFINITY, 0.0_f64);
        let entries = (TOTAL / (size + 128)) as u64;
        for n in 0..entries {
            cache.get_or_insert_with(&n, &make);
            if n >= entries / 2 && n % (entries / 32) == 0 {
                let ratio = as_float(cache.stats().bytes.unwrap()) / as_float(resident() - before);
                (lowest, highest) = (lowest.min(ratio), highest.max(ratio));
            }
        }
        assert_eq!(cache.len() as u64, entries, "all of them are there");
        Filled {
            lowest,
            highest,
            source: cache.parameters().sizes,
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "some millions")]
fn as_float(bytes: u64) -> f64 {
    bytes as f64
}

/// Resident bytes of this process that are no file's.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kibibytes.map_or(0, |kibibytes| kibibytes << 10)
}

/// Measures all kinds, prints a table, and checks that what is said is true enough.
pub(crate) fn check(test: &str, kinds: &[Kind], within: std::ops::RangeInclusive<f64>) {
    if let Ok(case) = std::env::var(CASE) {
        return answer(&case, kinds);
    }
    if resident() == 0 {
        println!("MODE: none. This system does not tell what is resident, so nothing was tested");
        return;
    }
    let mut wrong = Vec::new();
    println!(
        "| values | {} |",
        SIZES.map(|size| size.to_string()).join(" | ")
    );
    for kind in kinds {
        let ratios = SIZES.map(|size| ask(test, kind, size));
        println!(
            "| {} | {} |",
            kind.name,
            ratios
                .map(|(low, high)| format!("{low:.2} – {high:.2}"))
                .join(" | ")
        );
        for (size, (low, high)) in SIZES.into_iter().zip(ratios) {
            if size >= BOUNDED_FROM && !(within.contains(&low) && within.contains(&high)) {
                wrong.push(format!("{} of {size} bytes: {low} to {high}", kind.name));
            }
        }
    }
    assert!(wrong.is_empty(), "not within {within:?}: {wrong:#?}");
}

/// In a process of its own.
fn answer(case: &str, kinds: &[Kind]) {
    let (name, size) = case.split_once(": ").unwrap();
    let kind = kinds.iter().find(|kind| kind.name == name).unwrap();
    let filled = (kind.fill)(size.parse().unwrap());
    assert_eq!(filled.source, Some(kind.source), "{name}");
    println!("{ANSWER} {} {}", filled.lowest, filled.highest);
}

fn ask(test: &str, kind: &Kind, size: usize) -> (f64, f64) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CASE, format!("{}: {size}", kind.name))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let said = printed.lines().find_map(|line| line.split_once(ANSWER));
    let Some((_, figures)) = said.filter(|_| output.status.success()) else {
        panic!("{} of {size} bytes: {output:?}", kind.name);
    };
    let figures: Vec<f64> = figures
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    (figures[0], figures[1])
}
