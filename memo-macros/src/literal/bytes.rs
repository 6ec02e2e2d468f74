//! Sizes of memory as people write them: `"64MiB"`, `"1.5 GiB"`, `"500kB"`.

use super::{scaled, split_where};

/// Unit names in lower case, with their size in bytes.
const UNITS: &[(&[&str], u128)] = &[
    (&["b", "byte", "bytes"], 1),
    (&["k", "kib"], 1 << 10),
    (&["m", "mib"], 1 << 20),
    (&["g", "gib"], 1 << 30),
    (&["t", "tib"], 1 << 40),
    (&["kb"], 1_000),
    (&["mb"], 1_000_000),
    (&["gb"], 1_000_000_000),
    (&["tb"], 1_000_000_000_000),
];

/// Reads a number of bytes with a unit.
///
/// # Errors
/// Says in words what is wrong and how sizes look.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let complain = |what: &str| {
        format!(
            "{what} in the size \"{text}\"; write for example \"64MiB\", \"500kB\" or \"1.5GiB\""
        )
    };
    let (number, unit) = split_where(text.trim(), |c| !c.is_ascii_digit() && c != '.' && c != '_');
    let unit = unit.trim_start();
    if number.is_empty() {
        return Err(complain("a number is missing"));
    }
    if unit.is_empty() {
        return Err(complain(&format!("`{number}` has no unit")));
    }
    let size = unit_size(unit).ok_or_else(|| complain(&format!("unknown unit `{unit}`")))?;
    let bytes = scaled(number, size)
        .ok_or_else(|| complain(&format!("`{number}` is not a usable number")))?;
    u64::try_from(bytes).map_err(|_| complain("more bytes than fit into 64 bits"))
}

/// Whether `text` names a unit of memory, as in the mistake `max_bytes = 64MiB`.
pub(crate) fn is_unit(text: &str) -> bool {
    unit_size(text).is_some()
}

fn unit_size(name: &str) -> Option<u128> {
    let name = name.to_lowercase();
    UNITS
        .iter()
        .find(|(names, _)| names.contains(&&*name))
        .map(|(_, bytes)| *bytes)
}
