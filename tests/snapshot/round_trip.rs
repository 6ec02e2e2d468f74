//! What is saved comes back, and as far as it still fits.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{Cache, memoize, snapshot};
use proptest::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{load, save, turn};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Box { width: u32, height: u32 },
    Group(Vec<Shape>),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Report {
    title: String,
    lines: Vec<(u32, i64)>,
    by_name: HashMap<String, Option<char>>,
    shapes: BTreeMap<i8, Shape>,
    shared: Arc<str>,
}

#[memoize]
fn report(title: &str, lines: u32, scale: Option<&str>, path: &Path) -> Report {
    let group = vec![Shape::Point, Shape::Circle(0.5)];
    let in_box = Shape::Box {
        width: 1,
        height: lines,
    };
    Report {
        title: format!("{title} {scale:?} {}", path.display()),
        lines: (0..lines).map(|n| (n, -i64::from(n))).collect(),
        by_name: (0..lines)
            .map(|n| (n.to_string(), char::from_u32(n)))
            .collect(),
        shapes: BTreeMap::from([(-1, Shape::Group(group)), (1, in_box)]),
        shared: title.into(),
    }
}

#[test]
fn results_of_all_kinds_come_back() {
    let _turn = turn();
    let first = report("a", 100, None, Path::new("/x"));
    let second = report("b", 0, Some("s"), Path::new(""));
    let (file, saved) = save();
    assert_eq!(
        (saved.caches, saved.entries, saved.skipped_entries),
        (1, 2, 0)
    );
    assert_eq!(saved.bytes, file.len() as u64);
    report::cache_clear();
    let loaded = load(&file);
    assert_eq!(
        (loaded.restored, loaded.waiting, loaded.skipped.total()),
        (2, 0, 0)
    );
    assert_eq!(report("a", 100, None, Path::new("/x")), first);
    assert_eq!(report("b", 0, Some("s"), Path::new("")), second);
    assert_eq!(
        (report::cache_info().hits, report::cache_info().misses),
        (2, 0)
    );
}

#[memoize]
fn checked(n: i32) -> Result<u32, String> {
    u32::try_from(n).map_err(|error| error.to_string())
}

#[memoize]
fn generic<
    T: Clone + std::hash::Hash + Eq + Send + Sync + Serialize + for<'de> Deserialize<'de> + 'static,
>(
    value: T,
) -> T {
    value
}

#[memoize(floats = "bits")]
fn root(of: f64, all: &[f64]) -> f64 {
    all.iter().sum::<f64>() + of.sqrt()
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop(u32);

impl Shop {
    #[memoize(key(self = self.0), handle = price_cache)]
    fn price(&self, item: &str) -> usize {
        item.len() * self.0 as usize
    }
}

#[memoize(oom_protection = false)]
fn bare(text: String) -> usize {
    text.len()
}

#[test]
fn functions_of_every_kind_take_part() {
    let _turn = turn();
    let call_all = || {
        assert!(checked(-1).is_err());
        assert_eq!(checked(1), Ok(1));
        assert_eq!(
            (generic(1_u8), generic("a".to_owned())),
            (1, "a".to_owned())
        );
        assert_eq!(root(4.0, &[1.0, 2.0]).to_bits(), 5.0_f64.to_bits());
        assert_eq!(Shop(3).price("abc"), 9);
        assert_eq!(bare("abc".to_owned()), 3);
    };
    call_all();
    let (file, saved) = save();
    assert_eq!(saved.entries, 6);
    memokit::clear_all();
    assert_eq!(load(&file).restored, 6);
    call_all();
    // The error is not kept, as ever.
    let misses: u64 = memokit::caches()
        .iter()
        .map(|cache| cache.info().misses)
        .sum();
    assert_eq!(misses, 1);
}

#[derive(Clone)]
struct Mute(u32);

#[memoize]
fn mute(n: u32) -> Mute {
    Mute(n)
}

#[memoize]
fn lent(n: u32) -> &'static str {
    if n == 0 { "none" } else { "some" }
}

#[memoize(scope = thread)]
fn own(n: u32) -> u32 {
    n
}

#[test]
fn what_cannot_be_written_or_read_is_counted() {
    let _turn = turn();
    assert_eq!(mute(1).0 + own(1), 2);
    assert_eq!(lent(1), "some");
    let unnamed: Cache<u32, u32> = Cache::builder().snapshot().build();
    unnamed.insert(1, 1);
    let (file, saved) = save();
    assert_eq!((saved.caches, saved.entries), (0, 0));
    // A borrowed text can be written, but never be read.
    assert_eq!(saved.skipped_entries, 1);
    assert!(saved.skipped_caches >= 3);
    assert_eq!(load(&file).restored, 0);
}

#[test]
fn the_order_of_use_comes_back_and_so_does_the_hottest_part() {
    let _turn = turn();
    let build = |maxsize: usize| {
        Cache::<u32, u32>::builder()
            .name("order")
            .maxsize(maxsize)
            .snapshot()
            .build()
    };
    let file = {
        let cache = build(100);
        (0..100).for_each(|n| cache.insert(n, n));
        cache.get(&3);
        save().0
    };
    let cache = build(10);
    cache.insert(1_000, 0);
    let loaded = load(&file);
    assert_eq!((loaded.restored, loaded.skipped.no_room), (9, 91));
    let keys: Vec<u32> = cache.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [1_000, 92, 93, 94, 95, 96, 97, 98, 99, 3]);
}

#[test]
fn a_value_that_is_there_stays() {
    let _turn = turn();
    let cache: Cache<u32, u32> = Cache::builder().name("newer").snapshot().build();
    cache.insert(1, 10);
    cache.insert(2, 20);
    let (file, _) = save();
    cache.insert(1, 11);
    cache.remove(&2);
    let loaded = load(&file);
    assert_eq!((loaded.restored, loaded.skipped.present), (1, 1));
    assert_eq!((cache.get(&1), cache.get(&2)), (Some(11), Some(20)));
}

#[test]
fn lives_go_on_and_end() {
    let _turn = turn();
    let clock = MockClock::new();
    let cache: Cache<u32, u32> = Cache::builder()
        .name("ttl")
        .clock(clock.clone())
        .snapshot()
        .build();
    cache.insert_with_ttl(1, 1, Duration::from_secs(100));
    cache.insert_with_ttl(2, 2, Duration::from_secs(10));
    cache.insert(3, 3);
    clock.advance(Duration::from_secs(10));
    let (file, saved) = save();
    assert_eq!(saved.entries, 2, "one of them is over");
    cache.clear();
    assert_eq!(load(&file).restored, 2);
    let left = |key| cache.entry_info(&key).expect("it was restored").expires_in;
    // The time between saving and loading is that of the wall.
    let of_first = left(1).expect("it ends");
    assert!(of_first <= Duration::from_secs(90) && of_first > Duration::from_secs(60));
    assert_eq!(left(3), None);
    assert!(cache.entry_info(&3).expect("it is there").age >= Duration::from_secs(10));
    clock.advance(of_first);
    assert!(!cache.contains(&1) && cache.contains(&3));
}

#[test]
fn what_it_has_cost_comes_back() {
    let _turn = turn();
    let clock = MockClock::new();
    let cache: Cache<u32, u32> = Cache::builder()
        .name("cost")
        .clock(clock.clone())
        .snapshot()
        .build();
    cache.get_or_insert_with(&1, || {
        clock.advance(Duration::from_millis(512));
        1
    });
    let before = cache.entry_info(&1).expect("it is there");
    let (file, _) = save();
    cache.clear();
    load(&file);
    let after = cache.entry_info(&1).expect("it was restored");
    assert_eq!((after.cost, after.bytes), (before.cost, before.bytes));
    assert!(after.cost >= Duration::from_millis(400));
}

#[test]
fn caches_that_cannot_be_told_apart_take_no_part() {
    let _turn = turn();
    let build = || {
        Cache::<u32, u32>::builder()
            .name("twins")
            .snapshot()
            .build()
    };
    let file = {
        let one = build();
        one.insert(1, 1);
        save().0
    };
    let (one, two) = (build(), build());
    one.insert(2, 2);
    two.insert(2, 3);
    assert_eq!(save().1.ambiguous_caches, 2);
    assert_eq!(load(&file).skipped.ambiguous, 1);
    assert!(!one.contains(&1) && !two.contains(&1));
    // Other types are no twins.
    let other: Cache<u32, u64> = Cache::builder().name("twins").snapshot().build();
    other.insert(5, 5);
    assert_eq!(save().1.entries, 1);
}

/// Types of one name, in blocks of one function.
#[test]
fn a_type_whose_fields_changed_is_not_taken() {
    let _turn = turn();
    let file = {
        #[derive(Clone, Serialize, Deserialize)]
        struct Size {
            width: u32,
            height: u32,
        }
        let cache: Cache<u32, Size> = Cache::builder().name("fields").snapshot().build();
        cache.insert(
            1,
            Size {
                width: 1,
                height: 2,
            },
        );
        save().0
    };
    let restored = {
        #[derive(Clone, Serialize, Deserialize)]
        struct Size {
            height: u32,
            width: u32,
        }
        let cache: Cache<u32, Size> = Cache::builder().name("fields").snapshot().build();
        let loaded = load(&file);
        assert_eq!((loaded.restored, loaded.skipped.unreadable), (0, 1));
        cache.get(&1).map(|size| (size.width, size.height))
    };
    assert_eq!(restored, None);
}

/// A type that fails when it is told to.
#[derive(Clone, Debug, PartialEq)]
struct Fragile(u8);

impl Serialize for Fragile {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        assert!(self.0 != 1, "on purpose");
        if self.0 == 2 {
            return Err(serde::ser::Error::custom("on purpose"));
        }
        to.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for Fragile {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let n = u8::deserialize(from)?;
        assert!(n != 3, "on purpose");
        if n == 4 {
            return Err(serde::de::Error::custom("on purpose"));
        }
        Ok(Self(n))
    }
}

#[test]
fn types_that_fail_lose_their_own_entries_only() {
    let _turn = turn();
    let cache: Cache<u8, Fragile> = Cache::builder().name("fragile").snapshot().build();
    (0..10).for_each(|n| cache.insert(n, Fragile(n)));
    let (file, saved) = save();
    assert_eq!((saved.entries, saved.skipped_entries), (8, 2));
    cache.clear();
    let loaded = load(&file);
    assert_eq!((loaded.restored, loaded.skipped.unreadable), (6, 2));
    assert_eq!(cache.get(&5), Some(Fragile(5)));
}

#[test]
fn a_file_replaces_the_one_before_and_is_ones_own() {
    let _turn = turn();
    let cache: Cache<u32, u32> = Cache::builder().name("file").snapshot().build();
    cache.insert(1, 10);
    let directory = tempfile::tempdir().expect("a place for files");
    let path = directory.path().join("results");
    fs::write(&path, "something else").expect("it can be written");
    snapshot::save(&path).expect("it replaces the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let names = fs::read_dir(&directory).expect("it can be read");
    assert_eq!(names.count(), 1, "nothing else is left there");
    cache.clear();
    assert_eq!(snapshot::load(&path).expect("it is whole").restored, 1);
    assert_eq!(cache.get(&1), Some(10));

    let nowhere = directory.path().join("no/such/directory");
    assert!(snapshot::save(&nowhere).is_err());
    assert!(
        !snapshot::load(&nowhere)
            .expect_err("there is none")
            .is_invalid()
    );
    assert!(snapshot::save("/").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_entries_come_back(
        entries in proptest::collection::btree_map(
            (any::<String>(), any::<Option<i64>>()),
            (any::<Vec<u8>>(), any::<(f64, char, bool)>(), any::<Result<u16, String>>()),
            0..50,
        ),
    ) {
        let _turn = turn();
        type Value = (Vec<u8>, (f64, char, bool), Result<u16, String>);
        let cache: Cache<(String, Option<i64>), Value> =
            Cache::builder().name("any").maxsize(None).snapshot().build();
        for (key, value) in &entries {
            cache.insert(key.clone(), value.clone());
        }
        let (file, saved) = save();
        prop_assert_eq!(saved.entries, entries.len());
        cache.clear();
        prop_assert_eq!(load(&file).restored, entries.len());
        let back: BTreeMap<_, _> = cache.iter().collect();
        // By their bits, as a float may be no number.
        prop_assert_eq!(format!("{back:?}"), format!("{entries:?}"));
    }
}
