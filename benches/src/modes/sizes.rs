//! What entries take: what the cache says, and what the system says of a process that has filled one.

use std::fs;
use std::process::Command;

use super::functions::{SHAPES, Shape, Subject};

/// Bytes of an entry.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Size {
    /// What the cache counts.
    pub accounted: f64,
    /// What the process has grown by; `None` where the system does not tell.
    pub resident: Option<f64>,
}

/// What an entry takes in a process of its own.
pub fn of(shape: &Shape, subject: &Subject) -> Result<Size, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let case = name(shape, subject);
    let output = Command::new(program)
        .args(["modes", "--once", &case, &shape.many.to_string()])
        .output()
        .map_err(|error| format!("{case}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    parse(&said).ok_or_else(|| format!("{case}: no figures in `{said}`"))
}

/// Fills one cache and says what an entry takes.
pub fn once(case: &str, entries: usize) -> Result<(), String> {
    let cases = SHAPES.iter().flat_map(|shape| {
        let subjects = shape.subjects.iter();
        subjects.map(move |subject| (name(shape, subject), shape, subject))
    });
    let found = cases.into_iter().find(|(name, ..)| name == case);
    let (_, shape, subject) = found.ok_or_else(|| format!("`{case}` is no case"))?;
    // Keys are made, and everything has run once.
    (subject.call)(0..1);
    (shape.bodies)(0..1);
    (subject.unbind)();
    let before = resident();
    (subject.call)(0..entries);
    let after = resident();
    let info = (subject.info)();
    if info.currsize != entries {
        return Err(format!("{} of {entries} entries are there", info.currsize));
    }
    let resident = before.zip(after).map(|(before, after)| after - before);
    let each = |bytes: f64| bytes / entries as f64;
    let accounted = each(info.bytes.unwrap_or(0) as f64);
    let resident = resident.map_or_else(|| "–".to_owned(), |bytes| each(bytes).to_string());
    println!("{accounted} {resident}");
    Ok(())
}

fn name(shape: &Shape, subject: &Subject) -> String {
    format!("{}_{}", shape.name, subject.mode)
}

fn parse(said: &str) -> Option<Size> {
    let (accounted, resident) = said.trim().split_once(' ')?;
    Some(Size {
        accounted: accounted.parse().ok()?,
        resident: resident.parse().ok(),
    })
}

/// Resident bytes of this process, as Linux tells.
fn resident() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let (_, rest) = text.split_once("\nRss:")?;
    let kilobytes: f64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_says_is_understood() {
        let size = |accounted, resident| {
            Some(Size {
                accounted,
                resident,
            })
        };
        assert_eq!(parse("81.5 78\n"), size(81.5, Some(78.0)));
        assert_eq!(parse("81 –\n"), size(81.0, None));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn every_case_has_its_own_name() {
        let names = SHAPES
            .iter()
            .flat_map(|shape| shape.subjects.iter().map(|subject| name(shape, subject)));
        let names: std::collections::HashSet<String> = names.collect();
        assert_eq!(names.len(), SHAPES.len() * crate::modes::MODES.len());
        assert!(names.contains("u64_balanced"));
    }
}
