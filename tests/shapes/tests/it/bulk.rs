//! Functions over many keys.
#![allow(
    clippy::disallowed_types,
    reason = "the mutexes of tests are not model checked"
)]

use std::collections::{BTreeMap, HashMap};
use std::sync::{Barrier, Mutex};

use memokit::{Memo, memoize};

/// What each run of a body was asked for.
struct Asked<K>(Mutex<Vec<Vec<K>>>);

impl<K: Clone> Asked<K> {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn add(&self, keys: &[K]) {
        self.0.lock().unwrap().push(keys.to_vec());
    }

    fn take(&self) -> Vec<Vec<K>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

static SQUARES: Asked<u64> = Asked::new();

#[memoize(bulk)]
fn squares(ns: &[u64]) -> Vec<u64> {
    SQUARES.add(ns);
    ns.iter().map(|n| n * n).collect()
}

#[test]
fn only_what_is_missing_is_computed() {
    assert_eq!(squares(&[]), []);
    assert!(SQUARES.take().is_empty());
    assert_eq!(squares(&[3, 1, 2]), [9, 1, 4]);
    assert_eq!(SQUARES.take(), [[3, 1, 2]]);
    assert_eq!(squares(&[4, 2, 5, 4, 1, 4]), [16, 4, 25, 16, 1, 16]);
    assert_eq!(SQUARES.take(), [[4, 5]]);
    assert_eq!(squares(&[5, 4, 3]), [25, 16, 9]);
    assert!(SQUARES.take().is_empty());

    let info = squares::cache_info();
    assert_eq!((info.misses, info.hits, info.coalesced), (5, 5, 2));
    assert_eq!(squares::peek(&4), Some(16));
    assert!(squares::invalidate(&4));
    squares::prime(&6, 37);
    assert_eq!(squares(&[6, 4]), [37, 16]);
    assert_eq!(SQUARES.take(), [[4]]);
    assert_eq!(squares::refresh(&[6, 1, 6]), [36, 1, 36]);
    assert_eq!(SQUARES.take(), [[6, 1]]);
    assert_eq!(squares::peek(&6), Some(36));
    assert_eq!(squares::uncached(&[1, 1]), [1, 1]);
}

static USERS: Asked<u32> = Asked::new();

/// Some have no entry.
#[memoize(bulk = ids, key(ids = ids % 100), skip(names))]
fn users(ids: &[u32], names: &[&str], prefix: String) -> HashMap<u32, String> {
    USERS.add(ids);
    let found = ids.iter().filter(|id| **id % 2 == 0);
    found
        .map(|id| (*id, format!("{prefix}{}", names[(*id % 100) as usize])))
        .collect()
}

#[test]
fn maps_leave_out_what_has_no_value() {
    let names = ["a", "b", "c"];
    let found = users(&[0, 1, 2], &names, "u".to_owned());
    assert_eq!(
        found,
        HashMap::from([(0, "ua".to_owned()), (2, "uc".to_owned())])
    );
    // The key is what `key(..)` takes of each; what had no value is asked for again.
    let found = users(&[102, 1, 101], &names, "u".to_owned());
    assert_eq!(found, HashMap::from([(102, "uc".to_owned())]));
    assert_eq!(USERS.take(), [vec![0, 1, 2], vec![1]]);
    assert_eq!(users::peek(&2, &"u".to_owned()).as_deref(), Some("uc"));
}

static PRICES: Asked<String> = Asked::new();

#[memoize(bulk)]
fn prices(names: &[String]) -> Result<BTreeMap<String, usize>, String> {
    PRICES.add(names);
    if names.iter().any(String::is_empty) {
        return Err("a name is empty".to_owned());
    }
    Ok(names
        .iter()
        .map(|name| (name.clone(), name.len()))
        .collect())
}

#[test]
fn an_error_stores_nothing() {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert!(prices(&names(&["ab", ""])).is_err());
    assert_eq!(prices::cache_info().currsize, 0);
    assert_eq!(prices(&names(&["ab"])).unwrap()["ab"], 2);
    assert!(prices(&names(&["ab", ""])).is_err());
    assert_eq!(
        PRICES.take(),
        [names(&["ab", ""]), names(&["ab"]), names(&[""])]
    );
}

#[memoize(bulk, cache_if = |n: &Option<usize>| n.is_some())]
fn parsed<T>(texts: &[&str], _by: T) -> Vec<Option<usize>>
where
    T: Copy + std::hash::Hash + Eq + Send + Sync + 'static,
{
    texts.iter().map(|text| text.parse().ok()).collect()
}

#[test]
fn borrowed_keys_and_parameters() {
    assert_eq!(parsed(&["1", "x", "1"], 'a'), [Some(1), None, Some(1)]);
    assert_eq!(parsed(&["1", "x"], 0_u8), [Some(1), None]);
    assert!(parsed::contains("1", &'a'));
    assert!(!parsed::contains("x", &'a'));
    assert_eq!(parsed::cache_info().currsize, 2);
}

#[memoize(bulk)]
fn miscounted(ns: &[u64]) -> Vec<u64> {
    ns.iter().skip(1).copied().collect()
}

#[test]
fn a_wrong_number_of_values_is_told() {
    let panic = std::panic::catch_unwind(|| miscounted(&[1, 2, 3])).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(
        text.contains("miscounted` returned 2 values for 3 keys"),
        "{text}"
    );
    // The keys are free again.
    assert_eq!(miscounted::cache_info().currsize, 0);
    assert!(std::panic::catch_unwind(|| miscounted(&[1, 2, 3])).is_err());
}

#[derive(Default)]
struct Store {
    asked: Mutex<Vec<u64>>,
    memo: Memo,
}

impl Store {
    #[memoize(bulk, field = memo)]
    fn load(&self, ids: &[u64], factor: Box<u64>) -> Vec<u64> {
        self.asked.lock().unwrap().extend(ids);
        ids.iter().map(|id| id * *factor).collect()
    }

    #[memoize(bulk, skip(self), scope = thread)]
    fn local(&self, ids: &[u64]) -> Vec<std::rc::Rc<u64>> {
        self.asked.lock().unwrap().extend(ids);
        ids.iter().copied().map(std::rc::Rc::new).collect()
    }
}

#[test]
fn methods() {
    let store = Store::default();
    assert_eq!(store.load(&[1, 2], Box::new(2)), [2, 4]);
    assert_eq!(store.load(&[2, 3], Box::new(2)), [4, 6]);
    assert_eq!(*store.local(&[7])[0], 7);
    assert_eq!(*store.local(&[7, 8])[1], 8);
    assert_eq!(*store.asked.lock().unwrap(), [1, 2, 3, 7, 8]);
}

#[memoize(bulk)]
fn nested(ns: &[u64]) -> Vec<u64> {
    let smaller: Vec<u64> = ns
        .iter()
        .copied()
        .filter(|n| *n > 0)
        .map(|n| n - 1)
        .collect();
    let sum: u64 = nested(&smaller).iter().sum();
    ns.iter().map(|n| n + sum).collect()
}

#[memoize(bulk)]
fn endless(ns: &[u64]) -> Vec<u64> {
    endless(&ns[..1])
}

#[test]
fn recursion() {
    assert_eq!(nested(&[3]), [6]);
    // 1 is needed for 2, which are computed together.
    assert!(std::panic::catch_unwind(|| nested(&[11, 10])).is_err());
    let panic = std::panic::catch_unwind(|| endless(&[1, 2])).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("depends on itself"), "{text}");
}

static MET: Asked<u64> = Asked::new();
static MEETING: Barrier = Barrier::new(2);

#[memoize(bulk)]
fn met(ns: &[u64]) -> Vec<u64> {
    MET.add(ns);
    ns.to_vec()
}

/// Two calls for the same keys in different orders, many times.
#[test]
fn threads_meet_at_each_key() {
    for round in 0..200 {
        let keys = [round * 2, round * 2 + 1];
        let backwards = [keys[1], keys[0]];
        std::thread::scope(|scope| {
            for keys in [keys, backwards] {
                scope.spawn(move || {
                    MEETING.wait();
                    assert_eq!(met(&keys), keys);
                });
            }
        });
        let mut asked = MET.take().concat();
        asked.sort_unstable();
        assert_eq!(asked, keys, "each key is computed once");
    }
}

static ASYNC: Asked<u64> = Asked::new();

#[memoize(bulk)]
async fn fetched(ids: &[u64], base: &str) -> Result<Vec<u64>, String> {
    ASYNC.add(ids);
    tokio::task::yield_now().await;
    if ids.contains(&99) {
        return Err("99".to_owned());
    }
    Ok(ids.iter().map(|id| id + base.len() as u64).collect())
}

#[async_trait::async_trait]
trait Load {
    async fn load(&self, ids: &[u64]) -> Vec<u64>;
}

#[async_trait::async_trait]
impl Load for Store {
    #[memoize(bulk, field = memo)]
    async fn load(&self, ids: &[u64]) -> Vec<u64> {
        tokio::task::yield_now().await;
        self.asked.lock().unwrap().extend(ids);
        ids.to_vec()
    }
}

impl Store {
    #[memoize(bulk, field = memo)]
    async fn get(&self, ids: &[u64]) -> Vec<u64> {
        tokio::task::yield_now().await;
        self.asked.lock().unwrap().extend(ids);
        ids.to_vec()
    }
}

fn is_send<T: Send>(t: T) -> T {
    t
}

#[tokio::test]
async fn tasks() {
    assert_eq!(is_send(fetched(&[1, 2], "a")).await.unwrap(), [2, 3]);
    let (one, two) = tokio::join!(fetched(&[3, 4], "a"), fetched(&[5, 4, 3, 1], "a"));
    assert_eq!((one.unwrap(), two.unwrap()), (vec![4, 5], vec![6, 5, 4, 2]));
    assert_eq!(ASYNC.take(), [vec![1, 2], vec![3, 4], vec![5]]);
    assert!(fetched(&[99, 1], "a").await.is_err());
    // The one that fails leaves its keys to the others.
    let (one, two) = tokio::join!(fetched(&[98, 99], "a"), fetched(&[98, 97], "a"));
    assert!(one.is_err());
    assert_eq!(two.unwrap(), [99, 98]);
    assert_eq!(fetched::peek(&1, "a"), Some(2));

    let store = Store::default();
    assert_eq!(is_send(Load::load(&store, &[1, 2])).await, [1, 2]);
    assert_eq!(Load::load(&store, &[2, 3]).await, [2, 3]);
    assert_eq!(is_send(store.get(&[4])).await, [4]);
    assert_eq!(store.get(&[4, 5]).await, [4, 5]);
    assert_eq!(*store.asked.lock().unwrap(), [1, 2, 3, 4, 5]);
}

#[memoize(bulk)]
fn tagged(ids: &[u64]) -> Vec<u64> {
    memokit::tag(format!("bulk::{}", ids[0]));
    ids.to_vec()
}

#[test]
fn a_tag_is_for_all_keys_of_a_run() {
    tagged(&[1, 2]);
    tagged(&[2, 3]);
    assert_eq!(memokit::clear_tag("bulk::1"), 2);
    assert!(!tagged::contains(&1) && !tagged::contains(&2) && tagged::contains(&3));
}
