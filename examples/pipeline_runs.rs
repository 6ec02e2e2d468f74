//! Ten runs of one pipeline in one process, with the caches cleared in between: memory stays flat.
//!
//! Each run finds the words that set the books of *Paradise Lost* apart from each other, by tf-idf: a
//! word weighs the more the more often its book uses it, and the less the more books use it at all.
//!
//! ```sh
//! cargo run --release --example pipeline_runs
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Instant;

use memokit::memoize;

const RUNS: usize = 10;
const KEYWORDS: usize = 4;

/// How often a book uses a word: a pass over the book.
#[memoize(maxsize = 200_000, tags("run"))]
fn occurrences(word: &str, book: usize) -> usize {
    BOOKS[book].iter().filter(|other| *other == word).count()
}

/// In how many books a word occurs.
#[memoize(maxsize = 20_000, tags("run"))]
fn spread(word: &str) -> usize {
    let uses = |book: &usize| occurrences(word, *book) > 0;
    (0..BOOKS.len()).filter(uses).count()
}

/// The words that are most typical of a book, the best one first.
fn keywords(book: usize) -> Vec<&'static str> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "the counts of a book are exact in an `f64`"
    )]
    let weight = |word: &str| {
        let frequency = occurrences(word, book) as f64;
        let rarity = BOOKS.len() as f64 / spread(word) as f64;
        frequency * rarity.ln()
    };
    let different: BTreeSet<&str> = BOOKS[book].iter().map(String::as_str).collect();
    let mut words: Vec<(f64, &str)> = different.iter().map(|word| (weight(word), *word)).collect();
    words.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    words.truncate(KEYWORDS);
    words.into_iter().map(|(_, word)| word).collect()
}

static BOOKS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let mut books: Vec<Vec<String>> = Vec::new();
    for line in include_str!("data/paradise-lost.txt").lines() {
        if line.starts_with("Book ") {
            books.push(Vec::new());
        } else if let Some(book) = books.last_mut() {
            let words = line.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '\'');
            let lower = words.map(|word| word.trim_matches('\'').to_ascii_lowercase());
            book.extend(lower.filter(|word| !word.is_empty()));
        }
    }
    books
});

fn main() {
    println!("run       time    memory  results removed");
    let mut first_run: Option<Vec<Vec<&str>>> = None;
    let mut first_misses = None;
    let mut memory = Vec::new();
    for run in 1..=RUNS {
        let start = Instant::now();
        let found: Vec<Vec<&str>> = (0..BOOKS.len()).map(keywords).collect();
        let time = start.elapsed();

        let misses = occurrences::cache_info().misses;
        let removed = memokit::clear_all();
        let resident = resident_kib();
        let shown = resident.map_or("unknown".to_owned(), |kib| format!("{kib} KiB"));
        println!("{run:>3}  {time:>9.2?}  {shown:>9}  {removed:>15}");

        // Nothing is left of the run before: the same misses, and the same results.
        assert_eq!(*first_misses.get_or_insert(misses), misses);
        assert_eq!(occurrences::cache_info().currsize, 0);
        assert_eq!(first_run.get_or_insert_with(|| found.clone()), &found);
        memory.extend(resident);
    }

    for (book, words) in first_run.iter().flatten().enumerate() {
        println!("book {:>2}: {}", book + 1, words.join(", "));
    }
    check_flat(&memory);
}

/// The first run brings the allocator to its working size; after it, growth would be a leak.
fn check_flat(memory: &[u64]) {
    let [_, early, .., late] = memory else {
        println!("resident memory is unknown on this system");
        return;
    };
    println!("resident memory: {early} KiB after run 2, {late} KiB after run {RUNS}");
    assert!(late.saturating_sub(*early) < early / 10, "memory grows");
}

/// The resident memory of this process, where the system tells.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
