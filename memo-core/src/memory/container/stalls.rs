//! How long tasks stood still because memory was short, as the kernel measures it.

use super::files::with_content;
use std::path::Path;

/// The share of the last ten seconds, in percent, in which tasks waited for memory.
///
/// A hint and no more: without swap, memory runs out before this rises.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Stalls {
    /// At least one task waited.
    pub(crate) some: f64,
    /// All tasks waited that were not idle.
    pub(crate) full: f64,
}

impl Stalls {
    pub(super) fn read(path: &Path) -> Option<Self> {
        with_content(path, Self::parse)
    }

    /// Lines such as `some avg10=1.53 avg60=0.87 avg300=0.15 total=88123`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let average = |kind: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            let (_, values) = lines.find(|(first, _)| *first == kind)?;
            let mut values = values.split(' ');
            let percent: f64 = values
                .find_map(|value| value.strip_prefix("avg10="))?
                .parse()
                .ok()?;
            (0.0..=100.0).contains(&percent).then_some(percent)
        };
        Some(Self {
            some: average("some")?,
            full: average("full")?,
        })
    }
}
