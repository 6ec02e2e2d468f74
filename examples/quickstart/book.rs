//! The text of the example, cut into words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::porter;

/// The book as words in order and as a table of different words.
pub(crate) struct Book {
    pub(crate) words: Vec<String>,
    pub(crate) table: Vec<Row>,
    pub(crate) dictionary: Vec<Row>,
}

#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) word: String,
    pub(crate) stem: String,
    pub(crate) count: usize,
}

pub(crate) static BOOK: LazyLock<Book> = LazyLock::new(|| {
    /// Rarer words may be slips themselves.
    const MIN_COUNT: usize = 3;
    let words: Vec<String> = include_str!("../data/paradise-lost.txt")
        .split(|letter: char| !letter.is_ascii_alphabetic() && letter != '\'')
        .map(|word| word.trim_matches('\'').to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let mut counts = BTreeMap::new();
    for word in &words {
        *counts.entry(word.clone()).or_insert(0) += 1;
    }
    let rows = counts.into_iter().map(|(word, count)| Row {
        stem: porter::stem(&word),
        word,
        count,
    });
    let table: Vec<Row> = rows.collect();
    let dictionary = table.iter().filter(|row| row.count >= MIN_COUNT);
    Book {
        dictionary: dictionary.cloned().collect(),
        words,
        table,
    }
});
