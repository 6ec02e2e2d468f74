//! How much memory all caches may use together: as the environment says, or else by default.

pub(crate) mod parse;

use std::ffi::OsStr;
use std::fmt;

pub(crate) use parse::{Fault, MemoryLimit};

/// The variable of the environment that holds the limit.
pub(crate) const VARIABLE: &str = "MEMOKIT_MEMORY_LIMIT";

/// The default share of the container's limit, in percent. A container is made for this program, but
/// caches are not all of it, and what they hold costs more than they know of: allocators round up and
/// keep what was freed.
const SHARE_OF_CONTAINER: u64 = 50;

/// The default share of the machine's memory, in percent, where nothing limits the process. Less,
/// since the other programs of the machine need memory too.
const SHARE_OF_RAM: u64 = 25;

/// A limit that cannot be understood: what was written, and what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LimitError {
    /// Fit to be shown: short, and without characters that steer a terminal.
    written: String,
    fault: Fault,
}

impl LimitError {
    fn new(text: &str, fault: Fault) -> Self {
        Self {
            written: parse::presentable(text),
            fault,
        }
    }

    /// What is wrong.
    #[cfg(test)]
    pub(crate) fn fault(&self) -> &Fault {
        &self.fault
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, fault } = self;
        let examples = parse::EXAMPLES;
        write!(
            f,
            "`{VARIABLE}={written}`: {fault}; write for example {examples}"
        )
    }
}

impl std::error::Error for LimitError {}

/// The limit that the variable of the environment asks for, in bytes; `base` is what a percentage is
/// a part of. `None` if the variable is not set.
pub(crate) fn from_environment(
    value: Option<&OsStr>,
    base: u64,
) -> Result<Option<u64>, LimitError> {
    let Some(value) = value else { return Ok(None) };
    let error = |fault| LimitError::new(&value.to_string_lossy(), fault);
    let text = value.to_str().ok_or_else(|| error(Fault::NotText))?;
    let limit = MemoryLimit::parse(text).and_then(|limit| limit.bytes(base));
    limit.map(Some).map_err(error)
}

/// The limit that holds until the program sets another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DefaultLimit {
    /// `None` if nothing is known to derive one from: there is no limit.
    pub(crate) bytes: Option<u64>,
    pub(crate) origin: Origin,
    /// Why the environment's value does not hold, to be shown. There is one if and only if the
    /// variable has a value that cannot be understood.
    pub(crate) error: Option<LimitError>,
}

/// What a limit was derived from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// [`VARIABLE`].
    Environment,
    /// A part of the container's limit.
    Container,
    /// A part of the machine's memory.
    Ram,
    /// Neither is known.
    Nothing,
}

/// The environment's limit; else a part of the container's limit, if there is one; else a part of the
/// machine's memory.
pub(crate) fn default_limit(
    environment: Option<&OsStr>,
    container: Option<u64>,
    ram: Option<u64>,
) -> DefaultLimit {
    // Some containers have a limit beyond what there is: it limits nothing.
    let container = container.filter(|limit| ram.is_none_or(|ram| *limit < ram));
    let base = container.or(ram).unwrap_or(0);
    let asked = from_environment(environment, base);
    let (bytes, origin) = match (&asked, container, ram) {
        (Ok(Some(bytes)), ..) => (Some(*bytes), Origin::Environment),
        (_, Some(limit), _) => (Some(share(limit, SHARE_OF_CONTAINER)), Origin::Container),
        (_, None, Some(ram)) => (Some(share(ram, SHARE_OF_RAM)), Origin::Ram),
        (_, None, None) => (None, Origin::Nothing),
    };
    DefaultLimit {
        bytes,
        origin,
        error: asked.err(),
    }
}

/// At least a byte: a limit of nothing is for those who ask for it.
fn share(whole: u64, percent: u64) -> u64 {
    (whole / 100 * percent + whole % 100 * percent / 100).max(1)
}

#[cfg(test)]
mod tests;
