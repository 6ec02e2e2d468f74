//! In place of `watch`, where there is no service manager whose word could be heard.

use std::thread;
use std::time::Duration;

/// Waits for time to pass.
#[derive(Debug)]
pub(super) struct Watch;

#[allow(clippy::unused_self, reason = "as where there is one")]
impl Watch {
    pub(super) fn from_environment() -> Self {
        Self
    }

    pub(super) fn is_there(&self) -> bool {
        false
    }

    pub(super) fn wait(&mut self, timeout: Duration) -> bool {
        thread::park_timeout(timeout);
        false
    }
}
