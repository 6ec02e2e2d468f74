//! What caches could do better.

use memo_core::{Advice, AdviceKind, Cache, advice, report};

fn about(name: &str) -> Vec<Advice> {
    let mut advice = advice();
    advice.retain(|advice| advice.cache == name);
    advice
}

fn kinds(name: &str) -> Vec<AdviceKind> {
    about(name).into_iter().map(|advice| advice.kind).collect()
}

#[test]
fn it_is_about_the_present_figures() {
    let cache: Cache<u64, u64> = Cache::builder().name("advisor::now").maxsize(None).build();
    (0..999).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    assert_eq!(kinds("advisor::now"), [], "too few calls to tell");
    assert_eq!(cache.get_or_insert_with(&1_000, || 0), 0);
    assert!(kinds("advisor::now").contains(&AdviceKind::LowHitRate));
    let line = about("advisor::now")[0].to_string();
    assert!(report().contains(&format!("- {line}\n")), "{line}");
    for n in (0..2).flat_map(|_| 0..999) {
        cache.get_or_insert_with(&n, || unreachable!());
    }
    assert!(!kinds("advisor::now").contains(&AdviceKind::LowHitRate));
    cache.clear();
    assert_eq!(kinds("advisor::now"), []);
}

#[test]
fn evictions_and_a_full_cache() {
    let cache: Cache<u64, u64> = Cache::builder().name("advisor::small").maxsize(100).build();
    (0..300).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    let kinds = kinds("advisor::small");
    assert!(kinds.contains(&AdviceKind::ManyEvictions), "{kinds:?}");
    assert!(kinds.contains(&AdviceKind::Full), "{kinds:?}");
    assert!(cache.handle().set_maxsize(1_000));
    assert_eq!(cache.len(), 100);
    (300..340).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    assert!(!self::kinds("advisor::small").contains(&AdviceKind::Full));
}

#[test]
fn sizes_that_nobody_knows() {
    let with = |name: &str, weighs: bool| {
        let builder = Cache::builder().name(name).maxsize(None);
        let builder = builder.max_bytes(1 << 30);
        let cache: Cache<u64, Vec<Box<str>>> = if weighs {
            builder
                .weigher(|_, lists: &Vec<Box<str>>| 24 + lists.len() * 16)
                .build()
        } else {
            builder.build()
        };
        (0..100).for_each(|n| cache.insert(n, Vec::new()));
        cache
    };
    let caches = (
        with("advisor::blind", false),
        with("advisor::weighed", true),
    );
    assert_eq!(kinds("advisor::blind"), [AdviceKind::UnknownSizes]);
    assert_eq!(kinds("advisor::weighed"), []);
    drop(caches);
}

#[test]
fn without_counters_there_is_nothing_to_say() {
    let cache: Cache<u64, u64> = Cache::builder().name("advisor::off").stats(false).build();
    (0..2_000).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    assert_eq!(kinds("advisor::off"), []);
}
