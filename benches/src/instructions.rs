//! Instructions of one call, counted by callgrind and compared with the committed figures.
//!
//! Times tell apart what differs by a tenth; instructions tell apart what differs by a hundredth,
//! on any machine of the same architecture and with the same compiler, and beside whatever else
//! runs there. A case fails when it takes more than 5 % more than was committed.
//!
//! The cost of a call is the difference between two runs that make different numbers of calls.
//! Where a key lands in the table is random in every process. A case calls with 1,000 keys and more,
//! and the middle of three measurements counts, so that this moves the figure by less than 1 %.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::harness::samples::quantile;
use crate::options::Options;
use crate::peers::results;

/// Cases of `peers`.
const CASES: [&str; 5] = ["hit_u64", "hit_u64_ttl", "hit_bare", "hit_str", "miss"];

/// How much more than committed is too much.
const TOLERANCE: f64 = 1.05;

/// The calls of the two runs.
const FEW: usize = 1 << 13;
const MANY: usize = FEW + (1 << 16);

const MEASUREMENTS: usize = 3;

/// Instructions per call, by case.
type Counts = BTreeMap<String, f64>;

pub fn run(options: &Options) -> Result<(), String> {
    let committed = if options.update {
        Counts::new()
    } else {
        read()?
    };
    let mut counted = Counts::new();
    for case in CASES {
        counted.insert(case.to_owned(), per_call("peers", case)?);
    }
    print(&counted, &committed);
    if options.update {
        return results::write(&file(), &json(&counted));
    }
    let worse = worse(&counted, &committed);
    if worse.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more instructions than committed: {}.\nIf that is meant, or the compiler has changed: \
         `cargo bench --manifest-path benches/Cargo.toml -- instructions --update`",
        worse.join(", ")
    ))
}

fn file() -> PathBuf {
    results::folder().join("instructions.json")
}

fn read() -> Result<Counts, String> {
    let file = file();
    let described = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(&file).map_err(|error| described(&error))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| described(&error))?;
    parse(&value).ok_or_else(|| described(&"an object with a number for each case is expected"))
}

fn parse(value: &Value) -> Option<Counts> {
    let figures = value.as_object()?.iter();
    figures
        .map(|(case, count)| Some((case.clone(), count.as_f64()?)))
        .collect()
}

fn json(counts: &Counts) -> String {
    let line = |(case, count): (&String, &f64)| format!("  \"{case}\": {count:.1}");
    let lines: Vec<String> = counts.iter().map(line).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// Instructions of one call in a benchmark that has `--once CASE N`.
pub fn per_call(benchmark: &str, case: &str) -> Result<f64, String> {
    let mut measured = Vec::new();
    for _ in 0..MEASUREMENTS {
        let more = instructions(benchmark, case, MANY)?
            .saturating_sub(instructions(benchmark, case, FEW)?);
        measured.push(more as f64 / (MANY - FEW) as f64);
    }
    Ok(quantile(&measured, 0.5).expect("measured more than once"))
}

/// All instructions of a process that makes so many calls.
fn instructions(benchmark: &str, case: &str, calls: usize) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([benchmark, "--once", case, &calls.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}; most systems have a package of this name"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(report.into_owned());
    }
    collected(&report).ok_or_else(|| format!("no count in what callgrind says: {report}"))
}

/// The total in callgrind's closing lines.
fn collected(report: &str) -> Option<u64> {
    let (_, rest) = report.split_once("Collected :")?;
    rest.split_whitespace().next()?.parse().ok()
}

fn print(counted: &Counts, committed: &Counts) {
    println!("### Instructions per call, callgrind\n");
    println!("| case | counted | committed | ÷ | |\n|---|--:|--:|--:|---|");
    for (case, count) in counted {
        let line = match committed.get(case) {
            Some(old) => {
                let verdict = if *count > old * TOLERANCE {
                    "FAIL"
                } else {
                    "pass"
                };
                format!("{old:.1} | {:.3} | {verdict}", count / old)
            }
            None => "– | – | not committed".to_owned(),
        };
        println!("| `{case}` | {count:.1} | {line} |");
    }
    println!();
}

/// The cases that take too many, or that have no committed figure.
fn worse<'a>(counted: &'a Counts, committed: &Counts) -> Vec<&'a str> {
    let too_many = |(case, count): &(&String, &f64)| {
        committed
            .get(*case)
            .is_none_or(|old| **count > old * TOLERANCE)
    };
    let cases = counted.iter().filter(too_many);
    cases.map(|(case, _)| case.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(figures: &[(&str, f64)]) -> Counts {
        let owned = |(case, count): &(&str, f64)| ((*case).to_owned(), *count);
        figures.iter().map(owned).collect()
    }

    #[test]
    fn a_twentieth_more_is_too_much() {
        let committed = counts(&[("a", 100.0), ("b", 100.0), ("c", 100.0)]);
        let counted = counts(&[("a", 104.9), ("b", 105.1), ("c", 50.0), ("d", 1.0)]);
        assert_eq!(worse(&counted, &committed), ["b", "d"]);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let written = counts(&[("hit_u64", 62.25), ("miss", 400.0)]);
        let value = serde_json::from_str(&json(&written)).unwrap();
        assert_eq!(
            parse(&value),
            Some(counts(&[("hit_u64", 62.2), ("miss", 400.0)]))
        );
        assert_eq!(parse(&serde_json::json!({"hit_u64": "many"})), None);
    }

    #[test]
    fn the_total_is_found() {
        let report = "==1== Events    : Ir\n==1== Collected : 9232487\n==1== \n";
        assert_eq!(collected(report), Some(9_232_487));
        assert_eq!(collected("valgrind: fatal"), None);
    }
}
