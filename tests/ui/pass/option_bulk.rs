//! Functions over many keys, with every other option beside.

use std::collections::BTreeMap;

use memokit::memoize;

#[memoize(bulk, maxsize = 10, ttl = "1h", tags("run"), name = "squares")]
pub fn squares(ns: &[u64]) -> Vec<u64> {
    ns.iter().map(|n| n * n).collect()
}

#[memoize(bulk = names, skip(log), key(names = names.trim()), scope = thread)]
fn lengths(names: &[&str], suffixes: &[String], log: &mut Vec<String>) -> Vec<usize> {
    log.push(names.concat());
    names.iter().map(|name| name.trim().len() + suffixes.len()).collect()
}

#[memoize(bulk, cache_err = true, oom_protection = false)]
fn parsed(texts: &[String]) -> BTreeMap<String, Result<u32, std::num::ParseIntError>> {
    texts.iter().map(|text| (text.clone(), text.parse())).collect()
}


fn main() {
    assert_eq!(squares(&[1, 2, 1]), [1, 4, 1]);
    assert_eq!(squares::peek(&2), Some(4));
    let mut log = Vec::new();
    assert_eq!(lengths(&["a", " a", "b "], &[], &mut log), [1, 1, 1]);
    assert_eq!(log, ["ab "]);
    assert!(lengths::contains("a", &[]));
    let texts = ["1".to_owned(), "x".to_owned()];
    assert_eq!(parsed(&texts).len(), 2);
    assert!(parsed::peek(&texts[1]).unwrap().is_err());
}
