//! Texts and bytes of all lengths as keys: short ones are hashed and compared in place, long ones are not.

use std::borrow::Cow;
use std::time::Duration;

use memokit::memoize;
use memokit::testing::MockClock;

/// Texts that differ in their length alone, in their first, middle and last byte.
fn texts() -> Vec<String> {
    let mut all = Vec::new();
    for len in 0..=100 {
        let text = "a".repeat(len);
        for place in [0, len / 2, len.saturating_sub(1)] {
            let mut other = text.clone();
            if len > 0 {
                other.replace_range(place..=place, "b");
            }
            all.push(other);
        }
        all.push(text);
    }
    all.sort();
    all.dedup();
    all
}

/// Each is computed once, found from then on, and found no more when it is removed.
macro_rules! each_is_found {
    ($function:ident, $texts:expr, |$text:ident| $call:expr, |$by:ident| $key:expr) => {{
        let texts = $texts;
        for _ in 0..3 {
            for $text in &texts {
                assert_eq!($call, $text.len());
            }
        }
        let info = $function::cache_info();
        let count = texts.len();
        assert_eq!((info.misses, info.hits), (count as u64, 2 * count as u64));
        for $by in &texts {
            assert!($function::contains($key) && $function::invalidate($key));
            assert!(!$function::contains($key));
        }
        assert_eq!($function::cache_info().currsize, 0);
    }};
}

#[memoize(maxsize = None)]
fn of_text(text: &str) -> usize {
    text.len()
}

#[memoize(maxsize = None)]
fn of_owned(text: String) -> usize {
    text.len()
}

#[memoize(maxsize = None)]
fn of_bytes(bytes: &[u8]) -> usize {
    bytes.len()
}

#[memoize(maxsize = None)]
fn of_two(n: u32, text: &str) -> usize {
    text.len() + n as usize
}

#[memoize(maxsize = None)]
fn of_either(text: Cow<'_, str>) -> usize {
    text.len()
}

#[memoize(maxsize = None, scope = thread)]
fn of_thread(text: &str) -> usize {
    text.len()
}

#[memoize(oom_protection = false)]
fn of_bare(text: &str) -> usize {
    text.len()
}

#[test]
fn texts_of_all_lengths_are_keys() {
    each_is_found!(of_text, texts(), |text| of_text(text), |text| text.as_str());
    each_is_found!(of_owned, texts(), |text| of_owned(text.clone()), |text| {
        text
    });
    each_is_found!(
        of_bytes,
        texts(),
        |text| of_bytes(text.as_bytes()),
        |text| text.as_bytes()
    );
    each_is_found!(of_thread, texts(), |text| of_thread(text), |text| text
        .as_str());
    each_is_found!(of_bare, texts(), |text| of_bare(text), |text| text.as_str());
    each_is_found!(
        of_either,
        texts(),
        |text| of_either(Cow::Borrowed(text)),
        |text| &Cow::Borrowed(text.as_str())
    );
}

#[test]
fn long_texts_beside_other_arguments() {
    for _ in 0..2 {
        for text in texts() {
            assert_eq!(of_two(0, &text), text.len());
            assert_eq!(of_two(1, &text), text.len() + 1);
        }
    }
    let info = of_two::cache_info();
    assert_eq!(
        (info.hits, info.misses),
        (info.misses, 2 * texts().len() as u64)
    );
}

#[test]
fn long_texts_expire() {
    #[memoize(ttl = "10s", maxsize = None)]
    fn of_time(text: &str) -> usize {
        text.len()
    }
    let clock = MockClock::new();
    assert!(of_time::cache().set_clock(clock.clone()));
    let texts = texts();
    let count = texts.len() as u64;
    for (round, misses) in [(1, 1), (2, 1), (3, 2), (4, 2)] {
        for text in &texts {
            assert_eq!(of_time(text), text.len());
        }
        let info = of_time::cache_info();
        assert_eq!(info.misses, misses * count, "in round {round}");
        assert_eq!(info.hits, (round - misses) * count, "in round {round}");
        if round == 2 {
            clock.advance(Duration::from_secs(10));
        }
    }
}

#[test]
fn a_scope_is_seen_by_long_texts_too() {
    #[memoize]
    fn of_scope(text: &str) -> usize {
        text.len()
    }
    let long = "a".repeat(100);
    assert_eq!(of_scope(&long), 100);
    memokit::bypass(|| of_scope(&long));
    let info = of_scope::cache_info();
    assert_eq!((info.hits, info.misses), (0, 1));
    {
        let _own = memokit::testing::isolate();
        of_scope(&long);
        of_scope(&long);
        assert_eq!(of_scope::cache_info().hits, 1);
    }
    assert_eq!(of_scope::cache_info().hits, 0);
}
