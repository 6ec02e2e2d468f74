//! Patterns on the keys of functions, one at a time and across them; tags of single results.

mod displayed;

use std::path::{Path, PathBuf};

use memokit::memoize;

#[memoize(name = "patterns::one::text")]
fn text(key: &str) -> usize {
    key.len()
}

#[memoize(name = "patterns::one::owned")]
fn owned(key: String) -> usize {
    key.len()
}

#[memoize(name = "patterns::one::optional")]
fn optional(key: Option<&str>) -> usize {
    key.map_or(0, str::len)
}

#[memoize(name = "patterns::two::pair")]
fn pair(number: u32, name: &str) -> usize {
    number as usize + name.len()
}

#[memoize(name = "patterns::two::thread", scope = thread)]
fn thread(key: &str) -> usize {
    key.len()
}

#[memoize(name = "patterns::two::bare", oom_protection = false)]
fn bare(key: &str) -> usize {
    key.len()
}

#[memoize(name = "patterns::two::generic")]
fn generic<T: ToString + std::hash::Hash + Eq + Clone + Send + Sync + 'static>(key: T) -> String {
    key.to_string()
}

#[memoize]
fn file(path: &Path) -> usize {
    path.as_os_str().len()
}

#[memoize]
fn letter(letter: char) -> u32 {
    u32::from(letter)
}

/// What is no text, but written like one.
#[test]
fn paths_and_letters_are_meant_as_they_are_written() {
    for path in ["/data/a.csv", "/data/b.csv", "/tmp/a.csv"] {
        file(Path::new(path));
    }
    assert_eq!(file::invalidate_matching("/data/*"), 2);
    assert_eq!(file::invalidate_matching("*.csv"), 1);
    "a\n🦀".chars().for_each(|each| assert!(letter(each) > 0));
    assert_eq!(letter::invalidate_matching("[a-z]"), 1);
    assert_eq!(letter::invalidate_matching("?"), 2);

    let by_hand: memokit::Cache<PathBuf, u8> = memokit::Cache::builder().build();
    by_hand.insert(PathBuf::from("/data/c.csv"), 1);
    assert_eq!(by_hand.invalidate_matching("/data/*"), 1);
}

struct Hidden;

#[memoize(name = "patterns::two::part", key(_hidden = 0_u8))]
fn part(name: &str, _hidden: &Hidden) -> usize {
    name.len()
}

#[test]
fn what_matches_goes() {
    for key in ["user:1", "user:2", "team:1"] {
        text(key);
        owned(key.to_owned());
        optional(Some(key));
        thread(key);
        bare(key);
        generic(key.to_owned());
        part(key, &Hidden);
    }
    pair(1, "user:1");
    optional(None);
    generic(12_u32);

    assert_eq!(text::invalidate_matching("user:?"), 2);
    assert!(text::contains("team:1"));
    assert_eq!(thread::invalidate_matching("user:[12]"), 2);
    assert_eq!(bare::cache().invalidate_matching("*1"), 2);
    assert_eq!(optional::invalidate_matching("None"), 1);
    assert_eq!(optional::invalidate_matching(r#"Some("user*"#), 2);

    // Names with their instantiations, or without.
    assert_eq!(
        memokit::invalidate_matching("patterns::two::generic", "user:*"),
        2
    );
    // Nothing says that its key can be shown.
    assert_eq!(
        memokit::invalidate_matching("patterns::two::generic", "_"),
        1
    );
    assert_eq!(
        memokit::invalidate_matching("patterns::two::p*", r#"(1, "user:1")"#),
        1
    );
    assert_eq!(part::invalidate_matching(r#"("user:1", *"#), 1);
    assert_eq!(
        memokit::invalidate_matching("patterns::one::*", "team:*"),
        2
    );
    assert!(!text::contains("team:1") && owned::contains(&"user:1".to_owned()));
}

#[memoize(maxsize = 10)]
fn shown(id: u64) -> u64 {
    memokit::tag(format!("patterns::shown:{}", id % 2));
    doubled(id)
}

#[memoize]
fn doubled(id: u64) -> u64 {
    memokit::tag("patterns::doubled");
    id * 2
}

#[test]
fn tags_of_single_results() {
    for id in 0..6 {
        assert_eq!((shown(id), shown(id)), (id * 2, id * 2));
    }
    assert_eq!(shown::cache_info().hits, 6, "a result with tags is found");
    assert_eq!(memokit::clear_tag("patterns::shown:0"), 3);
    assert!(!shown::contains(&0) && shown::contains(&1));
    assert_eq!(shown(0), 0);
    assert_eq!(shown::cache_info().misses, 7);
    // As many as there were, and the results computed with their help stay.
    assert_eq!(memokit::clear_tag("patterns::doubled"), 6);
    assert!(shown::contains(&1) && !doubled::contains(&1));
}
