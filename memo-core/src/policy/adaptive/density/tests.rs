//! Bins, scales, and densities against their definition.

use super::super::super::fake::Random;
use super::{Age, BINS, Class, Density, OLDEST, Scale, bin, class, least, start, width};

/// The largest ratio over all ends, one by one.
fn by_definition(class: &Class, first: usize) -> f64 {
    let alive: Vec<f64> = (0..=BINS)
        .map(|from| {
            (from..BINS)
                .map(|bin| f64::from(class.reused[bin] + class.lost[bin]))
                .sum()
        })
        .collect();
    let (mut uses, mut time, mut best) = (0., 0., 0.);
    for bin in first..BINS {
        let width = f64::from(start(bin + 1) - start(bin));
        uses += f64::from(class.reused[bin]);
        time += f64::midpoint(alive[bin], alive[bin + 1]) * width;
        if time > 0. {
            best = f64::max(best, uses / time);
        }
    }
    best
}

#[test]
fn densities_are_those_of_the_best_end() {
    let mut random = Random(0);
    for _ in 0..200 {
        let mut class = Class {
            reused: [0.; BINS],
            lost: [0.; BINS],
            density: [0.; BINS],
        };
        let most = [1, 4, 1_000][random.below(3)];
        for bin in 0..=random.below(BINS - 1) {
            class.reused[bin] = f32::from(u16::try_from(random.below(most)).unwrap());
            class.lost[bin] = f32::from(u16::try_from(random.below(most)).unwrap());
        }
        class.compute();
        for bin in 0..BINS {
            let (found, best) = (f64::from(class.density[bin]), by_definition(&class, bin));
            assert!(
                (found - best).abs() <= best * 1e-3,
                "{found}, {best} at {bin}"
            );
        }
    }
}

#[test]
fn bins_follow_each_other() {
    assert_eq!((bin(Age(0)), least(0)), (0, 0));
    for n in 1..BINS {
        let least = u32::try_from(least(n)).unwrap();
        assert_eq!((bin(Age(least - 1)), bin(Age(least))), (n - 1, n));
        assert!(start(n) - start(n - 1) >= width(n - 1) * 0.999);
    }
    assert_eq!(bin(Age(OLDEST)), BINS - 1);
}

#[test]
fn classes_double() {
    let classes: Vec<_> = [0, 1, 2, 3, 4, 7, 8, 63, 64, 255].map(class).into();
    assert_eq!(classes, [0, 1, 2, 2, 3, 3, 4, 6, 7, 7]);
}

#[test]
fn ages_are_in_units_whatever_ticks_count() {
    for each in [1, 3, 100, 1 << 28] {
        let scale = Scale::new(each * 1_000, 1_000);
        let (now, tick) = (each * 5_000, each * 4_000);
        let age = scale.age(now, tick);
        let arrivals = f64::from(age.units()) / f64::from(scale.units);
        assert!((arrivals - 1_000.).abs() < 2., "{arrivals} for {each}");
        let late = scale.age_at(now, scale.time(tick));
        assert!(late.units().abs_diff(age.units()) <= 1);
        assert_eq!(scale.age(tick, now).units(), 0, "of the future");
        assert_eq!(scale.age_at(tick, scale.time(now)).units(), 0);
        assert_eq!(scale.age(u64::MAX, 0).units(), OLDEST);
    }
}

#[test]
fn at_first_recency_and_frequency_count() {
    let density = Density::new(Scale::new(16_000, 1_000), 1_000);
    density.check();
    for uses in [0, 1, 2, 4, 200] {
        for age in [0, 1_000, 10_000, 60_000] {
            let here = density.of(uses, Age(age));
            assert!(here > density.of(uses, Age(age + age / 2 + 500)));
            assert!(uses > 100 || here < density.of(2 * uses + 1, Age(age)));
        }
    }
}
