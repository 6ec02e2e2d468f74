//! The figures as Markdown, and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Figures, Table};
use crate::harness::samples::Samples;
use crate::peers::report::{machine, rounded};

const ABOUT: &str = "\
The same function with each `oom_protection`, in turns in one process, one thread. \"Insert\": into a cache
that has room; \"replace\": into a full one, where each result evicts another, which a cache without a bound
does not do; both with the body, whose own time is in the title. A hit has the clone of the value in it.
\"÷\" is the median over all rounds of the ratio to `true` in the same round. \"Allocations\" are those of an
insertion, with the body's. \"Accounted\" is what the cache counts for an entry, \"resident\" what a process
has grown by for each one when it has filled a cache. The program counts no allocations
(`memokit::alloc::Tracking`).
";

pub fn markdown(tables: &[Table]) -> String {
    let mut text = format!("{}\n{ABOUT}", machine());
    for table in tables {
        let body = table.body.median().unwrap_or(f64::NAN);
        let _ = write!(
            text,
            "\n## {}, body {} ns\n\n\
             | `oom_protection` | hit, ns | ÷ | insert, ns | ÷ | replace, ns | ÷ | allocations | \
             accounted, bytes | resident, bytes |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            table.shape.about,
            rounded(body),
        );
        for figures in &table.figures {
            let _ = writeln!(text, "{}", row(figures, &table.figures[0]));
        }
    }
    text
}

fn row(figures: &Figures, reference: &Figures) -> String {
    let pair = |mine: &Samples, theirs: &Samples| match (mine.median(), mine.ratio(theirs)) {
        (Some(median), Some(ratio)) => format!("{} | {ratio:.2}", rounded(median)),
        _ => "– | –".to_owned(),
    };
    let resident = figures.size.resident;
    format!(
        "| `{}` | {} | {} | {} | {:.1} | {} | {} |",
        figures.mode,
        pair(&figures.hit, &reference.hit),
        pair(&figures.insert, &reference.insert),
        pair(&figures.replace, &reference.replace),
        figures.allocations,
        rounded(figures.size.accounted),
        resident.map_or_else(|| "–".to_owned(), rounded),
    )
}

/// One object for each mode of each kind of entries.
pub fn json(tables: &[Table]) -> String {
    let rows = tables.iter().flat_map(|table| {
        let figures = table.figures.iter();
        figures.map(|figures| object(table, figures).to_string())
    });
    format!("[\n{}\n]\n", rows.collect::<Vec<_>>().join(",\n"))
}

fn object(table: &Table, figures: &Figures) -> Value {
    json!({
        "case": table.shape.name,
        "mode": figures.mode,
        "body_ns_median": table.body.median(),
        "hit_ns_median": figures.hit.median(),
        "insert_ns_median": figures.insert.median(),
        "replace_ns_median": figures.replace.median(),
        "samples": figures.insert.count(),
        "allocs_per_insert": figures.allocations,
        "accounted_bytes": figures.size.accounted,
        "resident_bytes": figures.size.resident,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modes::functions::SHAPES;
    use crate::modes::sizes::Size;

    fn figures(mode: &'static str, insert: f64, replace: Option<f64>) -> Figures {
        let samples = |time: Option<f64>| {
            let mut samples = Samples::default();
            if time.is_some() {
                samples.push(time);
            }
            samples
        };
        Figures {
            mode,
            hit: samples(Some(5.0)),
            insert: samples(Some(insert)),
            replace: samples(replace),
            allocations: 2.0,
            size: Size {
                accounted: 81.0,
                resident: None,
            },
        }
    }

    fn table() -> Table {
        let mut body = Samples::default();
        body.push(Some(2.0));
        Table {
            shape: &SHAPES[0],
            body,
            figures: vec![
                figures("true", 50.0, Some(100.0)),
                figures("false", 40.0, None),
            ],
        }
    }

    #[test]
    fn modes_stand_beside_the_first() {
        let text = markdown(&[table()]);
        let row = "| `false` | 5.00 | 1.00 | 40.0 | 0.80 | – | – | 2.0 | 81.0 | – |";
        assert!(text.contains(row), "{text}");
    }

    #[test]
    fn programs_find_every_figure() {
        let read: Value = serde_json::from_str(&json(&[table()])).unwrap();
        assert_eq!(read[0]["replace_ns_median"], 100.0);
        assert_eq!(read[1]["mode"], "false");
        assert_eq!(read[1]["replace_ns_median"], Value::Null);
        assert_eq!(read[1]["accounted_bytes"], 81.0);
    }
}
