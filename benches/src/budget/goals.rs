//! What the figures must be.

use std::fmt::Write as _;

use super::loads::{MIXED, PHASES, SCAN};
use super::results::Results;
use super::rules::{EQUAL_SPLIT, GLOBAL_LRU, MARGINAL_HITS, OURS};

/// The most that memokit may pay in the mix, in percent of no cache.
const MOST: f64 = 55.0;

/// Where, and whom memokit must be below.
const BELOW: [(&str, &str); 9] = [
    (MIXED, EQUAL_SPLIT),
    (MIXED, GLOBAL_LRU),
    (MIXED, MARGINAL_HITS),
    (PHASES, EQUAL_SPLIT),
    (PHASES, GLOBAL_LRU),
    (PHASES, MARGINAL_HITS),
    (SCAN, EQUAL_SPLIT),
    (SCAN, GLOBAL_LRU),
    (SCAN, MARGINAL_HITS),
];

/// The table of the goals whose load was replayed. An error is the same with one that was missed.
pub fn check(results: &Results) -> Result<String, String> {
    let mut table = "| load | must be | limit | measured | |\n|---|---|--:|--:|---|\n".to_owned();
    let mut all_met = true;
    let mut add = |load: &str, what: &str, limit: f64, is_met: fn(f64, f64) -> bool| {
        let Some(ours) = results.find(load, OURS) else {
            return;
        };
        let ours = ours.percent();
        let is_met = is_met(ours, limit);
        all_met &= is_met;
        let verdict = if is_met { "pass" } else { "FAIL" };
        let _ = writeln!(
            table,
            "| {load} | {what} | {limit:.1} | {ours:.1} | {verdict} |"
        );
    };
    add(MIXED, "at most", MOST, |ours, limit| ours <= limit);
    for (load, rule) in BELOW {
        if let Some(theirs) = results.find(load, rule) {
            let what = format!("below {rule}");
            add(load, &what, theirs.percent(), |ours, limit| ours < limit);
        }
    }
    if all_met { Ok(table) } else { Err(table) }
}

#[cfg(test)]
mod tests {
    use super::super::loads::CASES;
    use super::super::results::tests::row;
    use super::super::rules::RULES;
    use super::*;

    fn results(ours: u64, lru: u64) -> Results {
        Results(vec![row(MIXED, OURS, ours), row(MIXED, GLOBAL_LRU, lru)])
    }

    #[test]
    fn the_most_and_the_others_are_limits() {
        let table = check(&results(55, 56)).unwrap();
        assert!(table.contains("| mixed | at most | 55.0 | 55.0 | pass |"));
        assert!(table.contains("| mixed | below global LRU | 56.0 | 55.0 | pass |"));
        let table = check(&results(56, 57)).unwrap_err();
        assert!(table.contains("| mixed | at most | 55.0 | 56.0 | FAIL |"));
        let table = check(&results(50, 50)).unwrap_err();
        assert!(table.contains("| mixed | below global LRU | 50.0 | 50.0 | FAIL |"));
    }

    #[test]
    fn goals_are_about_loads_and_rules_that_are_there() {
        for (load, rule) in BELOW {
            assert!(CASES.iter().any(|case| case.name == load), "{load}");
            assert!(RULES.iter().any(|known| known.name == rule), "{rule}");
        }
    }
}
