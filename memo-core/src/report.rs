//! All caches in a table that a person can read.

use std::fmt::Write;

use crate::advisor::advice;
use crate::registry::caches;
use crate::stats::CacheInfo;

const HEAD: [&str; 9] = [
    "cache",
    "hits",
    "misses",
    "coalesced",
    "hit rate",
    "entries",
    "maxsize",
    "evictions",
    "load time",
];

/// A table of all caches used so far, one line each, with their sum; then the [`advice`] there is.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().name("squares").build();
/// cache.get_or_insert_with(&3, || 9);
/// let report = memokit::report();
/// assert!(report.contains("squares"));
/// ```
#[must_use]
pub fn report() -> String {
    let caches = caches();
    let mut sum = CacheInfo {
        maxsize: Some(0),
        bytes: Some(0),
        ..CacheInfo::default()
    };
    let mut rows = Vec::with_capacity(caches.len() + 1);
    for cache in &caches {
        let info = cache.info();
        sum = sum.plus(&info);
        rows.push(row(cache.name(), &info));
    }
    rows.push(row(format!("total of {} caches", caches.len()), &sum));
    let mut report = render(&rows);
    for (n, advice) in advice().iter().enumerate() {
        let head = if n == 0 { "\nadvice\n" } else { "" };
        let _ = writeln!(report, "{head}- {advice}");
    }
    report
}

fn row(name: String, info: &CacheInfo) -> [String; HEAD.len()] {
    [
        name,
        info.hits.to_string(),
        info.misses.to_string(),
        info.coalesced.to_string(),
        format!("{:.1} %", 100.0 * info.hit_rate()),
        info.currsize.to_string(),
        info.maxsize
            .map_or_else(|| "None".to_owned(), |maxsize| maxsize.to_string()),
        info.evictions().to_string(),
        format!("{:.1?}", info.load_time),
    ]
}

fn render(rows: &[[String; HEAD.len()]]) -> String {
    let head = HEAD.map(str::to_owned);
    let width = |column: usize| {
        rows.iter()
            .chain([&head])
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; HEAD.len()] = std::array::from_fn(width);
    let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * (HEAD.len() - 1));
    let mut table = String::new();
    let mut line = |cells: &[String; HEAD.len()]| {
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            // Names to the left, numbers to the right. Writing to a `String` cannot fail.
            let _ = if column == 0 {
                write!(table, "{gap}{cell:<width$}")
            } else {
                write!(table, "{gap}{cell:>width$}")
            };
        }
        table.push('\n');
    };
    line(&head);
    let (sum, caches) = rows
        .split_last()
        .map_or((None, rows), |(sum, rest)| (Some(sum), rest));
    caches.iter().for_each(&mut line);
    sum.into_iter().for_each(&mut line);
    let head_end = table.find('\n').map_or(0, |end| end + 1);
    table.insert_str(head_end, &format!("{rule}\n"));
    table
}
