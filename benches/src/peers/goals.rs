//! What the figures must be: memokit's ratios to others, and a few plain numbers.

use std::fmt::Write as _;

use super::results::{Results, Row};

const OURS: &str = "memokit";

/// A figure and the most that it may be.
struct Goal {
    case: &'static str,
    threads: usize,
    figure: Figure,
    limit: f64,
    /// What is hoped for.
    stretch: Option<f64>,
}

enum Figure {
    /// Median of the ratios of the rounds, ours ÷ theirs.
    Over(&'static str),
    /// How much more the bounded cache costs than the bare one.
    ProtectedOverBare,
    Allocations,
    Extra,
}

const fn over(case: &'static str, threads: usize, theirs: &'static str, limit: f64) -> Goal {
    Goal {
        case,
        threads,
        figure: Figure::Over(theirs),
        limit,
        stretch: None,
    }
}

const fn plain(case: &'static str, threads: usize, figure: Figure, limit: f64) -> Goal {
    Goal {
        case,
        threads,
        figure,
        limit,
        stretch: None,
    }
}

impl Goal {
    const fn hoped(self, stretch: f64) -> Self {
        Self {
            stretch: Some(stretch),
            ..self
        }
    }
}

const GOALS: &[Goal] = &[
    over("hit_u64", 1, "quick_cache", 0.40),
    over("hit_u64", 1, "cached_max_size", 0.30),
    over("hit_u64", 1, "tls_hashbrown", 2.0),
    over("hit_u64", 2, "quick_cache", 0.12),
    over("hit_u64", 2, "cached_max_size", 0.12),
    over("hit_u64", 2, "cached_concurrent", 0.12),
    over("hit_u64_ttl", 1, "cached_ttl", 0.25),
    over("hit_bare", 1, "dashmap_foldhash", 0.35),
    plain("hit_bare", 1, Figure::ProtectedOverBare, 1.6),
    over("hit_str", 1, "quick_cache", 0.75),
    over("hit_str", 1, "cached_max_size", 0.40),
    plain("hit_str", 1, Figure::Allocations, 0.0),
    over("hit_with", 1, "quick_cache", 0.40),
    over("hit_u64_100k", 1, "quick_cache", 1.0),
    over("hit_u64_100k", 1, "dashmap_foldhash", 1.3),
    over("hit_bare_100k", 1, "dashmap_foldhash", 1.0),
    over("zipf", 1, "quick_cache", 1.15).hoped(1.0),
    over("zipf", 2, "quick_cache", 1.15).hoped(1.0),
    over("miss", 1, "quick_cache", 1.15),
    // The limit is quick_cache's; beside `cached` there is only the hope.
    over("miss", 1, "cached_max_size", f64::INFINITY).hoped(1.0),
    plain("bytes_per_entry", 1, Figure::Extra, 79.0).hoped(52.0),
    plain("stampede", super::stampede::CALLERS, Figure::Extra, 1.0),
];

impl Goal {
    /// `None` if something was not measured.
    fn measured(&self, results: &Results) -> Option<f64> {
        let ours = results.find(self.case, self.threads, OURS)?;
        match self.figure {
            Figure::ProtectedOverBare => {
                let protected = results.find(self.case, self.threads, "memokit_protected")?;
                protected.samples.ratio(&ours.samples)
            }
            Figure::Over(theirs) => {
                let theirs = results.find(self.case, self.threads, theirs)?;
                ours.samples.ratio(&theirs.samples)
            }
            Figure::Allocations => ours.allocations,
            Figure::Extra => ours.extra.map(|(_, figure)| figure),
        }
    }

    fn what(&self, row: Option<&Row>) -> String {
        match self.figure {
            Figure::ProtectedOverBare => "protected ÷ bare".to_owned(),
            Figure::Over(theirs) => format!("÷ {theirs}"),
            Figure::Allocations => "allocations per call".to_owned(),
            Figure::Extra => row
                .and_then(|row| row.extra)
                .map_or_else(String::new, |(name, _)| name.replace('_', " ")),
        }
    }
}

/// The Markdown table of all goals whose case was measured.
pub fn table(results: &Results) -> String {
    let mut table = String::from(
        "| case | threads | figure | measured | limit | hoped for | |\n|---|--:|---|--:|--:|--:|---|\n",
    );
    let measured = |goal: &&Goal| results.0.iter().any(|row| row.case == goal.case);
    for goal in GOALS.iter().filter(measured) {
        let row = results.find(goal.case, goal.threads, OURS);
        let figure = goal.measured(results);
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            goal.case,
            goal.threads,
            goal.what(row),
            figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2}")),
            if goal.limit.is_finite() {
                goal.limit.to_string()
            } else {
                String::new()
            },
            goal.stretch
                .map_or_else(String::new, |stretch| stretch.to_string()),
            verdict(figure, goal),
        );
    }
    table
}

fn verdict(figure: Option<f64>, goal: &Goal) -> &'static str {
    match figure {
        None => "not measured",
        Some(figure) if figure > goal.limit => "FAIL",
        Some(figure) if goal.stretch.is_some_and(|stretch| figure > stretch) => {
            "pass, not as hoped"
        }
        Some(_) => "pass",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::cases::CASES;
    use crate::peers::{memory, stampede};

    fn results(rows: &[(&'static str, &'static str, f64)]) -> Results {
        let row = |(case, peer, time): &(&'static str, &'static str, f64)| {
            let mut row = Row {
                case,
                threads: 1,
                peer,
                allocations: Some(0.0),
                ..Row::default()
            };
            row.samples.push(Some(*time));
            row
        };
        Results(rows.iter().map(row).collect())
    }

    fn line<'a>(table: &'a str, case: &str, figure: &str) -> &'a str {
        let start = format!("| `{case}` | 1 | {figure} |");
        let found = table.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_else(|| panic!("no {start}: {table}"))
    }

    #[test]
    fn ratios_are_held_against_their_limits() {
        let table = table(&results(&[
            ("hit_u64", "memokit", 5.0),
            ("hit_u64", "quick_cache", 10.0),
            ("hit_u64", "cached_max_size", 20.0),
            ("hit_bare", "memokit", 4.0),
            ("hit_bare", "memokit_protected", 6.0),
            ("zipf", "memokit", 11.0),
            ("zipf", "quick_cache", 10.0),
            ("hit_str", "memokit", 5.0),
        ]));
        assert_eq!(
            line(&table, "hit_u64", "÷ quick_cache"),
            " 0.50 | 0.4 |  | FAIL |"
        );
        assert_eq!(
            line(&table, "hit_u64", "÷ cached_max_size"),
            " 0.25 | 0.3 |  | pass |"
        );
        assert_eq!(
            line(&table, "hit_u64", "÷ tls_hashbrown"),
            " – | 2 |  | not measured |"
        );
        assert_eq!(
            line(&table, "hit_bare", "protected ÷ bare"),
            " 1.50 | 1.6 |  | pass |"
        );
        assert_eq!(
            line(&table, "zipf", "÷ quick_cache"),
            " 1.10 | 1.15 | 1 | pass, not as hoped |"
        );
        assert_eq!(
            line(&table, "hit_str", "allocations per call"),
            " 0.00 | 0 |  | pass |"
        );
        assert!(!table.contains("`miss`"), "what is left out has no limit");
    }

    #[test]
    fn every_goal_is_about_a_case_and_its_contenders() {
        for goal in GOALS {
            let Some(case) = CASES.iter().find(|case| case.name == goal.case) else {
                assert!(
                    [memory::NAME, stampede::NAME].contains(&goal.case),
                    "{}",
                    goal.case
                );
                continue;
            };
            assert!(case.threads.contains(&goal.threads), "{}", goal.case);
            if let Figure::Over(theirs) = goal.figure {
                let names: Vec<_> = (case.build)().runners.iter().map(|r| r.name).collect();
                assert!(names.contains(&theirs), "{}: {names:?}", goal.case);
            }
        }
    }
}
