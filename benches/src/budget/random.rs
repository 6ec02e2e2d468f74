//! Numbers at random, the same in each run.

/// `SplitMix64`.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let next = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        next ^ (next >> 31)
    }

    /// Evenly from [0, 1).
    pub fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `end`, evenly.
    #[cfg(test)]
    pub fn below(&mut self, end: usize) -> usize {
        (self.fraction() * end as f64) as usize
    }

    /// Around 1, as often twice as half as much: log-normal with this deviation of the logarithm.
    pub fn log_normal(&mut self, deviation: f64) -> f64 {
        // Box and Muller; 1 - x is never 0.
        let radius = (-2.0 * (1.0 - self.fraction()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.fraction()).cos();
        (deviation * normal).exp()
    }

    /// From one to the other, each order of magnitude as often.
    pub fn log_uniform(&mut self, least: f64, most: f64) -> f64 {
        (least.ln() + self.fraction() * (most / least).ln()).exp()
    }
}

/// Draws places by weights.
pub struct Weighted(Vec<f64>);

impl Weighted {
    pub fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        Self(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    /// Zipf's law: the place r, from 0, has the weight 1 / (r + 1)^s.
    pub fn zipf(places: usize, s: f64) -> Self {
        Self::new((1..=places).map(|rank| (rank as f64).powf(-s)))
    }

    pub fn draw(&self, random: &mut Random) -> usize {
        let point = random.fraction() * self.0.last().copied().unwrap_or(0.0);
        let place = self.0.partition_point(|sum| *sum <= point);
        place.min(self.0.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_as_often_as_their_weights_say() {
        let weighted = Weighted::new([1.0, 0.0, 3.0].into_iter());
        let mut random = Random::new(1);
        let mut counts = [0; 3];
        for _ in 0..40_000 {
            counts[weighted.draw(&mut random)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((9_600..10_400).contains(&counts[0]), "{counts:?}");
        let zipf = Weighted::zipf(1_000, 1.0);
        let firsts = (0..10_000).filter(|_| zipf.draw(&mut random) == 0).count();
        // 1 of 7.485, the sum of 1 / rank.
        assert!((1_200..1_470).contains(&firsts), "{firsts}");
    }

    #[test]
    fn deviations_are_around_one() {
        let mut random = Random::new(2);
        let mut drawn: Vec<f64> = (0..9_999).map(|_| random.log_normal(0.5)).collect();
        drawn.sort_by(f64::total_cmp);
        assert!((0.97..1.03).contains(&drawn[4_999]));
        // One deviation up and down: 16 % and 84 %.
        assert!((0.58..0.64).contains(&drawn[1_587]), "{}", drawn[1_587]);
        assert!((1.57..1.73).contains(&drawn[8_413]), "{}", drawn[8_413]);
        let evenly = (0..10_000).filter(|_| random.log_uniform(1.0, 10_000.0) < 100.0);
        assert!((4_800..5_200).contains(&evenly.count()));
    }
}
