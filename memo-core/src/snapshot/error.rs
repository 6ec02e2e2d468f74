//! Why a snapshot could not be loaded.

use std::error::Error;
use std::fmt;
use std::io;

/// A snapshot that could not be loaded. No entry of it has been taken.
///
/// ```
/// use memokit::snapshot;
///
/// let error = snapshot::load_from(&b"something else"[..]).unwrap_err();
/// assert!(error.is_invalid());
/// assert_eq!(error.to_string(), "this is no snapshot of caches");
/// ```
#[derive(Debug)]
pub struct SnapshotError(Kind);

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    Foreign,
    Version(u32),
    Damaged,
}

impl SnapshotError {
    pub(super) fn io(error: io::Error) -> Self {
        Self(Kind::Io(error))
    }

    pub(super) fn foreign() -> Self {
        Self(Kind::Foreign)
    }

    pub(super) fn version(version: u32) -> Self {
        Self(Kind::Version(version))
    }

    pub(super) fn damaged() -> Self {
        Self(Kind::Damaged)
    }

    /// Whether what was read is no snapshot, one of another version of the format, or a damaged one. Otherwise
    /// it could not be read, and [`source`](Error::source) says why.
    ///
    /// ```
    /// let error = memokit::snapshot::load("/no/such/file").unwrap_err();
    /// assert!(!error.is_invalid());
    /// ```
    pub fn is_invalid(&self) -> bool {
        !matches!(self.0, Kind::Io(_))
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Io(_) => f.write_str("the snapshot could not be read"),
            Kind::Foreign => f.write_str("this is no snapshot of caches"),
            Kind::Version(version) => write!(
                f,
                "the snapshot has version {version} of the format, which is not known here"
            ),
            Kind::Damaged => f.write_str("the snapshot is damaged or incomplete"),
        }
    }
}

impl Error for SnapshotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Io(error) => Some(error),
            _ => None,
        }
    }
}
