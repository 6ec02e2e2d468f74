//! Calls of async functions that wait no longer than these say.
//!
//! Time is moved by hand, and so are tasks: nothing here sleeps.
#![allow(
    clippy::disallowed_types,
    reason = "tests have the locks that users have"
)]

mod background;
mod by_real_time;
mod clocks;
mod crowd;
mod forms;
mod hard;
mod soft;
mod support;
