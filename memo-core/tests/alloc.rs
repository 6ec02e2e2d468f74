//! Hits make no allocation: keys are looked up in borrowed form.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use memo_core::Cache;

/// The system's allocator, counting for each thread what it asks for.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // While a thread is torn down its counter is gone, and nobody asks for it any more.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call is passed on to the system's allocator as it is. Counting does not allocate:
// the counter is a plain cell, initialised when the program is compiled, without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above; the pointer comes from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        // SAFETY: as above; the pointer comes from the system's allocator.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of this thread while `f` runs.
fn allocations_in(mut f: impl FnMut()) -> u64 {
    let before = ALLOCATIONS.get();
    f();
    ALLOCATIONS.get() - before
}

const HITS: u64 = 10_000;

#[test]
fn the_counter_counts() {
    assert_eq!(allocations_in(|| drop(black_box(Box::new(1)))), 1);
    assert_eq!(allocations_in(|| drop(black_box("memo".to_owned()))), 1);
}

/// Neither a place where callers could meet nor an entry is allocated, once the table has its size.
#[test]
fn misses_of_numbers_in_a_full_cache() {
    let cache: Cache<u64, u64> = Cache::builder().maxsize(100).build();
    let miss = |key: u64| assert_eq!(cache.get_or_insert_with(&key, || key), key);
    (0..HITS).for_each(miss);
    let made = allocations_in(|| (HITS..2 * HITS).for_each(miss));
    assert!(made <= looks_for_advice(HITS), "{made}");
    assert_eq!(cache.stats().misses, 2 * HITS);
}

/// What the looks for advice may allocate: where it is given, there is one each 1,024 misses.
fn looks_for_advice(misses: u64) -> u64 {
    if cfg!(feature = "tracing") {
        20 * (misses / 1_024 + 1)
    } else {
        0
    }
}

/// The same of computations inside of others.
#[test]
fn misses_inside_of_misses() {
    fn miss(cache: &Cache<[u64; 2], u64>, key: u64, depth: u64) -> u64 {
        cache.get_or_insert_with(&[key, depth], || match depth {
            0 => key,
            _ => miss(cache, key, depth - 1),
        })
    }
    let cache: Cache<[u64; 2], u64> = Cache::builder().maxsize(100).build();
    let five = |key| assert_eq!(miss(&cache, key, 4), key);
    (0..HITS).for_each(five);
    let made = allocations_in(|| (HITS..2 * HITS).for_each(five));
    assert!(made <= looks_for_advice(5 * HITS), "{made}");
    assert_eq!(cache.stats().misses, 10 * HITS);
}

#[test]
fn hits_on_numbers() {
    let cache: Cache<u64, u64> = Cache::builder().build();
    (0..100).for_each(|key| cache.insert(key, key));
    let made = allocations_in(|| {
        for n in 0..HITS {
            let key = n % 100;
            assert_eq!(cache.get(&key), Some(key));
            assert_eq!(
                cache.get_or_insert_with(&key, || unreachable!("a hit")),
                key
            );
            assert!(cache.contains(&key) && cache.peek(&key).is_some());
        }
    });
    assert_eq!(made, 0);
    assert_eq!(cache.stats().hits, 2 * HITS);
}

#[test]
fn hits_on_strings() {
    let cache: Cache<String, usize> = Cache::builder().build();
    let keys = [
        "memo",
        "a key too long for any small-string trick to hide it",
        "",
    ];
    for key in keys {
        cache.get_or_insert_with(key, || key.len());
    }
    let made = allocations_in(|| {
        for _ in 0..HITS {
            for key in keys {
                assert_eq!(cache.get(key), Some(key.len()));
                assert_eq!(
                    cache.get_or_insert_with(key, || unreachable!("a hit")),
                    key.len()
                );
            }
        }
    });
    assert_eq!(made, 0);
}

#[test]
fn hits_on_slices() {
    let cache: Cache<Vec<u32>, u32> = Cache::builder().build();
    let key: &[u32] = &[1, 2, 3];
    cache.insert(key.to_vec(), 6);
    let made = allocations_in(|| {
        for _ in 0..HITS {
            assert_eq!(cache.get(key), Some(6));
            assert_eq!(cache.get_or_insert_with(key, || unreachable!("a hit")), 6);
        }
    });
    assert_eq!(made, 0);
}

#[test]
fn hits_with_a_ttl_and_in_a_bare_cache() {
    let timed: Cache<u64, u64> = Cache::builder().ttl(Duration::from_secs(3_600)).build();
    let bare = Cache::<u64, u64>::builder().bare().build();
    timed.insert(1, 10);
    bare.insert(1, 10);
    let made = allocations_in(|| {
        for _ in 0..HITS {
            assert_eq!(timed.get_or_insert_with(&1, || unreachable!("a hit")), 10);
            assert_eq!(bare.get_or_insert_with(&1, || unreachable!("a hit")), 10);
        }
    });
    assert_eq!(made, 0);
}

#[test]
fn hits_of_memoized_closures() {
    let area = memo_core::memoize_fn(|width: u64, height: u64| width * height);
    let six =
        memo_core::memoize_fn(|a: u8, b: u8, c: u8, d: u8, e: u8, f: u8| a + b + c + d + e + f);
    let length = memo_core::memoize_fn(|text: String| text.len());
    let fib = memo_core::memoize_rec(|fib, n: u64| if n < 2 { n } else { fib(n - 1) + fib(n - 2) });
    let text = "a key too long for any small-string trick to hide it";
    assert_eq!(
        (area(2, 3), six(1, 2, 3, 4, 5, 6), fib(30)),
        (6, 21, 832_040)
    );
    assert_eq!(length(text.to_owned()), text.len());
    // What callers hand over they have made themselves: an owned argument is looked up as it is.
    let mut texts = vec![text.to_owned(); 100].into_iter();
    let made = allocations_in(|| {
        for _ in 0..HITS {
            assert_eq!((area(2, 3), six(1, 2, 3, 4, 5, 6)), (6, 21));
            assert_eq!(fib(30), 832_040);
            assert!(area.contains(&(2, 3)) && length.peek(text).is_some());
        }
    });
    assert_eq!(made, 0);
    let made = allocations_in(|| assert!(texts.all(|own| length(own) == text.len())));
    assert_eq!((made, length.cache_info().hits), (0, 100));
}
