//! `scope = thread`: a cache for each thread.

use std::rc::Rc;
use std::sync::mpsc::channel;

use memokit::{Scope, memoize};

use crate::support::Runs;

static RUNS: Runs = Runs::new();

#[memoize(scope = thread, maxsize = 10)]
fn square(n: u64) -> u64 {
    RUNS.add();
    n * n
}

#[test]
fn statistics_are_summed_and_a_clear_reaches_all() {
    let (tell, told) = channel::<()>();
    let (reply, replied) = channel();
    square(1);
    square(1);
    let other = std::thread::spawn(move || {
        square(1);
        square(2);
        reply.send(()).expect("the test waits");
        told.recv().expect("the test tells");
        let runs = RUNS.get();
        square(2);
        RUNS.get() - runs
    });
    replied.recv().expect("the thread runs");
    let info = square::cache_info();
    assert_eq!((info.hits, info.misses, info.currsize), (1, 3, 3));
    assert_eq!(square::cache_clear(), 3);
    assert_eq!(square::cache_info().currsize, 0);
    tell.send(()).expect("the thread waits");
    assert_eq!(
        other.join().expect("no panic"),
        1,
        "the other thread's entry was cleared"
    );
    assert_eq!(square::peek(&1), None);
    assert_eq!(square::cache_parameters().scope, Scope::Thread);
}

#[memoize(scope = thread)]
fn local_types(text: Rc<str>) -> Rc<str> {
    text.to_uppercase().into()
}

#[test]
fn neither_send_nor_sync_is_needed() {
    let first = local_types("a".into());
    assert!(Rc::ptr_eq(&first, &local_types("a".into())));
}

#[memoize(scope = thread)]
fn cleared_while_running(n: u64) -> u64 {
    if n == 1 {
        // Another thread clears the cache meanwhile.
        std::thread::spawn(cleared_while_running::cache_clear)
            .join()
            .expect("no panic");
    }
    n
}

#[test]
fn a_clear_beats_a_computation_under_way() {
    assert_eq!(cleared_while_running(1), 1);
    assert_eq!(cleared_while_running::peek(&1), None);
}

#[memoize(scope = thread)]
fn endless(n: u64) -> u64 {
    endless(n)
}

#[test]
fn recursion_is_found() {
    assert!(std::panic::catch_unwind(|| endless(1)).is_err());
}

#[memoize(scope = thread)]
fn housekeeping(n: u64) -> u64 {
    n
}

#[test]
fn entries_of_the_calling_thread() {
    for n in 0..5 {
        housekeeping(n);
    }
    assert_eq!(housekeeping::keys(), ["0", "1", "2", "3", "4"]);
    assert_eq!(housekeeping::invalidate_if(|n, _| *n > 2), 2);
    assert!(housekeeping::set_maxsize(1));
    assert_eq!(housekeeping::cache_info().currsize, 1);
    std::thread::spawn(|| assert!(housekeeping::keys().is_empty()))
        .join()
        .expect("no panic");
}

#[test]
fn a_thread_that_ends_takes_its_entries_with_it() {
    #[memoize(scope = thread)]
    fn f(n: u64) -> u64 {
        n
    }
    std::thread::spawn(|| {
        f(1);
        assert_eq!(f::cache_info().currsize, 1);
    })
    .join()
    .expect("no panic");
    assert_eq!(f::cache_info().currsize, 0);
    assert_eq!(f::cache_info().misses, 1);
}
