//! The figures as Markdown.

use std::fmt::Write as _;

use super::cases::CASES;
use super::goals;
use super::results::{Results, Row};
use super::{memory, stampede};

/// Everything that a run has measured.
pub fn markdown(results: &Results) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", machine());
    for threads in [1, 2] {
        let title = if threads == 1 {
            "One thread"
        } else {
            "Two threads"
        };
        let table = times(results, threads);
        let _ = writeln!(text, "## {title}, ns per call\n\n{table}");
    }
    let _ = writeln!(text, "{NOTE}");
    let _ = writeln!(text, "## Cases\n\n{}", legend(results));
    let _ = writeln!(text, "## Allocations per call\n\n{}", allocations(results));
    for (case, about) in [
        (memory::NAME, memory::ABOUT),
        (stampede::NAME, stampede::ABOUT),
    ] {
        if let Some(table) = extra(results, case) {
            let _ = writeln!(text, "## `{case}`: {about}\n\n{table}");
        }
    }
    let _ = writeln!(text, "## Limits\n\n{}", goals::table(results));
    let _ = writeln!(
        text,
        "## Versions\n\n{}",
        versions(include_str!("../../Cargo.toml"))
    );
    text
}

/// Fewer samples than that are marked.
const FEW: usize = 10;

const NOTE: &str = "\
A part in brackets is the measured hit ratio, where not every call was a hit. \"–\": no clean sample,
or not this contender's kind of call; \"*\": fewer than ten clean samples. On two threads a figure is
the time of both threads, divided by the calls of both.
";

/// The kind of machine, in one line.
pub fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown model", |(_, model)| model.trim());
    format!(
        "Measured on {processors} processors ({model}, {}, {}).\n",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}

/// Peers down, cases across.
fn times(results: &Results, threads: usize) -> String {
    let cell = |row: &Row| {
        let time = row.samples.median().map(rounded);
        let time = match row.samples.count() {
            0 => "–".to_owned(),
            1..FEW => format!("{}*", time.unwrap_or_default()),
            _ => time.unwrap_or_default(),
        };
        match row.hit_ratio {
            Some(ratio) if ratio < 0.9995 => format!("{time} ({:.1} %)", ratio * 100.0),
            _ => time,
        }
    };
    matrix(results, threads, cell)
}

fn allocations(results: &Results) -> String {
    let cell = |row: &Row| {
        row.allocations
            .map_or_else(String::new, |count| format!("{count:.2}"))
    };
    matrix(results, 1, cell)
}

/// Three digits that count.
pub fn rounded(nanoseconds: f64) -> String {
    match nanoseconds {
        ..10.0 => format!("{nanoseconds:.2}"),
        ..100.0 => format!("{nanoseconds:.1}"),
        _ => format!("{nanoseconds:.0}"),
    }
}

fn matrix(results: &Results, threads: usize, cell: impl Fn(&Row) -> String) -> String {
    let has = |case: &str, peer: Option<&str>| {
        let mut rows = results.0.iter();
        rows.any(|row| {
            row.case == case && row.threads == threads && peer.is_none_or(|peer| row.peer == peer)
        })
    };
    let cases: Vec<_> = CASES
        .iter()
        .map(|case| case.name)
        .filter(|case| has(case, None))
        .collect();
    let mut table = String::from("| |");
    for case in &cases {
        let _ = write!(table, " `{case}` |");
    }
    table += "\n|---|";
    table += &"--:|".repeat(cases.len());
    for peer in peers(results) {
        if !cases.iter().any(|case| has(case, Some(peer))) {
            continue;
        }
        let _ = write!(table, "\n| {peer} |");
        for case in &cases {
            let row = results.find(case, threads, peer);
            let _ = write!(table, " {} |", row.map_or_else(|| "–".to_owned(), &cell));
        }
    }
    table + "\n"
}

/// All contenders, memokit first, in the order in which they were met.
fn peers(results: &Results) -> Vec<&'static str> {
    let mut peers = vec!["memokit", "memokit_protected", "memokit_bare"];
    for row in &results.0 {
        if !peers.contains(&row.peer) {
            peers.push(row.peer);
        }
    }
    peers
}

fn extra(results: &Results, case: &str) -> Option<String> {
    let mut table = String::new();
    for row in results.0.iter().filter(|row| row.case == case) {
        let (name, figure) = row.extra?;
        if table.is_empty() {
            let _ = writeln!(
                table,
                "| | {} | ns per call |\n|---|--:|--:|",
                name.replace('_', " ")
            );
        }
        let time = row.samples.median().map_or_else(|| "–".to_owned(), rounded);
        let _ = writeln!(table, "| {} | {} | {time} |", row.peer, rounded(figure));
    }
    (!table.is_empty()).then_some(table)
}

fn legend(results: &Results) -> String {
    let mut list = String::new();
    for case in CASES {
        if results.0.iter().any(|row| row.case == case.name) {
            let _ = writeln!(list, "- `{}`: {}", case.name, case.about);
        }
    }
    list
}

/// The rivals that are pinned in a manifest.
fn versions(manifest: &str) -> String {
    let pinned = manifest.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" = ")?;
        let (version, _) = rest.split_once("\"=")?.1.split_once('"')?;
        Some(format!("{name} {version}"))
    });
    pinned.collect::<Vec<_>>().join(", ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::samples::Samples;

    fn row(threads: usize, peer: &'static str, time: Option<f64>, hit_ratio: f64) -> Row {
        let mut samples = Samples::default();
        for _ in 0..FEW {
            samples.push(time);
        }
        Row {
            case: "hit_u64",
            threads,
            peer,
            samples,
            hit_ratio: Some(hit_ratio),
            ..Row::default()
        }
    }

    #[test]
    fn tables_say_what_was_measured_and_what_not() {
        let results = Results(vec![
            row(1, "moka", Some(123.4), 1.0),
            row(1, "memokit", Some(4.567), 1.0),
            row(1, "lru", None, 1.0),
            row(2, "papaya", Some(12.34), 0.5),
        ]);
        let mut few = row(3, "moka", None, 1.0);
        few.samples.push(Some(7.0));
        assert!(times(&Results(vec![few]), 3).contains("| moka | 7.00* |"));
        assert_eq!(
            times(&results, 1),
            "| | `hit_u64` |\n|---|--:|\n| memokit | 4.57 |\n| moka | 123 |\n| lru | – |\n"
        );
        assert_eq!(
            times(&results, 2),
            "| | `hit_u64` |\n|---|--:|\n| papaya | 12.3 (50.0 %) |\n"
        );
    }

    #[test]
    fn versions_are_those_of_the_manifest() {
        let manifest = "version = \"0.0.0\"\na = \"=1.2.3\"\nb = { version = \"=2.0.0\", x = 1 }\n";
        assert_eq!(versions(manifest), "a 1.2.3, b 2.0.0\n");
    }
}
