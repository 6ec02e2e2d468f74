//! `memokit` under another name: expansions reach it by the path that `crate = ..` gives, and by no
//! other. The name `memokit` does not occur in this crate's dependencies.
#![forbid(unsafe_code)]

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// Owned arguments and limits.
#[renamed::memoize(crate = ::renamed, maxsize = 10, ttl = "1h", tags("plain"))]
pub fn plain(n: usize, text: String) -> String {
    text + &"!".repeat(n)
}

/// Borrowed arguments of several shapes.
#[renamed::memoize(crate = ::renamed)]
pub fn borrowed(text: &str, list: &[u32], maybe: Option<&Path>, pair: (&str, u8)) -> usize {
    let maybe = maybe.map_or(0, |path| path.as_os_str().len());
    text.len() + list.len() + maybe + pair.0.len() + usize::from(pair.1)
}

/// No argument at all.
#[renamed::memoize(crate = ::renamed)]
pub fn once() -> Vec<u64> {
    vec![1]
}

/// A result whose errors are not stored.
///
/// # Errors
/// What is no number.
#[renamed::memoize(crate = ::renamed)]
pub fn ok_only(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

/// A result whose errors are stored.
///
/// # Errors
/// What is no number.
#[renamed::memoize(crate = ::renamed, cache_err = true)]
pub fn all_results(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

/// `None` is not stored.
#[renamed::memoize(crate = ::renamed, cache_none = false)]
pub fn some_only(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

/// Results on a condition.
#[renamed::memoize(crate = ::renamed, cache_if = |found: &Vec<u64>| !found.is_empty())]
pub fn conditional(n: u64) -> Vec<u64> {
    (0..n).collect()
}

/// A cache for each thread.
#[renamed::memoize(crate = ::renamed, scope = thread, ttl = || Duration::from_secs(60))]
pub fn thread_scope(text: Rc<str>) -> Rc<str> {
    if text.is_empty() {
        text
    } else {
        text.to_uppercase().into()
    }
}

/// A key of one's own.
#[renamed::memoize(crate = ::renamed, key = user.to_lowercase(), skip(verbose))]
pub fn whole_key(user: &str, verbose: bool) -> usize {
    if verbose { user.len() } else { 0 }
}

/// A part of an argument.
#[renamed::memoize(crate = ::renamed, key(pair = pair.0))]
pub fn part_of_key(n: u64, pair: (u64, f64)) -> f64 {
    if n == pair.0 { pair.1 } else { 0.0 }
}

/// Floats by their bits.
#[renamed::memoize(crate = ::renamed, floats = "bits")]
pub fn floats(x: f64, maybe: Option<f32>) -> f64 {
    x + maybe.map_or(0.0, f64::from)
}

/// A handle of another name.
#[renamed::memoize(crate = ::renamed, handle = handle_cache, name = "renamed handle")]
pub fn handle(n: u64) -> u64 {
    n
}

/// No handle.
#[renamed::memoize(crate = ::renamed, handle = false, stats = false)]
pub fn without_handle(n: u64) -> u64 {
    n
}

/// The bare store.
#[renamed::memoize(crate = ::renamed, oom_protection = false)]
pub fn bare(n: u64) -> u64 {
    n
}

/// The store that a constant chooses.
#[renamed::memoize(crate = ::renamed, oom_protection = cfg!(any()), maxsize = 10)]
pub fn chosen(n: u64) -> u64 {
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_borrowed() {
        assert_eq!(plain(1, "a".into()), plain(1, "a".into()));
        let info: renamed::CacheInfo = plain::cache_info();
        assert_eq!((info.hits, info.misses), (1, 1));
        assert_eq!(
            plain::cache_parameters().ttl,
            Some(Duration::from_secs(3_600))
        );
        assert_eq!(renamed::clear_tag("plain"), 1);

        let path = Some(Path::new("p"));
        assert_eq!(borrowed("a", &[1], path, ("b", 2)), 6);
        assert_eq!(borrowed::peek("a", &[1], &path, &("b", 2)), Some(6));
        assert!(borrowed::invalidate("a", &[1], &path, &("b", 2)));
        assert_eq!((once(), once::peek()), (vec![1], Some(vec![1])));
    }

    #[test]
    fn outcomes() {
        assert!(ok_only("a").is_err() && ok_only("1") == Ok(1));
        assert!(!ok_only::contains("a") && ok_only::contains("1"));
        assert!(all_results("a").is_err() && all_results::contains("a"));
        assert_eq!((some_only(0), some_only(1)), (None, Some(0)));
        assert!(!some_only::contains(&0) && some_only::contains(&1));
        assert_eq!((conditional(0), conditional(1)), (vec![], vec![0]));
        assert!(!conditional::contains(&0) && conditional::contains(&1));
    }

    #[test]
    fn each_thread_its_own() {
        let first = thread_scope("a".into());
        assert!(Rc::ptr_eq(&first, &thread_scope("a".into())));
        let other = std::thread::spawn(|| thread_scope::contains(&"a".into()));
        assert!(!other.join().expect("the thread does not panic"));
    }

    #[test]
    fn keys() {
        assert_eq!((whole_key("Ada", true), whole_key("ADA", false)), (3, 3));
        assert!(whole_key::contains("ada"));
        let results = (part_of_key(1, (1, 2.0)), part_of_key(1, (1, 3.0)));
        assert_eq!(
            (results.0.to_bits(), results.1.to_bits()),
            (2.0_f64.to_bits(), 2.0_f64.to_bits())
        );
        assert!(floats(f64::NAN, None).is_nan() && floats(f64::NAN, None).is_nan());
        assert_eq!(floats::cache_info().hits, 1);
    }

    #[test]
    fn handles() {
        assert_eq!((handle(1), handle(1)), (1, 1));
        assert_eq!(handle_cache::cache_info().hits, 1);
        assert_eq!(handle_cache::cache().name(), "renamed handle");
        assert_eq!(without_handle(1), 1);
        let caches = renamed::caches();
        let mut names = caches.iter().map(renamed::CacheHandle::name);
        assert!(names.any(|name| name.ends_with("::without_handle")));
    }

    #[test]
    fn stores() {
        assert_eq!((bare(1), chosen(1)), (1, 1));
        assert_eq!(bare::cache_parameters().protection, "bare");
        assert_eq!(chosen::cache_parameters().protection, "bare");
    }
}
