//! Scopes around calls for many keys.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use memokit::__private::{Bulk, InBulk};
use memokit::{Answer, bypass, memoize, read_only, trace};

use super::answers;
use crate::support::message;

thread_local! {
    /// What the bodies were asked for.
    static ASKED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

fn ask(keys: &[u64]) {
    ASKED.with_borrow_mut(|asked| asked.extend(keys));
}

#[memoize(bulk)]
fn squares(keys: &[u64]) -> Vec<u64> {
    ask(keys);
    keys.iter().map(|n| n * n).collect()
}

#[test]
fn a_value_for_each_key() {
    assert_eq!(bypass(|| squares(&[1, 2, 1, 3])), [1, 4, 1, 9]);
    assert_eq!(ASKED.take(), [1, 2, 1, 3], "as without a cache");
    let info = squares::cache_info();
    assert_eq!((info.bypassed, info.calls(), info.currsize), (4, 0, 0));

    assert_eq!(squares(&[1]), [1]);
    ASKED.take();
    assert_eq!(read_only(|| squares(&[1, 2, 1, 3])), [1, 4, 1, 9]);
    assert_eq!(ASKED.take(), [2, 3]);
    assert_eq!(squares::keys(), ["1"]);

    let (values, seen) = trace(|| squares(&[1, 2, 1, 2]));
    assert_eq!(values, [1, 4, 1, 4]);
    let expected = [Answer::Hit, Answer::Miss, Answer::Hit, Answer::Coalesced];
    assert_eq!(answers(&seen), expected);
    assert_eq!(squares::cache_info().currsize, 2);
}

#[memoize(bulk)]
fn odd(keys: &[u64]) -> Result<HashMap<u64, u64>, String> {
    ask(keys);
    if keys.contains(&0) {
        return Err("zero".to_owned());
    }
    let odd = keys.iter().filter(|n| *n % 2 == 1);
    Ok(odd.map(|n| (*n, n * n)).collect())
}

#[test]
fn values_for_some_keys() {
    let found = Ok(HashMap::from([(1, 1), (3, 9)]));
    assert_eq!(bypass(|| odd(&[1, 2, 1, 3])), found);
    assert_eq!(bypass(|| odd(&[1, 0])), Err("zero".to_owned()));
    assert_eq!(read_only(|| odd(&[1, 2, 1, 3])), found);
    assert_eq!(read_only(|| odd(&[1, 0])), Err("zero".to_owned()));
    assert!(odd::keys().is_empty());

    let before = odd::cache_info();
    let (_, seen) = trace(|| odd(&[1, 2, 2]));
    let expected = [Answer::Miss, Answer::Miss, Answer::Coalesced];
    assert_eq!(answers(&seen), expected, "an answer, though no value");
    let info = odd::cache_info().minus(&before);
    assert_eq!((info.misses, info.coalesced), (2, 1));
}

#[memoize(bulk)]
fn short(keys: &[u64]) -> Vec<u64> {
    keys[1..].to_vec()
}

#[test]
fn a_wrong_number_of_values_is_told_with_the_name() {
    let panic = std::panic::catch_unwind(|| bypass(|| short(&[8, 9])));
    let message = message(&*panic.expect_err("a value is missing"));
    assert!(
        message.contains("short` returned 1 values for 2 keys"),
        "{message}"
    );
}

#[memoize(bulk)]
fn same(keys: &[u64]) -> Vec<u64> {
    keys.to_vec()
}

#[test]
fn keys_whose_calls_differ_are_computed_apart() {
    // The switch may be moved between one key and the next. Each run of the body has the key once.
    let keys = [5, 5];
    let mut bulk = Bulk::with_capacity(2);
    bypass(|| same::at(&5, InBulk::new(&mut bulk, false)));
    same::at(&5, InBulk::new(&mut bulk, false));
    let mut runs = Vec::new();
    while let Some(batch) = bulk.next(&keys) {
        runs.push(batch.keys().to_vec());
        let output = BTreeMap::from([(5, 25)]);
        assert!(bulk.finish(batch, output).is_ok());
    }
    assert_eq!(runs, [[5], [5]]);
    let output: BTreeMap<u64, u64> = bulk.output(&keys);
    assert_eq!(output, BTreeMap::from([(5, 25)]));
    assert_eq!(same::peek(&5), Some(25));
    assert_eq!(same(&[5]), [25]);
}
