//! What functions are asked for that say a setting when the program runs.

use std::cell::RefCell;
use std::time::Duration;

use crate::config::Config;

thread_local! {
    /// The settings for which this thread asks at this moment, by their addresses.
    static ASKING: RefCell<Vec<*const Config>> = const { RefCell::new(Vec::new()) };
}

/// Ends with the question, also when that panics.
struct Asking;

impl Drop for Asking {
    fn drop(&mut self) {
        ASKING.with_borrow_mut(Vec::pop);
    }
}

/// The answer to a question about these settings.
///
/// # Panics
/// When it is asked while it is answered: it would be for ever.
pub(super) fn answer(config: &Config, ask: fn() -> Duration) -> Duration {
    let own: *const Config = config;
    let is_asked = ASKING.with_borrow(|asking| asking.contains(&own));
    assert!(
        !is_asked,
        "the `tti` of `{}` depends on itself: it uses the function or its handle",
        config.name
    );
    ASKING.with_borrow_mut(|asking| asking.push(own));
    let _asking = Asking;
    ask()
}
