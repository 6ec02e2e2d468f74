//! What may cross threads: promises that no change may break unseen.

use std::fmt::Debug;

use memo_core::testing::MockClock;
use memo_core::{
    Balanced, Bare, Cache, CacheBuilder, CacheHandle, CacheInfo, CacheParameters, EntryInfo,
    Protected, RemovalCause, Removals, Scope,
};

fn is_shared<T: Send + Sync>() {}
fn is_plain<T: Send + Sync + Copy + Unpin + Debug>() {}
fn is_cloned<T: Clone + Debug>() {}

#[test]
fn caches_are_shared_between_threads() {
    is_shared::<Cache<String, Vec<u8>>>();
    is_shared::<Cache<String, Vec<u8>, Balanced>>();
    is_shared::<Cache<String, Vec<u8>, Bare>>();
    is_cloned::<Cache<String, Vec<u8>, Protected>>();
    is_shared::<MockClock>();
    is_cloned::<MockClock>();
}

#[test]
fn what_is_read_is_plain_data() {
    is_plain::<CacheHandle>();
    is_plain::<CacheInfo>();
    is_plain::<Removals>();
    is_plain::<RemovalCause>();
    is_plain::<EntryInfo>();
    is_plain::<Scope>();
    is_shared::<CacheParameters>();
    is_cloned::<CacheParameters>();
}

#[test]
fn a_builder_shows_no_secrets() {
    let builder: CacheBuilder<String, String> = Cache::builder().name("auto_traits::name");
    assert!(format!("{builder:?}").starts_with("CacheBuilder"));
    let cache = builder.build();
    cache.insert("a secret key".to_owned(), "a secret value".to_owned());
    let shown = format!("{cache:?} {:?} {:?}", cache.handle(), cache.stats());
    assert!(shown.contains("auto_traits::name"));
    assert!(!shown.contains("secret"), "{shown}");
}
