//! The figures as Markdown.

use std::fmt::Write as _;

use super::contenders::{CONTENDERS, Contender, Origin};
use super::results::{Results, Summary};

const ABOUT: &str = "\
Hits in percent of the accesses, over traces of real and of made-up programs: what a cache does when
it is asked for each key in turn and stores it where it was not found. Policies of memokit are in bold,
replayed by its real cache; the others are caches of other crates as they come, and plain models: `opt` is
the optimum (Belady), which knows the future, `fifo` the textbook's where it is not in bold.

A trace is replayed with capacities of 0.1, 1, 5, 10 and 20 % of its distinct keys. Cells count where the
capacity is at least 16 entries and the optimum at least one point above FIFO: elsewhere there is nothing
to choose. Capacities are what caches are asked for: some round up or hold more for a while. Peers
that draw a seed for their hashing, or have more parts on more processors, differ by some tenths of a point
from run to run and from machine to machine.
";

const MEANS: &str = "\
| | mean | below `opt` | memoized functions | mean of cells | worst cell against `lru` | |
|---|--:|--:|--:|--:|--:|---|
";

const LEGEND: &str = "\
\"Mean\": over the cells of a trace, and over all traces of that, so that each trace counts the same, however
many of its cells count. \"Memoized functions\": the same over the traces `memo-*`, recorded calls of
memoized functions. \"Mean of cells\": each cell counts the same.

";

/// The tables; `verdict` says how the textbook's models compare.
pub fn markdown(results: &Results, verdict: &str) -> String {
    let summaries = results.summaries();
    let mut text = format!("{ABOUT}\n");
    let (traces, cells) = (results.traces().count(), results.0.len());
    let means = means(&summaries);
    let _ = writeln!(text, "## Means: traces {traces}, cells {cells}\n\n{means}");
    let _ = writeln!(text, "{LEGEND}{verdict}\n");
    let _ = writeln!(text, "## Cells\n\n{}", cell_table(results, &summaries));
    let versions = versions(include_str!("../../Cargo.toml"));
    let _ = writeln!(text, "## Versions\n\n{versions}");
    text
}

fn means(summaries: &[Summary<'_>]) -> String {
    let mut table = MEANS.to_owned();
    for summary in summaries {
        let (difference, cell) = summary.worst;
        let memoized = summary.memoized;
        let _ = writeln!(
            table,
            "| {} | {:.2} | {:.2} | {} | {:.2} | {difference:+.1} | `{}`, {} |",
            title(summary.name),
            summary.mean,
            summary.below_opt,
            memoized.map_or_else(|| "–".to_owned(), |points| format!("{points:.2}")),
            summary.mean_of_cells,
            cell.trace,
            cell.capacity,
        );
    }
    table
}

/// Cells down, everyone across.
fn cell_table(results: &Results, summaries: &[Summary<'_>]) -> String {
    let mut table = String::from("| trace | accesses | capacity |");
    for summary in summaries {
        let _ = write!(table, " {} |", title(summary.name));
    }
    let _ = writeln!(table, "\n|---|--:|--:|{}", "--:|".repeat(summaries.len()));
    for cell in &results.0 {
        let _ = write!(
            table,
            "| `{}` | {} | {} |",
            cell.trace, cell.accesses, cell.capacity
        );
        for summary in summaries {
            let points = cell.points(summary.name);
            let points = points.map_or_else(|| "–".to_owned(), |points| format!("{points:.1}"));
            let _ = write!(table, " {points} |");
        }
        table.push('\n');
    }
    table
}

fn title(name: &str) -> String {
    if is_ours(name) {
        format!("**`{name}`**")
    } else {
        format!("`{name}`")
    }
}

pub fn is_ours(name: &str) -> bool {
    CONTENDERS
        .iter()
        .any(|known| known.name == name && known.is_ours())
}

/// The peers, as a manifest pins them.
fn versions(manifest: &str) -> String {
    let version = |contender: &Contender| {
        let Origin::Peer(package, _) = contender.origin else {
            return None;
        };
        let row = manifest.lines().find_map(|line| {
            let (name, row) = line.split_once(" = ")?;
            (name == package).then_some(row)
        });
        let (_, version) = row?.split_once("\"=")?;
        Some(format!("{package} {}", version.split_once('"')?.0))
    };
    let versions: Vec<_> = CONTENDERS.iter().filter_map(version).collect();
    versions.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::cell;
    use super::*;

    #[test]
    fn tables_have_everyone_in_the_order_of_their_means() {
        let text = markdown(&Results(vec![cell("memo-a", 16, 20, 40)]), "Checked.");
        assert!(text.contains("## Means: traces 1, cells 1"), "{text}");
        assert!(text.contains("| `opt` | 20.00 | 0.00 | 20.00 | 20.00 | +10.0 | `memo-a`, 16 |"));
        assert!(text.contains("| **`lru`** | 10.00 | 10.00 | 10.00 | 10.00 | +0.0 |"));
        assert!(text.contains("| trace | accesses | capacity | `opt` | `moka` |"));
        assert!(text.contains("\n| `memo-a` | 200 | 16 | 20.0 | 10.0 |"));
        let text = markdown(&Results(vec![cell("a", 16, 20, 40)]), "Checked.");
        assert!(text.contains("| `moka` | 10.00 | 10.00 | – | 10.00 |"));
    }

    #[test]
    fn every_peer_has_a_version() {
        let peers = CONTENDERS.iter().filter(|known| !known.is_ours());
        let versions = versions(include_str!("../../Cargo.toml"));
        assert_eq!(versions.split(", ").count(), peers.count(), "{versions}");
    }
}
