//! memokit's real caches under its real budget. Time passes on a clock that is moved by hand: with each
//! call, and by what a computation is said to cost.

use std::time::Duration;

use memokit::testing::MockClock;
use memokit::{Cache, memory};

use super::Task;
use crate::budget::load::Load;

/// From call to call, beside what is computed.
const PAUSE: Duration = Duration::from_micros(5);

type Results = Cache<u64, Vec<u8>>;

/// As many caches as functions, empty.
fn caches(load: &Load, clock: &MockClock) -> Vec<Results> {
    let cache = |_| Cache::builder().maxsize(None).clock(clock.clone()).build();
    (0..load.functions).map(cache).collect()
}

pub fn replay(task: &Task<'_>, miss: &mut dyn FnMut(u32)) {
    let load = task.load;
    let clock = MockClock::new();
    let caches = caches(load, &clock);
    memory::set_limit(load.budget as usize);
    for &number in &load.calls {
        clock.advance(PAUSE);
        let item = load.item(number);
        caches[item.function as usize].get_or_insert_with(&u64::from(number), || {
            miss(number);
            clock.advance(Duration::from_nanos(item.cost));
            vec![0; item.heap]
        });
    }
    assert!(
        memory::used() as u64 <= load.budget,
        "more is held than the budget allows"
    );
}

/// What each item takes as an entry, as memokit accounts for it.
pub fn bytes_of_entries(load: &Load) -> Vec<u64> {
    memory::set_limit(usize::MAX);
    let caches = caches(load, &MockClock::new());
    let items = load.items.iter().zip(0_u64..);
    items
        .map(|(item, key)| {
            let cache = &caches[item.function as usize];
            cache.insert(key, vec![0; item.heap]);
            let bytes = cache.entry_info(&key).and_then(|info| info.bytes);
            cache.remove(&key);
            bytes.unwrap_or_default() as u64
        })
        .collect()
}
