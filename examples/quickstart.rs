//! A text pipeline over a whole book, first plain, then memoized.
//!
//! For each word of *Paradise Lost* three stages find its stem, how often the book uses that stem, and
//! which other word it might be a slip for. A book repeats its words, so most of this work has been
//! done before: one line above each stage lets the program remember it.
//!
//! ```sh
//! cargo run --release --example quickstart
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

#[path = "quickstart/book.rs"]
mod book;
#[path = "quickstart/porter.rs"]
mod porter;

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use memokit::memoize;

use book::BOOK;

/// The word without its ending: `armies` and `army` give `armi`.
#[memoize(maxsize = 16_384, tags("run"))]
fn stem(word: &str) -> String {
    porter::stem(word)
}

/// How often the book uses words of this stem: a pass over a table without an index.
#[memoize(maxsize = 16_384, tags("run"))]
fn frequency(stem: &str) -> usize {
    let same = BOOK.table.iter().filter(|row| row.stem == stem);
    same.map(|row| row.count).sum()
}

/// The other word of the dictionary that is most easily mistaken for this one: the fewest edits away,
/// and among those the most frequent.
#[memoize(maxsize = 16_384, ttl = "10m", tags("run"))]
fn suggest(word: &str) -> Option<&'static str> {
    const MAX_EDITS: usize = 2;
    let near = BOOK
        .dictionary
        .iter()
        .filter(|row| row.word != word && row.word.len().abs_diff(word.len()) <= MAX_EDITS);
    let (edits, _, best) = near
        .map(|row| {
            let edits = edit_distance(word.as_bytes(), row.word.as_bytes());
            (edits, Reverse(row.count), row.word.as_str())
        })
        .min()?;
    (edits <= MAX_EDITS).then_some(best)
}

/// What the pipeline finds out about one word.
#[derive(Debug, PartialEq)]
struct Note {
    stem: String,
    frequency: usize,
    suggestion: Option<&'static str>,
}

/// The stages of the pipeline. A memoized function has the signature it had before, so the two ways
/// to run them differ in nothing else.
struct Stages {
    stem: fn(&str) -> String,
    frequency: fn(&str) -> usize,
    suggest: fn(&str) -> Option<&'static str>,
}

const PLAIN: Stages = Stages {
    stem: stem::uncached,
    frequency: frequency::uncached,
    suggest: suggest::uncached,
};

const MEMOIZED: Stages = Stages {
    stem,
    frequency,
    suggest,
};

impl Stages {
    fn note(&self, word: &str) -> Note {
        // Shorter words are close to too many others for a suggestion to mean anything.
        const MIN_LETTERS: usize = 4;
        let stem = (self.stem)(word);
        Note {
            frequency: (self.frequency)(&stem),
            suggestion: (word.len() >= MIN_LETTERS)
                .then(|| (self.suggest)(word))
                .flatten(),
            stem,
        }
    }
}

fn main() {
    let (words, rows) = (BOOK.words.len(), BOOK.table.len());
    let dictionary = BOOK.dictionary.len();
    println!(
        "Paradise Lost: {words} words, {rows} different ones, {dictionary} in the dictionary\n"
    );

    let (expected, plain) = run("plain", &PLAIN);
    let (notes, first) = run("memoized, first run", &MEMOIZED);
    assert_eq!(notes, expected, "memoized results are the plain ones");
    let (notes, again) = run("memoized, second run", &MEMOIZED);
    assert_eq!(notes, expected, "remembered results are the plain ones");
    println!(
        "all results are equal; speed-up: {:.1}x on the first run, {:.0}x on the second\n",
        ratio(plain, first),
        ratio(plain, again)
    );
    show_notes(&expected, &["disobedience", "heavenly", "armies"]);

    println!("stem       {}", stem::cache_info());
    println!("frequency  {}", frequency::cache_info());
    println!("suggest    {}\n", suggest::cache_info());
    println!("{}", memokit::report());

    let removed = memokit::clear_all();
    println!("clear_all() removed {removed} results");
    let (notes, _) = run("memoized, after the clear", &MEMOIZED);
    assert_eq!(notes, expected, "results after a clear are the plain ones");
    println!(
        "clear_tag(\"run\") removed {} results\n",
        memokit::clear_tag("run")
    );

    show_maxsize();
    show_ttl();
}

/// Runs the pipeline over the book: its notes and the time it took.
fn run(name: &'static str, stages: &Stages) -> (Vec<Note>, Duration) {
    const STEP: usize = 1_000;
    // The bar is drawn on the standard error, and only if that is a terminal: output that goes to a
    // file or a pipe stays clean.
    let bar = ProgressBar::new(BOOK.words.len() as u64).with_message(name);
    let style = ProgressStyle::with_template("{msg:26} {bar:30} {percent:>3} %, {eta} left");
    bar.set_style(style.expect("the template is valid"));

    let start = Instant::now();
    let mut notes = Vec::with_capacity(BOOK.words.len());
    for words in BOOK.words.chunks(STEP) {
        notes.extend(words.iter().map(|word| stages.note(word)));
        bar.inc(words.len() as u64);
    }
    let time = start.elapsed();
    bar.finish_and_clear();
    println!("{name:26} {time:>9.2?}");
    (notes, time)
}

fn show_notes(notes: &[Note], samples: &[&str]) {
    for sample in samples {
        let at = BOOK.words.iter().position(|word| word == sample);
        let note = &notes[at.expect("the sample is a word of the book")];
        println!(
            "{sample}: stem {:?}, used {} times, suggestion {:?}",
            note.stem, note.frequency, note.suggestion
        );
    }
    println!();
}

/// A bound that is too small forgets words before they return.
fn show_maxsize() {
    for maxsize in [10, 100, 1_000, 10_000] {
        stem::set_maxsize(maxsize);
        let info = pass_over_stems();
        println!(
            "stem with maxsize={maxsize:<6} hit rate {:4.1} %, {} evictions",
            100.0 * info.hit_rate(),
            info.evictions()
        );
    }
    println!();
}

/// A time to live that is too short forgets words that are still in use.
fn show_ttl() {
    for ttl in [Duration::from_millis(1), Duration::from_secs(60)] {
        stem::set_ttl(ttl);
        let info = pass_over_stems();
        println!(
            "stem with ttl={:<6} hit rate {:4.1} %, {} expirations",
            format!("{ttl:?}"),
            100.0 * info.hit_rate(),
            info.expirations()
        );
    }
}

/// The statistics of one pass of `stem` over the book, from an empty cache.
fn pass_over_stems() -> memokit::CacheInfo {
    stem::cache_clear();
    for word in &BOOK.words {
        stem(word);
    }
    stem::cache_info()
}

fn ratio(slow: Duration, fast: Duration) -> f64 {
    slow.as_secs_f64() / fast.as_secs_f64()
}

/// Levenshtein's distance: the fewest insertions, deletions and replacements that turn `a` into `b`.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
