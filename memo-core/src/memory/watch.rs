//! The word of a service manager that memory is short, by the protocol of systemd
//! (<https://systemd.io/PRESSURE>).
//!
//! The environment names what to watch: mostly the file of the kernel that knows how long tasks of the
//! service have waited for memory, and what to write into it, for it to tell when they waited too long. So
//! the word comes late, and mostly for the sake of others: those who share the machine with the service. It
//! takes the place of neither the look at the container's limit nor the account of what is stored.
//!
//! What is wrong with the environment is told once, and then nothing is watched.

mod base64;
mod poll;
mod source;

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::limit::parse::presentable;
use super::tell;
use source::{Heard, Source};

/// The variable with the path of what is watched.
const WATCHED: &str = "MEMORY_PRESSURE_WATCH";
/// The variable with what is written into it first, in Base64.
const WRITTEN: &str = "MEMORY_PRESSURE_WRITE";
/// The path that says that nothing is to be watched.
const NOTHING: &str = "/dev/null";

/// After a word, no other is listened to for this long, or for the time that a caller would wait, if that is
/// less: who never falls silent must not keep a processor busy.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits for time to pass, or for the word that memory is short.
#[derive(Debug)]
pub(super) struct Watch {
    source: Option<Source>,
    has_signalled: bool,
}

impl Watch {
    /// What the environment of this process asks for.
    pub(super) fn from_environment() -> Self {
        Self::new(|variable| env::var_os(variable), Path::new("/"))
    }

    /// The same with another environment, and with paths that begin at `root`.
    fn new(environment: impl Fn(&str) -> Option<OsString>, root: &Path) -> Self {
        let source = find(environment, root).unwrap_or_else(|problem| {
            tell(&problem);
            None
        });
        Self {
            source,
            has_signalled: false,
        }
    }

    pub(super) fn is_there(&self) -> bool {
        self.source.is_some()
    }

    /// Waits for about so long, or less if there is pressure; whether there is.
    pub(super) fn wait(&mut self, timeout: Duration) -> bool {
        let pause = self.pause(timeout);
        if !pause.is_zero() {
            thread::park_timeout(pause);
        }
        let rest = timeout - pause;
        let Some(source) = &mut self.source else {
            thread::park_timeout(rest);
            return false;
        };
        match source.listen(rest) {
            Heard::Pressure => self.has_signalled = true,
            Heard::Silence => {}
            Heard::Noise => thread::park_timeout(rest),
            Heard::End => {
                self.source = None;
                thread::park_timeout(rest);
            }
        }
        self.has_signalled
    }

    /// How much of a wait passes before anything is listened to.
    fn pause(&mut self, timeout: Duration) -> Duration {
        if mem::take(&mut self.has_signalled) {
            timeout.min(PAUSE)
        } else {
            Duration::ZERO
        }
    }
}

/// `None` if there is nothing to watch.
fn find(
    environment: impl Fn(&str) -> Option<OsString>,
    root: &Path,
) -> Result<Option<Source>, Problem> {
    let path = environment(WATCHED).filter(|path| !path.is_empty() && path != NOTHING);
    let Some(path) = path.map(PathBuf::from) else {
        return Ok(None);
    };
    let Ok(below_root) = path.strip_prefix("/") else {
        return Err(Problem::Relative(path));
    };
    let written = environment(WRITTEN).unwrap_or_default();
    let Some(written) = base64::decoded(written.as_encoded_bytes()) else {
        return Err(Problem::NotBase64(written));
    };
    match Source::open(&root.join(below_root), written) {
        Ok(source) => Ok(Some(source)),
        Err(error) => Err(Problem::Unwatchable(path, error)),
    }
}

/// Why nothing is watched, though something should be.
#[derive(Debug)]
enum Problem {
    Relative(PathBuf),
    NotBase64(OsString),
    Unwatchable(PathBuf, io::Error),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variable, value) = match self {
            Self::Relative(path) | Self::Unwatchable(path, _) => (WATCHED, path.as_os_str()),
            Self::NotBase64(data) => (WRITTEN, data.as_os_str()),
        };
        let value = presentable(&value.to_string_lossy());
        write!(f, "`{variable}={value}`: ")?;
        match self {
            Self::Relative(_) => write!(f, "not an absolute path"),
            Self::NotBase64(_) => write!(f, "not Base64"),
            Self::Unwatchable(_, error) => write!(f, "{error}"),
        }?;
        write!(f, "; caches do not heed pressure on memory")
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests;
