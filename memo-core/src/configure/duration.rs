//! Durations as the attribute reads them: `250ms`, `1h30m`, or a number of seconds.

use std::time::Duration;

use crate::memory::presentable;

const NANOS_PER_SEC: u128 = 1_000_000_000;

/// Names of units, and their nanoseconds.
const UNITS: &[(&[&str], u128)] = &[
    (&["ns"], 1),
    (&["us", "µs"], 1_000),
    (&["ms"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], NANOS_PER_SEC),
    (
        &["m", "min", "mins", "minute", "minutes"],
        60 * NANOS_PER_SEC,
    ),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600 * NANOS_PER_SEC),
    (&["d", "day", "days"], 86_400 * NANOS_PER_SEC),
    (&["w", "week", "weeks"], 604_800 * NANOS_PER_SEC),
];

/// Decimals that count: further ones are no whole nanosecond, even of weeks.
const DECIMALS: usize = 18;

/// Reads a duration: numbers, each with a unit, added up; or one number, of seconds.
///
/// # Errors
/// Says in words what is wrong.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a duration is missing".to_owned());
    }
    let mut nanos: u128 = 0;
    let mut is_first = true;
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |c| !c.is_ascii_digit() && c != '.' && c != '_');
        let (unit, after) = split_where(after.trim_start(), |c| !c.is_alphabetic());
        if number.is_empty() {
            return Err("a duration begins with a number, which is not negative".to_owned());
        }
        let size = match unit {
            "" if is_first && after.is_empty() => NANOS_PER_SEC,
            "" => return Err(format!("`{}` has no unit", presentable(number))),
            unit => {
                unit_size(unit).ok_or_else(|| format!("unknown unit `{}`", presentable(unit)))?
            }
        };
        let part = scaled(number, size)
            .ok_or_else(|| format!("`{}` is not a usable number", presentable(number)))?;
        nanos = nanos.checked_add(part).ok_or_else(too_long)?;
        rest = after.trim_start();
        is_first = false;
    }
    let secs = u64::try_from(nanos / NANOS_PER_SEC).map_err(|_| too_long())?;
    let subsec = u32::try_from(nanos % NANOS_PER_SEC).map_err(|_| too_long())?;
    Ok(Duration::new(secs, subsec))
}

fn too_long() -> String {
    "longer than can be counted".to_owned()
}

fn unit_size(name: &str) -> Option<u128> {
    let unit = UNITS.iter().find(|(names, _)| names.contains(&name));
    unit.map(|(_, nanos)| *nanos)
}

fn split_where(text: &str, end: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(end).unwrap_or(text.len()))
}

/// `number * size`, rounded down to a whole: `1.5` hours have no rounding error.
fn scaled(number: &str, size: u128) -> Option<u128> {
    let number = number.replace('_', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let whole = whole.parse::<u128>().ok()?.checked_mul(size)?;
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let digits = &fraction[..fraction.len().min(DECIMALS)];
    if digits.is_empty() {
        return Some(whole);
    }
    let parts = 10_u128.pow(u32::try_from(digits.len()).ok()?);
    let part = digits.parse::<u128>().ok()?.checked_mul(size)? / parts;
    whole.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_attribute_reads_them() {
        let read = |text| duration(text).expect(text);
        assert_eq!(read("250ms"), Duration::from_millis(250));
        assert_eq!(read("1h30m"), Duration::from_secs(5_400));
        assert_eq!(read(" 1.5 s "), Duration::from_millis(1_500));
        assert_eq!(read("300"), Duration::from_secs(300));
        assert_eq!(read("0.5"), Duration::from_millis(500));
        assert_eq!(read("1_000 us"), Duration::from_millis(1));
        assert_eq!(read("1w1d"), Duration::from_secs(8 * 86_400));
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |text| duration(text).expect_err(text);
        assert_eq!(wrong(""), "a duration is missing");
        assert!(wrong("-5s").contains("not negative"));
        assert!(wrong("5 apples").contains("`apples`"));
        assert!(wrong("5m 3").contains("`3` has no unit"));
        assert!(wrong("1.2.3s").contains("`1.2.3`"));
        assert!(wrong("99999999999999999999w").contains("longer"));
        assert!(wrong(&"9".repeat(60)).contains("usable"));
    }
}
