//! All caches in a table that a person can read.

use std::fmt::Write;
use std::iter::once;

use crate::advisor::advice;
use crate::registry::caches;
use crate::stats::CacheInfo;

/// What a column shows of a cache.
type Show = fn(&CacheInfo) -> String;

/// What is shown of every cache, behind its name.
const ALWAYS: [(&str, Show); 8] = [
    ("hits", |info| info.hits.to_string()),
    ("misses", |info| info.misses.to_string()),
    ("coalesced", |info| info.coalesced.to_string()),
    ("hit rate", |info| {
        format!("{:.1} %", 100.0 * info.hit_rate())
    }),
    ("entries", |info| info.currsize.to_string()),
    ("maxsize", |info| {
        info.maxsize
            .map_or_else(|| "None".to_owned(), |maxsize| maxsize.to_string())
    }),
    ("evictions", |info| info.evictions().to_string()),
    ("load time", |info| format!("{:.1?}", info.load_time)),
];

/// What is counted of a cache.
type Count = fn(&CacheInfo) -> u64;

/// What few caches have: shown where one has any.
const IF_ANY: [(&str, Count); 2] = [
    ("stale", |info| info.stale),
    ("timeouts", |info| info.timeouts),
];

/// A table of all caches used so far, one line each, with their sum; then the [`advice`] there is.
///
/// How many results were stale, and how many calls were not answered in time, is shown once there are any.
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
    let mut rows = Vec::with_capacity(caches.len() + 2);
    for cache in &caches {
        let info = cache.info();
        sum = sum.plus(&info);
        rows.push((cache.name(), info));
    }
    rows.push((format!("total of {} caches", caches.len()), sum));
    let mut report = table(&rows);
    for (n, advice) in advice().iter().enumerate() {
        let head = if n == 0 { "\nadvice\n" } else { "" };
        let _ = writeln!(report, "{head}- {advice}");
    }
    report
}

/// A line for each of these, the last of which is the sum of the others.
fn table(rows: &[(String, CacheInfo)]) -> String {
    let name = once("cache".to_owned()).chain(rows.iter().map(|(name, _)| name.clone()));
    let mut columns: Vec<Vec<String>> = vec![name.collect()];
    for (head, show) in ALWAYS {
        let cells = rows.iter().map(|(_, info)| show(info));
        columns.push(once(head.to_owned()).chain(cells).collect());
    }
    for (head, count) in IF_ANY {
        if rows.iter().any(|(_, info)| count(info) > 0) {
            let cells = rows.iter().map(|(_, info)| count(info).to_string());
            columns.push(once(head.to_owned()).chain(cells).collect());
        }
    }
    render(&columns)
}

/// The columns side by side, with a rule below their heads.
fn render(columns: &[Vec<String>]) -> String {
    let width = |cells: &Vec<String>| cells.iter().map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = columns
        .iter()
        .map(|cells| width(cells).unwrap_or(0))
        .collect();
    let mut table = String::new();
    for line in 0..columns.first().map_or(0, Vec::len) {
        for (column, (cells, &width)) in columns.iter().zip(&widths).enumerate() {
            let cell = &cells[line];
            // Names to the left, numbers to the right. Writing to a `String` cannot fail.
            let _ = if column == 0 {
                write!(table, "{cell:<width$}")
            } else {
                write!(table, "  {cell:>width$}")
            };
        }
        table.push('\n');
        if line == 0 {
            let rule = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
            let _ = writeln!(table, "{:-<rule$}", "");
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(rows: &[(String, CacheInfo)]) -> Vec<String> {
        let table = table(rows);
        let head = table.lines().next().unwrap_or_default();
        head.split("  ")
            .map(|cell| cell.trim().to_owned())
            .filter(|cell| !cell.is_empty())
            .collect()
    }

    #[test]
    fn what_few_caches_have_is_shown_where_one_has() {
        let usual = CacheInfo {
            hits: 3,
            misses: 1,
            maxsize: Some(16),
            ..CacheInfo::default()
        };
        let stale = CacheInfo { stale: 2, ..usual };
        let late = CacheInfo {
            timeouts: 12_345_678_901,
            ..usual
        };
        let rows = |infos: [CacheInfo; 2]| infos.map(|info| ("a".to_owned(), info));
        assert_eq!(heads(&rows([usual, usual])).last().unwrap(), "load time");
        assert_eq!(heads(&rows([stale, usual])).last().unwrap(), "stale");
        assert_eq!(heads(&rows([usual, late])).last().unwrap(), "timeouts");
        let table = table(&rows([stale, late]));
        let expected = "\
cache  hits  misses  coalesced  hit rate  entries  maxsize  evictions  load time  stale     timeouts
----------------------------------------------------------------------------------------------------
a         3       1          0    75.0 %        0       16          0      0.0ns      2            0
a         3       1          0    75.0 %        0       16          0      0.0ns      0  12345678901
";
        assert_eq!(table, expected);
    }
}
