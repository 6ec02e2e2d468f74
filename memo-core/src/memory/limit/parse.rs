//! Amounts of memory as people write them. Needs nothing but the standard library, so that others
//! can read amounts by the same rules.

use std::fmt;

/// What to write, for those who wrote something else.
pub(crate) const EXAMPLES: &str = "`512MiB` or `25%`";

/// Names of units and their bytes. Letters of either case mean the same.
const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("K", 1 << 10),
    ("KiB", 1 << 10),
    ("KB", 1_000),
    ("M", 1 << 20),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("G", 1 << 30),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("T", 1 << 40),
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
];

/// Decimals that count. Beyond these, a tebibyte has no further whole bytes.
const DECIMALS: u32 = 12;
/// A number is kept as a multiple of this part of one.
const PARTS: u128 = 10_u128.pow(DECIMALS);

/// An amount of memory as written: so many bytes, or a share of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MemoryLimit {
    /// `1000000`, `512MiB`, `1.5 GiB`. At least one.
    Bytes(u64),
    /// `25%`. More than nothing, at most all.
    Share(Percent),
}

/// More than 0 and at most 100, with its decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Percent {
    parts: u128,
}

/// What is wrong with an amount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// Nothing but white space.
    Empty,
    /// Not Unicode.
    NotText,
    /// Does not begin with a number. With what it begins.
    NoNumber(String),
    /// A minus before the number.
    Negative,
    /// The name of the unit.
    UnknownUnit(String),
    /// Zero, or less than one byte.
    Zero,
    /// A share of more than everything.
    BeyondAll,
    /// More bytes than can be counted.
    TooLarge,
    /// A share, but nobody knows of what.
    NoBase,
}

impl MemoryLimit {
    /// Reads `512MiB`, `1.5 GiB`, `64kB`, `1000000` (bytes) or `25%`. `K`, `M`, `G` and `T` alone
    /// are binary, as in `KiB`.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        parse(text)
    }

    /// In bytes, if a share is one of `base`. Parts of a byte are dropped.
    pub(crate) fn bytes(self, base: u64) -> Result<u64, Fault> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Share(_) if base == 0 => Err(Fault::NoBase),
            // At most 10^14 parts of at most 2^64: far below 2^128.
            Self::Share(Percent { parts }) => whole(parts * u128::from(base) / 100),
        }
    }
}

fn parse(text: &str) -> Result<MemoryLimit, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let (parts, unit) = number(text)?;
    if unit == "%" {
        return match parts {
            0 => Err(Fault::Zero),
            parts if parts > 100 * PARTS => Err(Fault::BeyondAll),
            parts => Ok(MemoryLimit::Share(Percent { parts })),
        };
    }
    let named = UNITS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit));
    let &(_, size) = named.ok_or_else(|| Fault::UnknownUnit(presentable(unit)))?;
    whole(parts.saturating_mul(size.into())).map(MemoryLimit::Bytes)
}

/// The number at the beginning, in parts, and what comes behind it.
fn number(text: &str) -> Result<(u128, &str), Fault> {
    let (integer, behind) = digits(text);
    if integer.is_empty() {
        return Err(match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) if rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
                Fault::Negative
            }
            _ => Fault::NoNumber(presentable(text)),
        });
    }
    // What is too great for this is too great for everything.
    let parts = integer.parse().unwrap_or(u128::MAX).saturating_mul(PARTS);
    match behind.strip_prefix('.').map(digits) {
        Some((decimals, behind)) if !decimals.is_empty() => {
            let parts = parts.saturating_add(fraction(decimals));
            Ok((parts, behind.trim_start()))
        }
        _ => Ok((parts, behind.trim_start())),
    }
}

/// The decimals behind a point, in parts.
fn fraction(decimals: &str) -> u128 {
    let padded = decimals.bytes().chain(std::iter::repeat(b'0'));
    padded
        .take(DECIMALS as usize)
        .fold(0, |parts, digit| parts * 10 + u128::from(digit - b'0'))
}

fn digits(text: &str) -> (&str, &str) {
    let is_other = |c: char| !c.is_ascii_digit();
    text.split_at(text.find(is_other).unwrap_or(text.len()))
}

fn whole(parts: u128) -> Result<u64, Fault> {
    match u64::try_from(parts / PARTS) {
        Ok(0) => Err(Fault::Zero),
        Ok(bytes) => Ok(bytes),
        Err(_) => Err(Fault::TooLarge),
    }
}

/// The text as it can be shown in a message, whatever it holds.
pub(crate) fn presentable(text: &str) -> String {
    const LONGEST: usize = 40;

    let mut shown = String::new();
    for (place, character) in text.chars().enumerate() {
        if place == LONGEST {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the value is empty"),
            Self::NotText => f.write_str("not valid Unicode"),
            Self::NoNumber(text) => write!(f, "`{text}` does not begin with a number"),
            Self::Negative => f.write_str("memory cannot be negative"),
            Self::UnknownUnit(unit) => write!(f, "unknown unit `{unit}`"),
            Self::Zero => f.write_str("less than one byte"),
            Self::BeyondAll => f.write_str("more than 100 %"),
            Self::TooLarge => f.write_str("more bytes than can be counted"),
            Self::NoBase => {
                f.write_str("the memory of which this is a share is not known on this system")
            }
        }
    }
}
