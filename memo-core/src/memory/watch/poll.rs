//! Waiting until the system has something to say about a file.
#![allow(unsafe_code, reason = "a system call")]

use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::time::Duration;

/// Waits for one of these events; which of them are there, with errors and hang-ups, which nobody has to
/// ask for. 0 if none has come in time.
pub(super) fn poll(
    file: BorrowedFd<'_>,
    events: libc::c_short,
    timeout: Duration,
) -> io::Result<libc::c_short> {
    // Not less than was asked for: who waits for a part of a millisecond must not find that none has passed.
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    let millis = libc::c_int::try_from(millis).unwrap_or(libc::c_int::MAX);
    let mut asked = libc::pollfd {
        fd: file.as_raw_fd(),
        events,
        revents: 0,
    };
    // SAFETY: the call writes to the one `pollfd` that it is given, which outlives it. The descriptor is
    // open for as long as it is borrowed.
    match unsafe { libc::poll(&raw mut asked, 1, millis) } {
        0.. => Ok(asked.revents),
        _ => Err(io::Error::last_os_error()),
    }
}
