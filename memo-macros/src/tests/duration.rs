//! Durations as literals.

use std::time::Duration;

use expect_test::expect;

use crate::literal::duration;

#[test]
fn units_and_sums() {
    let cases = [
        ("7ns", Duration::from_nanos(7)),
        ("3us", Duration::from_micros(3)),
        ("3µs", Duration::from_micros(3)),
        ("250ms", Duration::from_millis(250)),
        ("30s", Duration::from_secs(30)),
        ("5m", Duration::from_secs(300)),
        ("1h30m", Duration::from_secs(5_400)),
        ("1h 30m", Duration::from_secs(5_400)),
        (" 2 days ", Duration::from_secs(172_800)),
        ("1w", Duration::from_secs(604_800)),
        ("1_000s", Duration::from_secs(1_000)),
        ("0s", Duration::ZERO),
        ("18446744073709551615s", Duration::from_secs(u64::MAX)),
    ];
    for (text, expected) in cases {
        assert_eq!(duration(text), Ok(expected), "{text}");
    }
}

#[test]
fn fractions_are_exact() {
    assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
    assert_eq!(duration("0.1s"), Ok(Duration::from_millis(100)));
    assert_eq!(duration("0.000000001s"), Ok(Duration::from_nanos(1)));
    assert_eq!(duration("2.25h"), Ok(Duration::from_secs(8_100)));
}

#[test]
fn mistakes_are_explained() {
    let texts = [
        "",
        "5",
        "m",
        "5 parsecs",
        "5m 3",
        "1.2.3s",
        ".5s",
        "-5s",
        "18446744073709551616s",
    ];
    let answers: Vec<String> = texts
        .into_iter()
        .map(|text| duration(text).expect_err(text))
        .map(|answer| {
            answer
                .split("; write")
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    expect![[r#"
        there is nothing in the duration ""
        `5` has no unit in the duration "5"
        a number is missing before `m` in the duration "m"
        unknown unit `parsecs` in the duration "5 parsecs"
        `3` has no unit in the duration "5m 3"
        `1.2.3` is not a usable number in the duration "1.2.3s"
        `.5` is not a usable number in the duration ".5s"
        a number is missing before `-5s` in the duration "-5s"
        more seconds than fit into 64 bits in the duration "18446744073709551616s""#]]
    .assert_eq(&answers.join("\n"));
}
