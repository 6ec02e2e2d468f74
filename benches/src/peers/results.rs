//! What was measured, and where it goes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::samples::Samples;

/// The figures of one contender in one case.
#[derive(Clone, Default)]
pub struct Row {
    pub case: &'static str,
    pub threads: usize,
    pub peer: &'static str,
    /// Empty if no sample was clean.
    pub samples: Samples,
    pub allocations: Option<f64>,
    pub hit_ratio: Option<f64>,
    /// What only this case has: its name for programs, and the figure.
    pub extra: Option<(&'static str, f64)>,
}

/// All rows, in the order in which they were measured.
#[derive(Default)]
pub struct Results(pub Vec<Row>);

impl Results {
    pub fn find(&self, case: &str, threads: usize, peer: &str) -> Option<&Row> {
        let wanted = |row: &&Row| row.case == case && row.threads == threads && row.peer == peer;
        self.0.iter().find(wanted)
    }

    /// One object for each row that has a time: every field is a number, so that programs need not
    /// expect anything else.
    pub fn json(&self) -> String {
        let timed = self.0.iter().filter(|row| row.samples.count() > 0);
        let rows: Vec<String> = timed.map(|row| object(row).to_string()).collect();
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn object(row: &Row) -> Value {
    let mut object = json!({
        "case": row.case,
        "threads": row.threads,
        "peer": row.peer,
        "ns_median": row.samples.median(),
        "ns_quartiles": [row.samples.quantile(0.25), row.samples.quantile(0.75)],
        "samples": row.samples.count(),
        "allocs_per_op": row.allocations,
        "hit_ratio": row.hit_ratio,
    });
    if let Some((name, figure)) = row.extra {
        object[name] = figure.into();
    }
    object
}

/// The folder for committed figures, in the repository.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results")
}

/// Writes a file, with its folder.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let described = |error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(described)?;
    }
    fs::write(path, text).map_err(described)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(peer: &'static str, samples: &[f64]) -> Row {
        let mut row = Row {
            case: "hit_u64",
            threads: 2,
            peer,
            allocations: Some(0.5),
            ..Row::default()
        };
        for sample in samples {
            row.samples.push(Some(*sample));
        }
        row
    }

    #[test]
    fn programs_find_every_field() {
        let mut first = row("memokit", &[3.0, 1.0, 2.0]);
        first.hit_ratio = Some(1.0);
        first.extra = Some(("bodies", 1.0));
        let results = Results(vec![first, row("moka", &[])]);
        let read: Value = serde_json::from_str(&results.json()).unwrap();
        assert_eq!(read[0]["case"], "hit_u64");
        assert_eq!(read[0]["threads"], 2);
        assert_eq!(read[0]["peer"], "memokit");
        assert_eq!(read[0]["ns_median"], 2.0);
        assert_eq!(read[0]["allocs_per_op"], 0.5);
        assert_eq!(read[0]["hit_ratio"], 1.0);
        assert_eq!(read[0]["bodies"], 1.0);
        assert_eq!(read.as_array().unwrap().len(), 1, "no time, no row");
    }

    #[test]
    fn rows_are_found_by_all_their_names() {
        let results = Results(vec![row("memokit", &[]), row("moka", &[])]);
        assert_eq!(results.find("hit_u64", 2, "moka").unwrap().peer, "moka");
        assert!(results.find("hit_u64", 1, "moka").is_none());
    }
}
