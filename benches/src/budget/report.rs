//! The figures as Markdown.

use std::fmt::Write as _;

use super::loads::CASES;
use super::results::{Results, Row};
use super::rules::{OURS, RULES};

const ABOUT: &str = "\
Many functions share one memory budget. What is not kept has to be computed again, and what that costs is
the figure: the time that all computations take, in percent of what they take without a cache. Lower is
better. The first computation of each result is paid by everyone, so nobody reaches 0.

Loads are made up, and the same in each run: functions by their shares, keys of each by Zipf's law, costs and
sizes of its results around their medians. The budget of the mix is so small that the best of the simple
rules pays some 60 % there. Time passes on a clock that is moved by hand: 5 µs with each call, and the cost
of what is computed. memokit replays with its real caches and its real rule; it draws at random, so its figures
differ by some tenths from run to run. The others are plain models over the same calls, the same budget and
the same bytes for each entry, with the least recently used entry giving way inside of each part; models of
published rules, not the code of those who published them.
";

/// The tables; `goals` is that of what must be.
pub fn markdown(results: &Results, goals: &str) -> String {
    let mut text = format!("{ABOUT}\n## Recompute time paid, % of no cache\n\n");
    text += &table(results, Row::percent);
    text += "\n## Hits, % of calls\n\nA rule can find more and pay more: what it finds may be cheap.\n\n";
    text += &table(results, Row::hit_percent);
    let _ = write!(text, "\n## Goals\n\n{goals}\n## Loads\n\n");
    let cases = CASES.iter();
    for case in cases.filter(|case| results.loads().any(|load| load == case.name)) {
        let _ = writeln!(text, "- **{}**: {}.", case.name, case.about);
    }
    text += "\n## Rules\n\n";
    for rule in RULES {
        let _ = writeln!(text, "- **{}**: {}.", rule.name, rule.about);
    }
    text
}

/// Rules down, loads across.
fn table(results: &Results, figure: fn(&Row) -> f64) -> String {
    let mut table = String::from("| |");
    for load in results.loads() {
        let _ = write!(table, " {load} |");
    }
    let _ = writeln!(table, "\n|---|{}", "--:|".repeat(results.loads().count()));
    for rule in RULES {
        let name = rule.name;
        let _ = if name == OURS {
            write!(table, "| **{name}** |")
        } else {
            write!(table, "| {name} |")
        };
        for load in results.loads() {
            let row = results.find(load, name);
            let figure = row.map_or_else(|| "–".to_owned(), |row| format!("{:.1}", figure(row)));
            let _ = write!(table, " {figure} |");
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::row;
    use super::super::rules::GLOBAL_LRU;
    use super::*;

    #[test]
    fn tables_have_rules_down_and_loads_across() {
        let results = Results(vec![
            row("mixed", OURS, 40),
            row("mixed", GLOBAL_LRU, 60),
            row("scan flood", OURS, 50),
        ]);
        let text = markdown(&results, "goals");
        assert!(
            text.contains("| | mixed | scan flood |\n|---|--:|--:|\n"),
            "{text}"
        );
        assert!(text.contains("| **memokit** | 40.0 | 50.0 |"));
        assert!(text.contains("| global LRU | 60.0 | – |"));
        assert!(text.contains("| **memokit** | 75.0 | 75.0 |"));
        assert!(text.contains("- **scan flood**: ") && !text.contains("- **homogeneous**"));
    }
}
