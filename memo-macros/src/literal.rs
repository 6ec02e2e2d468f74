//! Durations as people write them: `"250ms"`, `"1h30m"`, `"1.5s"`.

mod bytes;

pub(crate) use bytes::{bytes, is_unit as is_unit_of_memory};

use std::time::Duration;

const NANOS_PER_SEC: u128 = 1_000_000_000;

/// Unit names with their length in nanoseconds.
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

/// Reads a duration: numbers, each with a unit, added up.
///
/// # Errors
/// Says in words what is wrong and how durations look.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let complain = |what: &str| {
        format!(
            "{what} in the duration \"{text}\"; write for example \"250ms\", \"30s\", \"5m\", \
             \"1h30m\" or \"7d\""
        )
    };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(complain("there is nothing"));
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |c| !c.is_ascii_digit() && c != '.' && c != '_');
        let (unit, after) = split_where(after.trim_start(), |c| !c.is_alphabetic());
        if number.is_empty() {
            return Err(complain(&format!("a number is missing before `{rest}`")));
        }
        if unit.is_empty() {
            return Err(complain(&format!("`{number}` has no unit")));
        }
        let size = unit_size(unit).ok_or_else(|| complain(&format!("unknown unit `{unit}`")))?;
        let part = scaled(number, size)
            .ok_or_else(|| complain(&format!("`{number}` is not a usable number")))?;
        nanos = nanos
            .checked_add(part)
            .ok_or_else(|| complain("too much"))?;
        rest = after.trim_start();
    }
    from_nanos(nanos).ok_or_else(|| complain("more seconds than fit into 64 bits"))
}

/// Whether `text` names a unit of time, as in the mistake `ttl = 5m`.
pub(crate) fn is_unit(text: &str) -> bool {
    unit_size(text).is_some()
}

fn unit_size(name: &str) -> Option<u128> {
    UNITS
        .iter()
        .find(|(names, _)| names.contains(&name))
        .map(|(_, nanos)| *nanos)
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
    // Further digits would add less than a whole to any size.
    let digits = &fraction[..fraction.len().min(18)];
    if digits.is_empty() {
        return Some(whole);
    }
    let parts = 10_u128.pow(u32::try_from(digits.len()).ok()?);
    let part = digits.parse::<u128>().ok()?.checked_mul(size)? / parts;
    whole.checked_add(part)
}

fn from_nanos(nanos: u128) -> Option<Duration> {
    let secs = u64::try_from(nanos / NANOS_PER_SEC).ok()?;
    let subsec = u32::try_from(nanos % NANOS_PER_SEC).ok()?;
    Some(Duration::new(secs, subsec))
}
