//! Generic functions with each of the options.

use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;

use memokit::memoize;

use crate::support::{Runs, names_of};

/// What an argument needs to be a key, under one name.
trait Key: Hash + Eq + Clone + Send + Sync + Debug + 'static {}

impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Key for T {}

#[memoize(maxsize = 2)]
fn bounded<T: Key>(value: T) -> T {
    value
}

#[test]
fn each_instantiation_has_the_whole_bound() {
    for n in 0..3_u32 {
        bounded(n);
        bounded(u64::from(n));
    }
    assert!(!bounded::contains(&0_u32) && bounded::contains(&1_u32) && bounded::contains(&2_u32));
    assert_eq!(bounded::cache_info().currsize, 4);
    assert_eq!(bounded::cache_parameters().maxsize, Some(2));
    assert!(bounded::set_maxsize(1));
    assert_eq!(bounded::cache_info().currsize, 2);
    assert!(bounded::contains(&2_u64) && bounded::contains(&2_u32));
}

static LASTING: Runs = Runs::new();

#[memoize(ttl = "1h", tags("generics_options::lasting"))]
fn lasting<T: Key>(value: T) -> String {
    LASTING.add();
    format!("{value:?}")
}

#[test]
fn time_and_tags() {
    assert_eq!((lasting(1), lasting('a')), ("1".into(), "'a'".into()));
    let left = lasting::entry_info(&1).and_then(|info| info.expires_in);
    assert!(left.is_some_and(|left| left.as_secs() > 3_000));
    assert_eq!(memokit::clear_tag("generics_options::lasting"), 2);
    assert_eq!((lasting(1), LASTING.get()), ("1".into(), 3));
    assert_eq!(memokit::clear_matching("it::generics_options::lasting*"), 1);
    assert_eq!((lasting(1), LASTING.get()), ("1".into(), 4));
}

static TAKEN: Runs = Runs::new();

#[memoize(skip(_log), key(value = format!("{value:?}").len()), name = "lengths")]
fn taken<T: Debug, L: Debug>(value: &T, _log: L) -> usize {
    TAKEN.add();
    format!("{value:?}").len()
}

#[test]
fn parts_and_names() {
    assert_eq!(
        (taken(&1, "log"), taken(&2, "other"), taken(&10, 1)),
        (1, 1, 2)
    );
    assert_eq!(taken(&'a', "log"), 3);
    assert_eq!(TAKEN.get(), 3);
    assert_eq!(taken::peek(&5), Some(1));
    assert_eq!(names_of("lengths"), ["lengths::<char>", "lengths::<i32>"]);
    assert_eq!(taken::cache().name(), "lengths");
}

static WHOLE: Runs = Runs::new();

#[memoize(key = (format!("{a:?}"), b.len()), handle = whole_cache)]
fn whole<T: Debug, const N: usize>(a: T, b: [u8; N]) -> usize {
    WHOLE.add();
    format!("{a:?}").len() + b.len()
}

#[test]
fn a_whole_key_and_another_handle() {
    assert_eq!(
        (whole(1.5, [0; 2]), whole(1.5, [1; 2]), whole(1.5, [1; 3])),
        (5, 5, 6)
    );
    assert_eq!(WHOLE.get(), 2);
    assert_eq!(whole_cache::peek(&1.5, &[9; 2]), Some(5));
    assert_eq!(whole_cache::cache_info().hits, 1);
}

static CHOSEN: Runs = Runs::new();

#[memoize(cache_if = |value| value.is_some(), handle = false)]
fn chosen<T: Key>(value: Option<T>) -> Option<T> {
    CHOSEN.add();
    value
}

#[memoize(cache_none = false, stats = false)]
fn found<T: Key>(value: Option<T>) -> Option<T> {
    CHOSEN.add();
    value
}

#[test]
fn what_is_stored() {
    for _ in 0..2 {
        assert_eq!(chosen(Some(1)), Some(1));
        assert_eq!(chosen(None::<u8>), None);
        assert_eq!(found(Some(1)), Some(1));
        assert_eq!(found(None::<u8>), None);
    }
    assert_eq!(CHOSEN.get(), 6);
    assert!(found::contains(&Some(1)) && !found::contains(&None::<u8>));
    assert_eq!(found::cache_info().misses, 0, "nothing is counted");
}

thread_local! {
    static LOCAL: Cell<usize> = const { Cell::new(0) };
}

/// Neither arguments nor results can leave the thread.
#[memoize(scope = thread)]
fn local<T: Hash + Eq + Clone + 'static>(value: Rc<T>) -> Rc<T> {
    LOCAL.set(LOCAL.get() + 1);
    value
}

#[test]
fn a_cache_in_each_thread() {
    let one = Rc::new(1);
    assert!(Rc::ptr_eq(&local(Rc::clone(&one)), &one));
    assert!(Rc::ptr_eq(&local(Rc::new(1)), &one));
    assert_eq!(*local(Rc::new('a')), 'a');
    assert_eq!(LOCAL.get(), 2);
    let there = std::thread::spawn(|| {
        local(Rc::new(1));
        (LOCAL.get(), local::contains(&Rc::new('a')))
    });
    assert_eq!(there.join().unwrap(), (1, false));
    assert_eq!(local::cache_info().misses, 3);
}

static BARE: Runs = Runs::new();

#[memoize(oom_protection = false)]
fn bare<T: Key>(value: T) -> T {
    BARE.add();
    value
}

#[test]
fn the_bare_store() {
    for n in 0..500_u32 {
        assert_eq!((bare(n), bare(u64::from(n))), (n, u64::from(n)));
    }
    assert_eq!((bare(0_u32), bare(0_u64)), (0, 0));
    assert_eq!(BARE.get(), 1_000);
    assert_eq!(bare::cache_parameters().maxsize, None);
    assert_eq!(bare::cache_clear(), 1_000);
}

static FLOATS: Runs = Runs::new();

#[memoize(floats = "bits")]
fn scaled<T: Key>(value: T, by: f64, offsets: &[f32]) -> String {
    FLOATS.add();
    format!("{value:?} {by} {offsets:?}")
}

#[test]
fn floats_beside_a_parameter() {
    assert_eq!(scaled(1, 0.5, &[1.0]), "1 0.5 [1.0]");
    assert_eq!(scaled(1, 0.5, &[1.0]), "1 0.5 [1.0]");
    assert_eq!(scaled('a', 0.5, &[1.0]), "'a' 0.5 [1.0]");
    assert_eq!(scaled(1, f64::NAN, &[]), "1 NaN []");
    assert_eq!(scaled(1, f64::NAN, &[]), "1 NaN []");
    assert_eq!(FLOATS.get(), 3);
}
