use proptest::prelude::*;

use super::{CRITICAL, HIGH, HYSTERESIS, MEDIUM, Pressure, percent};

const THRESHOLDS: [f64; 3] = [MEDIUM, HIGH, CRITICAL];

#[test]
fn levels_begin_at_their_thresholds() {
    for (use_in_percent, expected) in [
        (-1.0, Pressure::Low),
        (0.0, Pressure::Low),
        (59.999, Pressure::Low),
        (60.0, Pressure::Medium),
        (79.999, Pressure::Medium),
        (80.0, Pressure::High),
        (94.999, Pressure::High),
        (95.0, Pressure::Critical),
        (250.0, Pressure::Critical),
        (f64::INFINITY, Pressure::Critical),
        (f64::NEG_INFINITY, Pressure::Low),
    ] {
        assert_eq!(Pressure::of(use_in_percent), expected, "{use_in_percent}");
    }
}

#[test]
fn levels_are_left_five_points_below_their_thresholds() {
    for (from, use_in_percent, expected) in [
        (Pressure::Critical, 90.0, Pressure::Critical),
        (Pressure::Critical, 89.999, Pressure::High),
        (Pressure::Critical, 75.0, Pressure::High),
        (Pressure::Critical, 74.999, Pressure::Medium),
        (Pressure::Critical, 54.999, Pressure::Low),
        (Pressure::High, 75.0, Pressure::High),
        (Pressure::High, 74.999, Pressure::Medium),
        (Pressure::High, 90.0, Pressure::High),
        (Pressure::Medium, 55.0, Pressure::Medium),
        (Pressure::Medium, 54.999, Pressure::Low),
        (Pressure::Medium, 75.0, Pressure::Medium),
        (Pressure::Low, 55.0, Pressure::Low),
    ] {
        assert_eq!(
            from.next(use_in_percent),
            expected,
            "{from} at {use_in_percent}"
        );
    }
}

#[test]
fn no_number_changes_nothing() {
    for level in Pressure::ALL {
        assert_eq!(level.next(f64::NAN), level);
    }
}

#[test]
fn a_limit_of_zero_is_critical() {
    for used in [0, 1, u64::MAX] {
        assert_eq!(percent(used, 0).to_bits(), 100_f64.to_bits());
        assert_eq!(Pressure::of(percent(used, 0)), Pressure::Critical);
    }
}

#[test]
fn shares_of_any_size() {
    for (used, limit, expected) in [
        (0, 1, 0.0),
        (1, 4, 25.0),
        (3, 2, 150.0),
        (u64::MAX, u64::MAX, 100.0),
        (1 << 63, u64::MAX, 50.0),
    ] {
        let found = percent(used, limit);
        assert!(
            (found - expected).abs() < 1e-9,
            "{used} of {limit}: {found}"
        );
    }
}

#[test]
fn levels_are_ordered_and_shown() {
    assert!(Pressure::ALL.is_sorted());
    let shown = Pressure::ALL.map(|level| level.to_string());
    assert_eq!(shown, ["low", "medium", "high", "critical"]);
    assert_eq!(format!("{:>6}|", Pressure::Low), "   low|");
}

/// Steps of a walk, mostly small, sometimes anywhere.
fn walk() -> impl Strategy<Value = Vec<f64>> {
    let step = prop_oneof![
        4 => (-3.0..3.0_f64).prop_map(|by| (by, false)),
        1 => (0.0..130.0_f64).prop_map(|to| (to, true)),
    ];
    (0.0..130.0_f64, prop::collection::vec(step, 1..200)).prop_map(|(start, steps)| {
        let mut place = start;
        let go = |(value, is_place)| {
            place = if is_place { value } else { place + value };
            place
        };
        steps.into_iter().map(go).collect()
    })
}

proptest! {
    /// The level is at least that of the use, and at most that of five points more.
    #[test]
    fn the_level_is_true_to_the_use(walk in walk()) {
        let mut level = Pressure::Low;
        for use_in_percent in walk {
            let before = level;
            level = level.next(use_in_percent);
            prop_assert!(level >= Pressure::of(use_in_percent));
            prop_assert!(level <= Pressure::of(use_in_percent + HYSTERESIS + 1e-9));
            if level > before {
                prop_assert_eq!(level, Pressure::of(use_in_percent), "no further up than it is");
            }
            prop_assert_eq!(level.next(use_in_percent), level, "settled at once");
        }
    }

    /// Use that stays within less than the hysteresis changes the level at most once, wherever it
    /// began: up over the threshold and never back, or down and never up again.
    #[test]
    fn swings_around_a_threshold_do_not_flap(
        threshold in prop::sample::select(THRESHOLDS.to_vec()),
        lowest in -HYSTERESIS..0.0_f64,
        swings in prop::collection::vec(0.0..4.999_f64, 1..300),
        first in prop::sample::select(Pressure::ALL.to_vec()),
    ) {
        // The first look may be a jump from anywhere; what comes then is the swinging.
        let mut level = first.next(threshold + lowest + swings[0]);
        let mut changes = 0;
        for swing in swings {
            let next = level.next(threshold + lowest + swing);
            changes += usize::from(next != level);
            level = next;
        }
        prop_assert!(changes <= 1, "{} changes", changes);
    }

    /// Between two entries of one level, use was below its threshold by the hysteresis.
    #[test]
    fn a_level_is_entered_again_only_after_a_real_fall(walk in walk()) {
        for (level, threshold) in Pressure::ALL.into_iter().skip(1).zip(THRESHOLDS) {
            let mut now = Pressure::Low;
            let mut lowest_since = f64::NEG_INFINITY;
            for &use_in_percent in &walk {
                let next = now.next(use_in_percent);
                lowest_since = lowest_since.min(use_in_percent);
                if now < level && next >= level {
                    prop_assert!(lowest_since < threshold - HYSTERESIS);
                    lowest_since = f64::INFINITY;
                }
                now = next;
            }
        }
    }
}
