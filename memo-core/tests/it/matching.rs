//! Patterns on keys: what matches goes, also what is being computed; nothing else is touched.

use memo_core::{Cache, invalidate_matching};

use crate::support::{Random, assert_sound};

/// What a pattern of letters, `*` and `?` means.
fn naive(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        ([b'*', pattern @ ..], text) => {
            (0..=text.len()).any(|skipped| naive(pattern, &text[skipped..]))
        }
        ([b'?', pattern @ ..], [_, text @ ..]) => naive(pattern, text),
        ([a, pattern @ ..], [b, text @ ..]) => a == b && naive(pattern, text),
        (_, []) => false,
    }
}

fn draw(random: &mut Random, letters: &[u8], most: u64) -> String {
    let length = random.next() % (most + 1);
    let letter = |_| {
        let at = random.next() % letters.len() as u64;
        char::from(letters[usize::try_from(at).unwrap()])
    };
    (0..length).map(letter).collect()
}

#[test]
fn a_hundred_thousand_random_cases() {
    let named =
        |name: &str| -> Cache<String, u64> { Cache::builder().name(name).maxsize(None).build() };
    let (meant, other) = (named("matching::a::f"), named("matching::b::f"));
    let mut random = Random(11);
    for _ in 0..100_000 {
        for _ in 0..random.next() % 4 {
            let key = draw(&mut random, b"ab:", 5);
            meant.insert(key.clone(), 1);
            other.insert(key, 1);
        }
        let pattern = draw(&mut random, b"ab:*?", 5);
        let keys: Vec<String> = meant.iter().map(|(key, _)| key).collect();
        let before = other.len();
        let removed = if random.next().is_multiple_of(2) {
            invalidate_matching("matching::a::*", &pattern)
        } else {
            meant.invalidate_matching(&pattern)
        };
        let is_meant = |key: &&String| naive(pattern.as_bytes(), key.as_bytes());
        assert_eq!(removed, keys.iter().filter(is_meant).count(), "{pattern}");
        for key in &keys {
            assert_eq!(meant.contains(key), !is_meant(&key), "{pattern} on {key}");
        }
        assert_eq!(other.len(), before, "another function's entries");
        if before > 100 {
            other.clear();
        }
    }
    assert_sound(&meant);
}

#[test]
fn keys_of_other_types_are_compared_as_they_are_shown() {
    let cache: Cache<(u32, &str), u32> = Cache::builder().build();
    for n in [1, 2, 12] {
        cache.insert((n, "a"), n);
    }
    assert_eq!(cache.invalidate_matching("(1*"), 2);
    assert_eq!(cache.invalidate_matching(r#"(2, "a")"#), 1);
}

#[test]
fn keys_that_are_not_known_are_hidden() {
    let cache: Cache<u32, u32> = Cache::builder().name("matching::hidden").build();
    cache.insert(1, 1);
    assert_eq!(invalidate_matching("matching::hidden", "1"), 0);
    assert_eq!(invalidate_matching("matching::hidden", "_"), 1);
}

#[test]
fn a_cache_without_entries() {
    let cache: Cache<u32, u32> = Cache::builder().name("matching::empty").build();
    assert_eq!(invalidate_matching("matching::empty", "*"), 0);
    assert_eq!(cache.invalidate_matching("*"), 0);
}
