//! Rules as people write them: `sensors::calibration=maxsize=5000,ttl=10m;geo::*=maxsize=none`.

use std::fmt;
use std::time::Duration;

use super::duration::duration;
use crate::memory::presentable;

/// What to write, for those who wrote something else.
const EXAMPLE: &str = "`sensors::calibration=maxsize=5000,ttl=10m;geo::*=enabled=false`";

/// What becomes of the caches with certain names.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: String,
    pub(crate) changes: Vec<Change>,
}

/// A new value of a setting.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Change {
    /// `maxsize=5000`; `none` is no bound.
    Maxsize(Option<usize>),
    /// `ttl=10m`; `none` is for ever.
    Ttl(Option<Duration>),
    /// `enabled=false`: nothing is stored.
    Enabled(bool),
}

impl Change {
    /// Whether both are of one setting.
    pub(crate) fn is_of_same_setting(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// A part of a text that cannot be understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// Fit to be shown.
    part: String,
    what: String,
}

impl Fault {
    pub(super) fn new(part: &str, what: impl Into<String>) -> Self {
        Self {
            part: presentable(part),
            what: what.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, what } = self;
        write!(f, "`{part}`: {what}; write for example {EXAMPLE}")
    }
}

/// What of a text are rules, and what is wrong with the rest.
pub(crate) fn rules(text: &str) -> (Vec<Rule>, Vec<Fault>) {
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    let parts = text.split(';').map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((pattern, settings)) if !pattern.trim().is_empty() => {
                let changes = changes(settings, &mut faults);
                if !changes.is_empty() {
                    let pattern = pattern.trim().to_owned();
                    rules.push(Rule { pattern, changes });
                }
            }
            Some(_) => faults.push(Fault::new(part, "the name of a cache is missing")),
            None => faults.push(Fault::new(
                part,
                "a name alone says nothing: a setting follows",
            )),
        }
    }
    (rules, faults)
}

fn changes(settings: &str, faults: &mut Vec<Fault>) -> Vec<Change> {
    let mut changes = Vec::new();
    for part in settings.split(',').map(str::trim) {
        match change(part) {
            Ok(change) => {
                changes.retain(|earlier: &Change| !earlier.is_of_same_setting(change));
                changes.push(change);
            }
            Err(what) => faults.push(Fault::new(part, what)),
        }
    }
    changes
}

fn change(part: &str) -> Result<Change, String> {
    let Some((name, value)) = part.split_once('=') else {
        return Err(
            "a setting is `name=value`; between a cache and its settings there is a `=`, too"
                .to_owned(),
        );
    };
    let value = value.trim();
    match name.trim() {
        "maxsize" => maxsize(value).map(Change::Maxsize),
        "ttl" => ttl(value).map(Change::Ttl),
        "enabled" => match value {
            "true" => Ok(Change::Enabled(true)),
            "false" => Ok(Change::Enabled(false)),
            _ => Err("`enabled` is `true` or `false`".to_owned()),
        },
        name if value.contains('=') => Err(format!(
            "`{}` is no setting; if it is a cache, `;` goes before it",
            presentable(name)
        )),
        name => Err(format!(
            "`{}` is no setting that can change while a program runs: those are `maxsize`, `ttl` \
             and `enabled`",
            presentable(name)
        )),
    }
}

fn is_none(value: &str) -> bool {
    value.eq_ignore_ascii_case("none")
}

fn maxsize(value: &str) -> Result<Option<usize>, String> {
    if is_none(value) {
        return Ok(None);
    }
    let is_number = value.starts_with(|c: char| c.is_ascii_digit())
        && value.chars().all(|c| c.is_ascii_digit() || c == '_');
    if !is_number {
        return Err("`maxsize` is a number of entries, or `none`".to_owned());
    }
    let number = value.replace('_', "").parse();
    number
        .map(Some)
        .map_err(|_| "more entries than can be counted".to_owned())
}

fn ttl(value: &str) -> Result<Option<Duration>, String> {
    if is_none(value) {
        return Ok(None);
    }
    match duration(value) {
        Ok(Duration::ZERO) => {
            Err("`ttl` is more than zero; to store nothing, use `enabled=false`".to_owned())
        }
        Ok(ttl) => Ok(Some(ttl)),
        Err(what) => Err(what),
    }
}

#[cfg(test)]
mod tests;
