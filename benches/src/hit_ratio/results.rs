//! Hits of everyone in every cell, and what follows from them.

use serde_json::json;

use super::contenders::CONTENDERS;

/// Hits of the plain models.
pub struct Textbook {
    pub opt: usize,
    pub lru: usize,
    pub fifo: usize,
}

/// A trace with a capacity.
pub struct Cell {
    pub trace: String,
    pub capacity: usize,
    pub accesses: usize,
    pub textbook: Textbook,
    /// Of the [`CONTENDERS`], in their order.
    pub hits: Vec<usize>,
}

/// The optimum's name.
pub const OPT: &str = "opt";
/// What everyone is compared with.
pub const LRU: &str = "lru";
const FIFO: &str = "fifo";

/// Traces of memoized functions.
const MEMOIZED: &str = "memo-";

impl Cell {
    /// Hits by name; a contender's before those of a model with the same name.
    pub fn hits(&self, name: &str) -> Option<usize> {
        let place = CONTENDERS.iter().position(|known| known.name == name);
        place.map_or_else(|| self.model(name), |place| self.hits.get(place).copied())
    }

    fn model(&self, name: &str) -> Option<usize> {
        match name {
            OPT => Some(self.textbook.opt),
            LRU => Some(self.textbook.lru),
            FIFO => Some(self.textbook.fifo),
            _ => None,
        }
    }

    /// Hit ratio in percent.
    pub fn points(&self, name: &str) -> Option<f64> {
        let hits = self.hits(name)?;
        Some(hits as f64 * 100.0 / self.accesses as f64)
    }
}

/// All cells, those of one trace together.
pub struct Results(pub Vec<Cell>);

/// What one name reached over all cells, in points of hit ratio.
pub struct Summary<'a> {
    pub name: &'static str,
    /// Over traces: each of them counts the same.
    pub mean: f64,
    pub below_opt: f64,
    /// Over the traces of memoized functions, if there are any.
    pub memoized: Option<f64>,
    pub mean_of_cells: f64,
    /// The cell where it is farthest below LRU, or least above it, and by how much it is above.
    pub worst: (f64, &'a Cell),
}

impl Results {
    /// Everyone and the models, best mean first. Empty where there are no cells.
    pub fn summaries(&self) -> Vec<Summary<'_>> {
        let mut names = vec![OPT];
        names.extend(CONTENDERS.iter().map(|contender| contender.name));
        for model in [LRU, FIFO] {
            if !names.contains(&model) {
                names.push(model);
            }
        }
        let summaries = names.into_iter().filter_map(|name| self.summary(name));
        let mut summaries: Vec<_> = summaries.collect();
        summaries.sort_by(|left, right| right.mean.total_cmp(&left.mean));
        summaries
    }

    /// The cells of each trace.
    pub fn traces(&self) -> impl Iterator<Item = &[Cell]> {
        self.0.chunk_by(|left, right| left.trace == right.trace)
    }

    fn summary(&self, name: &'static str) -> Option<Summary<'_>> {
        let mean = mean_of_traces(self.traces(), name)?;
        let is_memoized = |cells: &&[Cell]| cells[0].trace.starts_with(MEMOIZED);
        let above_lru = |cell: &Cell| Some(cell.points(name)? - cell.points(LRU)?);
        let differences = self
            .0
            .iter()
            .filter_map(|cell| Some((above_lru(cell)?, cell)));
        Some(Summary {
            name,
            mean,
            below_opt: mean_of_traces(self.traces(), OPT)? - mean,
            memoized: mean_of_traces(self.traces().filter(is_memoized), name),
            mean_of_cells: mean_of_cells(&self.0, name)?,
            worst: differences.min_by(|left, right| left.0.total_cmp(&right.0))?,
        })
    }

    /// Checks who is called as a model against it: says in how many cells they are equal, or lists
    /// those where they are not.
    pub fn compare_with_models(&self) -> Result<String, String> {
        let mut lines = Vec::new();
        for name in CONTENDERS.iter().map(|contender| contender.name) {
            for cell in &self.0 {
                let Some(expected) = cell.model(name) else {
                    continue;
                };
                let hits = cell.hits(name).unwrap_or_default();
                if hits != expected {
                    lines.push(format!(
                        "`{name}` is not the textbook's: {}, {} entries: {hits} hits instead of {expected}",
                        cell.trace, cell.capacity
                    ));
                }
            }
        }
        if !lines.is_empty() {
            return Err(lines.join("\n"));
        }
        let models = [LRU, FIFO].into_iter();
        let compared = models.filter(|model| CONTENDERS.iter().any(|known| known.name == *model));
        let equal = |model| {
            format!(
                "`{model}` equals the textbook's in all {} cells",
                self.0.len()
            )
        };
        let lines: Vec<_> = compared.map(equal).collect();
        Ok(format!("{}: 0 differing hits.", lines.join(", ")))
    }

    /// One object for each cell and name.
    pub fn json(&self) -> String {
        let mut rows = Vec::new();
        for summary in self.summaries() {
            for cell in &self.0 {
                let row = json!({
                    "trace": cell.trace,
                    "capacity": cell.capacity,
                    "policy": summary.name,
                    "hits": cell.hits(summary.name),
                    "accesses": cell.accesses,
                });
                rows.push(row.to_string());
            }
        }
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn mean_of_traces<'a>(traces: impl Iterator<Item = &'a [Cell]>, name: &str) -> Option<f64> {
    mean(traces.filter_map(|cells| mean_of_cells(cells, name)))
}

fn mean_of_cells(cells: &[Cell], name: &str) -> Option<f64> {
    mean(cells.iter().filter_map(|cell| cell.points(name)))
}

fn mean(points: impl Iterator<Item = f64>) -> Option<f64> {
    let points: Vec<f64> = points.collect();
    (!points.is_empty()).then(|| points.iter().sum::<f64>() / points.len() as f64)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A cell where everyone has the same hits, as LRU and FIFO have.
    pub fn cell(trace: &str, capacity: usize, hits: usize, opt: usize) -> Cell {
        Cell {
            trace: trace.to_owned(),
            capacity,
            accesses: 200,
            textbook: Textbook {
                opt,
                lru: hits,
                fifo: hits,
            },
            hits: vec![hits; CONTENDERS.len()],
        }
    }

    fn place(name: &str) -> usize {
        CONTENDERS
            .iter()
            .position(|known| known.name == name)
            .unwrap()
    }

    #[test]
    fn summaries_are_means_over_traces() {
        let mut cells = vec![
            cell("memo-a", 16, 20, 40),
            cell("memo-a", 32, 40, 80),
            cell("b", 16, 100, 160),
        ];
        cells[0].hits[place("moka")] = 30;
        cells[2].hits[place("moka")] = 88;
        let results = Results(cells);
        let summaries = results.summaries();
        let of = |name| {
            summaries
                .iter()
                .find(|summary| summary.name == name)
                .unwrap()
        };
        assert_eq!((summaries[0].name, summaries[0].mean), (OPT, 55.0));
        let moka = of("moka");
        assert_eq!((moka.mean, moka.below_opt), (30.75, 24.25));
        assert_eq!(moka.memoized, Some(17.5));
        assert_eq!((moka.worst.0, moka.worst.1.trace.as_str()), (-6.0, "b"));
        assert_eq!(of(LRU).mean, 32.5);
        assert_eq!(of(FIFO).mean, 32.5);
        assert!((of(LRU).mean_of_cells - 80.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn who_differs_from_the_textbook_is_told() {
        let mut results = Results(vec![cell("a", 16, 20, 40), cell("b", 32, 20, 40)]);
        let equal = results.compare_with_models().unwrap();
        assert!(equal.contains("all 2 cells: 0 differing hits"), "{equal}");
        results.0[1].hits[place(LRU)] = 21;
        assert_eq!(
            results.compare_with_models().unwrap_err(),
            "`lru` is not the textbook's: b, 32 entries: 21 hits instead of 20"
        );
    }

    #[test]
    fn programs_find_every_field() {
        let results = Results(vec![cell("a", 16, 20, 40)]);
        let read: serde_json::Value = serde_json::from_str(&results.json()).unwrap();
        let rows = read.as_array().unwrap();
        let row = rows.iter().find(|row| row["policy"] == "quick_cache");
        let expected = json!({
            "trace": "a", "capacity": 16, "policy": "quick_cache", "hits": 20, "accesses": 200
        });
        assert_eq!(row, Some(&expected));
        assert_eq!(rows.len(), results.summaries().len());
    }
}
