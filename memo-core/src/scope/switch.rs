//! The process-wide switch.

use std::ffi::OsString;
use std::sync::Once;
use std::sync::atomic::Ordering;

use super::{ACTIVE, OFF, UNREAD};

/// Turns caching on or off for the whole program.
///
/// While it is off, every memoized call is bypassed, as in [`bypass`](crate::bypass), whatever scope
/// it is in. What is stored stays, gets older, and is served again after switching on. Calls that
/// run meanwhile go on as they began.
///
/// A program starts with caching on, unless the environment has `MEMOKIT_DISABLE` set to `1`,
/// `true`, `yes` or `on`, in any case. It is read once, at the first call; other values mean
/// nothing.
///
/// # Examples
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
/// cache.get_or_insert_with(&3, || 9);
/// memokit::set_enabled(false);
/// assert_eq!(cache.get_or_insert_with(&3, || 10), 10);
/// memokit::set_enabled(true);
/// assert_eq!(cache.get_or_insert_with(&3, || 10), 9);
/// ```
pub fn set_enabled(enabled: bool) {
    read_environment();
    if enabled {
        ACTIVE.fetch_and(!OFF, Ordering::Relaxed);
    } else {
        ACTIVE.fetch_or(OFF, Ordering::Relaxed);
    }
}

/// Whether caching is on, see [`set_enabled`].
///
/// ```
/// assert!(memokit::is_enabled());
/// ```
pub fn is_enabled() -> bool {
    read_environment();
    ACTIVE.load(Ordering::Relaxed) & OFF == 0
}

fn read_environment() {
    static READ: Once = Once::new();
    READ.call_once(|| {
        let is_off = std::env::var_os("MEMOKIT_DISABLE").is_some_and(|value| is_yes(&value));
        // Both flags at once: nobody sees the environment as read and the switch as not yet set.
        ACTIVE.fetch_xor(
            if is_off { UNREAD | OFF } else { UNREAD },
            Ordering::Relaxed,
        );
    });
}

fn is_yes(value: &OsString) -> bool {
    let words = ["1", "true", "yes", "on"];
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn words_for_yes() {
        for word in ["1", "true", "TRUE", "yes", "Yes", "on", "oN"] {
            assert!(is_yes(&word.into()), "{word}");
        }
        for word in ["", "0", "2", "11", " 1", "false", "no", "off", "y"] {
            assert!(!is_yes(&word.into()), "{word}");
        }
    }
}
