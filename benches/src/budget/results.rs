//! What was paid, and where it goes.

use serde_json::json;

use super::rules::Paid;

/// One rule under one load.
pub struct Row {
    pub load: &'static str,
    pub rule: &'static str,
    pub paid: Paid,
    /// What all calls together cost without a cache.
    pub whole: Paid,
}

impl Row {
    /// Recompute time, in percent of no cache.
    pub fn percent(&self) -> f64 {
        self.paid.nanos as f64 * 100.0 / self.whole.nanos.max(1) as f64
    }

    pub fn hit_percent(&self) -> f64 {
        100.0 - self.paid.misses as f64 * 100.0 / self.whole.misses.max(1) as f64
    }
}

/// All rows, those of one load together.
pub struct Results(pub Vec<Row>);

impl Results {
    pub fn find(&self, load: &str, rule: &str) -> Option<&Row> {
        let wanted = |row: &&Row| row.load == load && row.rule == rule;
        self.0.iter().find(wanted)
    }

    /// The loads that were replayed.
    pub fn loads(&self) -> impl Iterator<Item = &'static str> {
        let loads = self.0.chunk_by(|left, right| left.load == right.load);
        loads.map(|rows| rows[0].load)
    }

    /// One object for each row.
    pub fn json(&self) -> String {
        let rows = self.0.iter().map(|row| {
            let row = json!({
                "load": row.load,
                "rule": row.rule,
                "paid_ns": row.paid.nanos,
                "whole_ns": row.whole.nanos,
                "paid_percent": row.percent(),
                "misses": row.paid.misses,
                "calls": row.whole.misses,
            });
            row.to_string()
        });
        format!("[\n{}\n]\n", rows.collect::<Vec<_>>().join(",\n"))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A rule that paid so many percent of the time, and missed a quarter of the calls.
    pub fn row(load: &'static str, rule: &'static str, percent: u64) -> Row {
        let (calls, nanos) = (1_000, 1_000_000);
        Row {
            load,
            rule,
            paid: Paid {
                nanos: nanos / 100 * percent,
                misses: calls / 4,
            },
            whole: Paid {
                nanos,
                misses: calls,
            },
        }
    }

    #[test]
    fn programs_find_every_field() {
        let results = Results(vec![
            row("mixed", "memokit", 40),
            row("other", "memokit", 50),
        ]);
        let read: serde_json::Value = serde_json::from_str(&results.json()).unwrap();
        let expected = json!({
            "load": "other", "rule": "memokit", "paid_ns": 500_000, "whole_ns": 1_000_000,
            "paid_percent": 50.0, "misses": 250, "calls": 1_000
        });
        assert_eq!(read[1], expected);
        assert_eq!(read.as_array().unwrap().len(), 2);
    }

    #[test]
    fn shares_are_of_the_whole() {
        let results = Results(vec![
            row("a", "memokit", 40),
            row("a", "global LRU", 60),
            row("b", "memokit", 10),
        ]);
        assert_eq!(results.loads().collect::<Vec<_>>(), ["a", "b"]);
        let found = results.find("a", "global LRU").unwrap();
        assert_eq!((found.percent(), found.hit_percent()), (60.0, 75.0));
        assert!(results.find("b", "global LRU").is_none());
    }
}
