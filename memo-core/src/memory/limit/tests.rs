use std::ffi::OsStr;

use proptest::prelude::*;

use super::{
    DefaultLimit, Fault, LimitError, MemoryLimit, Origin, default_limit, from_environment,
};

const GIB: u64 = 1 << 30;

/// What the text means, where a share is one of `base`.
fn bytes(text: &str, base: u64) -> Result<u64, Fault> {
    MemoryLimit::parse(text)?.bytes(base)
}

fn message(value: &str) -> String {
    let error = from_environment(Some(OsStr::new(value)), GIB);
    error.expect_err(value).to_string()
}

#[test]
fn amounts() {
    for (text, expected) in [
        ("1000000", 1_000_000),
        ("1", 1),
        ("007", 7),
        ("12 B", 12),
        ("64kB", 64_000),
        ("64KB", 64_000),
        ("64kib", 65_536),
        ("64K", 65_536),
        ("64k", 65_536),
        ("512MiB", 512 << 20),
        ("512 mib", 512 << 20),
        ("512M", 512 << 20),
        ("512MB", 512_000_000),
        ("1.5 GiB", 3 << 29),
        ("  1.5\tGiB\n", 3 << 29),
        ("2g", 2 << 30),
        ("2GB", 2_000_000_000),
        ("0.25TiB", 1 << 38),
        ("1TB", 1_000_000_000_000),
        ("1.000000000001TB", 1_000_000_000_001),
        ("1.9", 1),
        ("0.0000000000000000000000001TiB", 0),
        ("18446744073709551615", u64::MAX),
        ("16777215.9TiB", 18_446_743_963_758_388_838),
    ] {
        let expected = if expected == 0 {
            Err(Fault::Zero)
        } else {
            Ok(expected)
        };
        assert_eq!(bytes(text, GIB), expected, "{text:?}");
    }
}

#[test]
fn shares() {
    for (text, base, expected) in [
        ("25%", GIB, Ok(GIB / 4)),
        ("25 %", GIB, Ok(GIB / 4)),
        ("100%", u64::MAX, Ok(u64::MAX)),
        ("12.5%", 8, Ok(1)),
        ("50%", 3, Ok(1)),
        ("0.000000000001%", u64::MAX, Ok(184_467)),
        ("1%", 99, Err(Fault::Zero)),
        ("25%", 0, Err(Fault::NoBase)),
    ] {
        assert_eq!(bytes(text, base), expected, "{text:?} of {base}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    let unknown = |unit: &str| Fault::UnknownUnit(unit.to_owned());
    let no_number = |text: &str| Fault::NoNumber(text.to_owned());
    for (text, expected) in [
        ("", Fault::Empty),
        (" \t\n", Fault::Empty),
        ("0", Fault::Zero),
        ("0.0GiB", Fault::Zero),
        ("0.9", Fault::Zero),
        ("0%", Fault::Zero),
        ("0.0000000000001%", Fault::Zero),
        ("-5MiB", Fault::Negative),
        ("- 5", Fault::Negative),
        ("-0", Fault::Negative),
        ("\u{2212}5", Fault::Negative),
        ("-x", no_number("-x")),
        ("--5", no_number("--5")),
        ("+5", no_number("+5")),
        ("NaN", no_number("NaN")),
        ("inf", no_number("inf")),
        ("%", no_number("%")),
        ("MiB", no_number("MiB")),
        (".5GiB", no_number(".5GiB")),
        ("\u{663}MiB", no_number("\u{663}MiB")),
        ("12 apples", unknown("apples")),
        ("1,5 GiB", unknown(",5 GiB")),
        ("1.", unknown(".")),
        ("1.5.5", unknown(".5")),
        ("1e9", unknown("e9")),
        ("0x10", unknown("x10")),
        ("1_000", unknown("_000")),
        ("5%%", unknown("%%")),
        ("5 Mi B", unknown("Mi B")),
        ("5K\u{130}B", unknown("K\u{130}B")),
        ("100.000000000001%", Fault::BeyondAll),
        ("101%", Fault::BeyondAll),
        ("18446744073709551616", Fault::TooLarge),
        ("16777216TiB", Fault::TooLarge),
        (
            "99999999999999999999999999999999999999999999",
            Fault::TooLarge,
        ),
        ("340282366920938463463374607431768211455", Fault::TooLarge),
        ("340282366920938463463374607%", Fault::BeyondAll),
    ] {
        assert_eq!(bytes(text, GIB), Err(expected), "{text:?}");
    }
}

/// A share of nothing is refused before anyone knows of what.
#[test]
fn a_share_of_nothing() {
    assert_eq!(MemoryLimit::parse("0.0 %"), Err(Fault::Zero));
}

#[test]
fn errors_show_what_was_written_and_what_to_write() {
    assert_eq!(
        message("12 apples"),
        "`MEMOKIT_MEMORY_LIMIT=12 apples`: unknown unit `apples`; write for example `512MiB` or \
         `25%`"
    );
    assert_eq!(
        message("-1"),
        "`MEMOKIT_MEMORY_LIMIT=-1`: memory cannot be negative; write for example `512MiB` or `25%`"
    );
}

#[test]
fn errors_can_be_shown_whatever_was_written() {
    let shown = message("5 \u{1b}[2J\r");
    assert!(!shown.contains(char::is_control), "{shown:?}");
    let shown = message(&"9".repeat(1 << 20));
    assert!(shown.len() < 200, "{} bytes", shown.len());
}

#[test]
fn examples_of_errors_are_right() {
    let examples = super::parse::EXAMPLES.split('`').skip(1).step_by(2);
    assert_eq!(examples.clone().count(), 2);
    for example in examples {
        assert!(bytes(example, GIB).is_ok(), "{example}");
    }
}

#[test]
fn the_environment_need_not_say_anything() {
    assert_eq!(from_environment(None, GIB), Ok(None));
    let value = Some(OsStr::new("25%"));
    assert_eq!(from_environment(value, GIB), Ok(Some(GIB / 4)));
}

#[cfg(unix)]
#[test]
fn the_environment_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;

    let error = from_environment(Some(OsStr::from_bytes(b"5\xff")), GIB);
    assert_eq!(
        error.as_ref().map_err(LimitError::fault),
        Err(&Fault::NotText)
    );
}

#[test]
fn defaults_in_their_order() {
    for (value, container, ram, bytes, origin) in [
        (
            Some("3MiB"),
            Some(GIB),
            Some(4 * GIB),
            Some(3 << 20),
            Origin::Environment,
        ),
        (
            Some("10%"),
            Some(GIB),
            Some(4 * GIB),
            Some(GIB / 10),
            Origin::Environment,
        ),
        (
            Some("10%"),
            None,
            Some(4 * GIB),
            Some(4 * GIB / 10),
            Origin::Environment,
        ),
        (
            None,
            Some(GIB),
            Some(4 * GIB),
            Some(GIB / 2),
            Origin::Container,
        ),
        (None, Some(GIB), None, Some(GIB / 2), Origin::Container),
        (None, Some(4 * GIB), Some(4 * GIB), Some(GIB), Origin::Ram),
        (None, Some(1 << 60), Some(4 * GIB), Some(GIB), Origin::Ram),
        (None, None, Some(u64::MAX), Some(u64::MAX / 4), Origin::Ram),
        (None, Some(0), Some(GIB), Some(1), Origin::Container),
        (None, None, None, None, Origin::Nothing),
    ] {
        let expected = DefaultLimit {
            bytes,
            origin,
            error: None,
        };
        let found = default_limit(value.map(OsStr::new), container, ram);
        assert_eq!(found, expected, "{value:?}, {container:?}, {ram:?}");
    }
}

#[test]
fn a_malformed_value_is_told_and_the_default_holds() {
    for value in ["", "0", "-1", "lots", "200%", "1e30"] {
        let found = default_limit(Some(OsStr::new(value)), Some(GIB), Some(4 * GIB));
        assert_eq!(found.bytes, Some(GIB / 2), "{value:?}");
        assert_eq!(found.origin, Origin::Container, "{value:?}");
        assert!(found.error.is_some(), "{value:?}");
    }
    let found = default_limit(Some(OsStr::new("25%")), None, None);
    assert_eq!(found.bytes, None);
    assert_eq!(
        found.error.as_ref().map(LimitError::fault),
        Some(&Fault::NoBase)
    );
}

proptest! {
    /// Whatever is written, there is an answer, and it is not zero.
    #[test]
    fn no_text_is_too_strange(text in "\\PC*|[-+.0-9eE%KMGTiB ,_]{0,40}", base: u64) {
        if let Ok(bytes) = bytes(&text, base) {
            prop_assert!(bytes > 0);
        }
    }

    #[test]
    fn whole_numbers_are_exact(
        count in 1..=u64::MAX,
        (unit, size) in prop::sample::select(vec![
            ("", 1_u64), ("kb", 1_000), ("KIB", 1 << 10), ("m", 1 << 20), ("Gb", 1_000_000_000),
            ("gIb", 1 << 30), ("TiB", 1 << 40),
        ]),
    ) {
        let expected = count.checked_mul(size).ok_or(Fault::TooLarge);
        prop_assert_eq!(bytes(&format!("{count} {unit}"), GIB), expected);
    }

    /// A share of hundredths of a percent is what the rule of three says.
    #[test]
    fn shares_are_exact(hundredths in 1..=10_000_u64, base in 10_000..=u64::MAX) {
        let text = format!("{}.{:02}%", hundredths / 100, hundredths % 100);
        let expected = u128::from(base) * u128::from(hundredths) / 10_000;
        prop_assert_eq!(bytes(&text, base).map(u128::from), Ok(expected));
    }
}
