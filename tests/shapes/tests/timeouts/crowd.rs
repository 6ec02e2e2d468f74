//! Many calls at once.

use crate::support::{SECOND, Task, alarms, begin, function, in_background, now, run_background};

const CALLS: usize = 1_000;

function!(popular, POPULAR, hard_timeout = "2s");

#[test]
fn a_thousand_calls_of_one_key() {
    let clock = begin(popular::cache());
    let mut tasks: Vec<_> = (0..CALLS).map(|_| Task::new(popular("a"))).collect();
    assert!(tasks.iter_mut().all(Task::waits));
    assert_eq!((alarms(&clock), POPULAR.runs()), (CALLS, 1));
    clock.advance(2 * SECOND);
    assert!(tasks.iter_mut().all(|task| task.end().is_err()));
    drop(tasks);
    assert_eq!((alarms(&clock), in_background()), (0, 1));
    POPULAR.ok(1);
    assert_eq!(run_background(), 1);
    assert_eq!(now(popular("a")), Ok(1));
    let info = popular::cache_info();
    assert_eq!(
        (info.misses, info.coalesced, info.hits),
        (1, CALLS as u64 - 1, 1)
    );
    assert_eq!((info.timeouts, info.waiting), (CALLS as u64, 0));
}

#[memokit::memoize(hard_timeout = "2s", maxsize = None)]
async fn wide(item: usize) -> crate::support::Price {
    std::future::pending::<()>().await;
    Ok(item as u64)
}

#[test]
fn a_thousand_keys() {
    let clock = begin(wide::cache());
    let mut tasks: Vec<_> = (0..CALLS).map(|item| Task::new(wide(item))).collect();
    assert!(tasks.iter_mut().all(Task::waits));
    assert_eq!(alarms(&clock), CALLS);
    // Half of them give up.
    tasks.truncate(CALLS / 2);
    assert_eq!(alarms(&clock), CALLS / 2);
    clock.advance(2 * SECOND);
    assert_eq!(alarms(&clock), 0);
    assert!(tasks.iter_mut().all(|task| task.end().is_err()));
    assert_eq!(in_background(), CALLS / 2);
    assert_eq!(wide::cache_info().currsize, 0);
    // What hangs for ever is in nobody's way.
    wide::cache_clear();
    wide::prime(&3, Ok(33));
    assert_eq!(now(wide(3)), Ok(33));
}
