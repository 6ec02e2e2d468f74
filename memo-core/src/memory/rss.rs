//! How much memory of this process is resident.

use std::path::PathBuf;
use std::sync::OnceLock;

use super::container::Roots;
use super::container::files::{number, value_of, with_content};

/// Resident bytes of this process, pages that it shares with others included. `None` where the
/// system does not tell.
///
/// Memory that was freed may be resident still: allocators keep it for later.
pub(crate) fn resident_bytes() -> Option<u64> {
    static OWN: OnceLock<Option<Process>> = OnceLock::new();
    OWN.get_or_init(|| Roots::system().map(|roots| Process::at(&roots)))
        .as_ref()?
        .resident_bytes()
}

/// Where Linux tells about a process.
struct Process {
    statm: PathBuf,
    status: PathBuf,
    /// `statm` counts in pages of this size. `None` if it is not known.
    page: Option<u64>,
}

impl Process {
    fn at(roots: &Roots) -> Self {
        let own = roots.proc.join("self");
        Self {
            statm: own.join("statm"),
            status: own.join("status"),
            page: with_content(&own.join("auxv"), page_size),
        }
    }

    /// `statm` takes half the time of `status`, which needs no size of pages.
    fn resident_bytes(&self) -> Option<u64> {
        let Some(page) = self.page else {
            let kibibytes = with_content(&self.status, |text| value_of(text, "VmRSS:"))?;
            return kibibytes.checked_mul(1024);
        };
        let pages = with_content(&self.statm, |text| {
            number(text.split(|byte| *byte == b' ').nth(1)?)
        })?;
        pages.checked_mul(page)
    }
}

/// The size of a page, from the auxiliary vector that the kernel gave to the process: pairs of a
/// key and a value, both machine words.
fn page_size(vector: &[u8]) -> Option<u64> {
    const WORD: usize = size_of::<usize>();
    const AT_PAGESZ: usize = 6;

    let (words, _) = vector.as_chunks::<WORD>();
    let (pairs, _) = words.as_chunks::<2>();
    let size = pairs
        .iter()
        .map(|pair| pair.map(usize::from_ne_bytes))
        .find_map(|[key, value]| (key == AT_PAGESZ).then_some(value))?;
    size.is_power_of_two().then_some(size as u64)
}

#[cfg(test)]
mod tests;
