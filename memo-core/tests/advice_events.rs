//! Advice as events, once for each cache and kind. Alone in a process: calls themselves look at caches
//! now and then.
#![allow(
    clippy::disallowed_types,
    reason = "tests wait for each other with a plain mutex"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use memo_core::{Cache, advice, report};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, subscriber};

/// Sends on what events say.
struct Collects(mpsc::SyncSender<String>);

impl Subscriber for Collects {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "memokit::advice"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                use std::fmt::Write;
                let _ = write!(self.0, "{field}={value:?} ");
            }
        }
        assert_eq!(*event.metadata().level(), Level::WARN);
        let mut text = Text(String::new());
        event.record(&mut text);
        self.0.send(text.0).expect("somebody listens");
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// A question is about the caches of all tests: one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is said while `f` runs.
fn said(f: impl FnOnce()) -> Vec<String> {
    let (send, receive) = mpsc::sync_channel(100);
    subscriber::with_default(Collects(send), f);
    receive.try_iter().collect()
}

#[test]
fn a_call_says_it_once() {
    let _alone = alone();
    let cache: Cache<u64, u64> = Cache::builder().name("events::new").maxsize(None).build();
    let miss = |keys: std::ops::Range<u64>| {
        said(|| keys.for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n)))
    };
    assert_eq!(miss(0..999), [""; 0], "too few to tell");
    let at_the_next = miss(999..2_100);
    let is_rate = |text: &&String| text.contains("kind=LowHitRate");
    assert_eq!(
        at_the_next.iter().filter(is_rate).count(),
        1,
        "{at_the_next:?}"
    );
    assert!(
        at_the_next[0].contains("cache=events::new"),
        "{at_the_next:?}"
    );
    assert!(
        at_the_next[0].contains("message=0.0 % of "),
        "{at_the_next:?}"
    );
    let later = miss(2_100..5_000);
    assert_eq!(later.iter().filter(is_rate).count(), 0, "{later:?}");
    let asked = said(|| drop((advice(), report())));
    assert_eq!(asked.iter().filter(is_rate).count(), 0, "{asked:?}");
    assert!(advice().iter().any(|advice| advice.cache == "events::new"));
}

#[test]
fn a_question_says_it_once() {
    let _alone = alone();
    let cache: Cache<u64, u64> = Cache::builder().name("events::asked").maxsize(None).build();
    (0..1_000).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    let own = |text: &&String| text.contains("cache=events::asked kind=LowHitRate");
    let first = said(|| drop(advice()));
    let second = said(|| drop(advice()));
    assert_eq!(first.iter().filter(own).count(), 1, "{first:?}");
    assert_eq!(second.iter().filter(own).count(), 0, "{second:?}");
}

#[test]
fn rules_are_told_of_once() {
    let _alone = alone();
    memo_core::configure("events::nobody=maxsize=1").expect("a rule");
    let own = |text: &&String| text.contains("cache=events::nobody kind=UnknownName");
    let first = said(|| drop(advice()));
    let second = said(|| drop(advice()));
    assert_eq!(first.iter().filter(own).count(), 1, "{first:?}");
    assert_eq!(second.iter().filter(own).count(), 0, "{second:?}");
}

#[test]
fn a_subscriber_may_use_the_cache_and_panic() {
    struct Calls(Arc<AtomicUsize>, Cache<u64, u64>);
    impl Subscriber for Calls {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "memokit::advice"
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
            assert_eq!(
                self.1.get_or_insert_with(&1_023, || 0),
                1_023,
                "it is stored"
            );
            panic!("on purpose");
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }
    let _alone = alone();
    let cache: Cache<u64, u64> = Cache::builder().name("events::re").maxsize(None).build();
    let calls = Arc::new(AtomicUsize::new(0));
    subscriber::with_default(Calls(Arc::clone(&calls), cache.clone()), || {
        (0..2_100).for_each(|n| assert_eq!(cache.get_or_insert_with(&n, || n), n));
    });
    assert!(calls.load(Ordering::Relaxed) >= 1);
    assert_eq!(cache.len(), 2_100);
}
