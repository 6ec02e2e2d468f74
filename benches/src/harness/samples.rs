//! What was measured of one contender: one sample for each round, unless it was spoiled.

/// Nanoseconds per call, round by round.
#[derive(Clone, Default)]
pub struct Samples(Vec<Option<f64>>);

impl Samples {
    pub fn push(&mut self, sample: Option<f64>) {
        self.0.push(sample);
    }

    /// How many rounds were not spoiled.
    pub fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    pub fn quantile(&self, part: f64) -> Option<f64> {
        quantile(&self.0.iter().flatten().copied().collect::<Vec<_>>(), part)
    }

    /// The median of what `combine` makes of the samples that both have of one round: there both
    /// saw the same machine.
    pub fn compare(&self, other: &Self, combine: fn(f64, f64) -> f64) -> Option<f64> {
        let rounds = self.0.iter().zip(&other.0);
        let combined: Vec<f64> = rounds
            .filter_map(|(mine, theirs)| Some(combine((*mine)?, (*theirs)?)))
            .collect();
        quantile(&combined, 0.5)
    }

    /// Median over the rounds of `self ÷ other`.
    pub fn ratio(&self, other: &Self) -> Option<f64> {
        self.compare(other, |mine, theirs| mine / theirs)
    }
}

/// The value below which `part` of the samples lie.
pub fn quantile(samples: &[f64], part: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    Some(sorted[(last as f64 * part).round() as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(rounds: &[Option<f64>]) -> Samples {
        Samples(rounds.to_vec())
    }

    #[test]
    fn medians_leave_out_spoiled_rounds() {
        let mine = samples(&[Some(9.0), None, Some(1.0), Some(2.0)]);
        assert_eq!(mine.median(), Some(2.0));
        assert_eq!(mine.count(), 3);
        assert_eq!(samples(&[None]).median(), None);
    }

    #[test]
    fn ratios_are_taken_inside_a_round() {
        // The quotient of the medians would be 1.
        let mine = samples(&[Some(1.0), Some(4.0), Some(8.0), Some(1.0)]);
        let theirs = samples(&[Some(2.0), Some(8.0), Some(2.0), None]);
        assert_eq!(mine.ratio(&theirs), Some(0.5));
        assert_eq!(mine.ratio(&samples(&[None, None])), None);
    }
}
