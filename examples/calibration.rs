//! 50,000 readings of ten sensors, each corrected by its sensor's calibration.
//!
//! Fitting a calibration takes about a tenth of a millisecond and depends on the sensor alone: 49,990
//! of the 50,000 fits are repetitions.
//!
//! ```sh
//! cargo run --release --example calibration
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "an example measures real time with `Instant::now`"
)]

use std::time::{Duration, Instant};

use memokit::memoize;

const SENSORS: [&str; 10] = ["S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"];
const RECORDS: u32 = 50_000;
/// Reference measurements per sensor; the time of a fit grows with their square.
const REFERENCES: u32 = 350;

/// What a sensor shows, as a line over the true value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Calibration {
    slope: f64,
    offset: f64,
}

impl Calibration {
    fn correct(self, shown: f64) -> f64 {
        (shown - self.offset) / self.slope
    }
}

struct Record {
    sensor: &'static str,
    shown: f64,
}

/// The line through a sensor's reference measurements by the Theil-Sen estimator: the median slope
/// over all pairs of points, which single wrong measurements do not move.
#[memoize(maxsize = 1_024)]
fn calibration(sensor: &str) -> Calibration {
    let points = reference_measurements(sensor);
    let mut slopes = Vec::with_capacity(points.len() * (points.len() - 1) / 2);
    for (i, (x, y)) in points.iter().enumerate() {
        slopes.extend(points[..i].iter().map(|(x0, y0)| (y - y0) / (x - x0)));
    }
    let slope = median(&mut slopes);
    let mut offsets: Vec<f64> = points.iter().map(|(x, y)| y - slope * x).collect();
    Calibration {
        slope,
        offset: median(&mut offsets),
    }
}

fn main() {
    let records = records();

    let (expected, plain) = timed(|| corrected(&records, calibration::uncached));
    let (values, memoized) = timed(|| corrected(&records, calibration));
    assert_eq!(values, expected, "memoized results are the plain ones");

    let info = calibration::cache_info();
    assert_eq!((info.hits, info.misses), (49_990, 10));
    for sensor in SENSORS {
        let found = calibration(sensor).slope;
        let truth = true_calibration(sensor).slope;
        assert!(
            (found - truth).abs() < 0.01,
            "{sensor}: {found} for {truth}"
        );
    }

    let lookup = plain / RECORDS;
    println!("plain     {plain:>9.2?}  ({lookup:.1?} for each of {RECORDS} records)");
    println!("memoized  {memoized:>9.2?}");
    println!(
        "speed-up  {:.0}x, all results are equal",
        plain.as_secs_f64() / memoized.as_secs_f64()
    );
    println!("{info}");
}

/// The true values behind all readings.
fn corrected(records: &[Record], calibration: fn(&str) -> Calibration) -> Vec<f64> {
    let value = |record: &Record| calibration(record.sensor).correct(record.shown);
    records.iter().map(value).collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn records() -> Vec<Record> {
    let mut random = Random::new("records");
    let sensors = SENSORS.into_iter().cycle().take(RECORDS as usize);
    let record = |sensor| Record {
        sensor,
        shown: random.between(0.0, 100.0),
    };
    sensors.map(record).collect()
}

/// The properties that the synthetic sensor has.
fn true_calibration(sensor: &str) -> Calibration {
    let mut random = Random::new(sensor);
    Calibration {
        slope: random.between(0.8, 1.2),
        offset: random.between(-5.0, 5.0),
    }
}

/// True value and shown value, with noise, and every tenth one far off.
fn reference_measurements(sensor: &str) -> Vec<(f64, f64)> {
    let truth = true_calibration(sensor);
    let mut random = Random::new(sensor);
    let measure = |number| {
        let x = f64::from(number);
        let noise = if number % 10 == 0 { 20.0 } else { 0.1 };
        let y = truth.offset + truth.slope * x + random.between(-noise, noise);
        (x, y)
    };
    (0..REFERENCES).map(measure).collect()
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// A small reproducible generator (xorshift64), seeded by a name.
struct Random(u64);

impl Random {
    fn new(name: &str) -> Self {
        // FNV-1a, and never zero, where the generator would stay.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash | 1)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let unit = f64::from((self.0 >> 32) as u32) / f64::from(u32::MAX);
        low + unit * (high - low)
    }
}
