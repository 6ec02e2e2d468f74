//! What `tracing` is told: names and counts, in batches, and never keys or values.
#![allow(
    clippy::disallowed_types,
    reason = "tests keep what they observe in plain mutexes"
)]

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use memo_core::memory::Pressure;
use memo_core::testing::MockClock;
use memo_core::{Cache, memory};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            write!(self.0, " {value:?}:").unwrap();
        } else {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl Subscriber for Notes {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        of.target() == "memokit"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn removals_are_told_in_batches() {
    let (notes, clock) = (Notes::default(), MockClock::new());
    with_default(notes.clone(), || {
        let builder = Cache::<u64, u64>::builder().clock(clock.clone());
        let cache = builder.name("numbers").maxsize(10).build();
        (0..11).for_each(|key| cache.insert(key, 777));
        let first = "DEBUG entries removed: cache=\"numbers\" cause=size count=1";
        assert_eq!(notes.take(), [first]);
        (11..500).for_each(|key| cache.insert(key, 777));
        cache.remove(&499);
        assert_eq!(notes.take(), [""; 0], "within a second");
        clock.advance(Duration::from_secs(1));
        cache.clear();
        let expected = [
            "DEBUG entries removed: cache=\"numbers\" cause=size count=489",
            "DEBUG entries removed: cache=\"numbers\" cause=explicit count=10",
        ];
        assert_eq!(notes.take(), expected);
        // Hits tell nothing.
        cache.insert(1, 777);
        clock.advance(Duration::from_secs(1));
        (0..100).for_each(|_| assert_eq!(cache.get(&1), Some(777)));
        assert_eq!(notes.take(), [""; 0]);
    });
}

#[test]
fn panics_of_listeners_are_told() {
    let notes = Notes::default();
    with_default(notes.clone(), || {
        let cache: Cache<u64, u64> = Cache::builder()
            .name("heard")
            .on_removal(|_, _, _| panic!("a listener that fails"))
            .build();
        cache.insert(1, 777);
        cache.clear();
    });
    let expected = [
        "DEBUG entries removed: cache=\"heard\" cause=explicit count=1",
        "WARN listeners panicked: cache=\"heard\" count=1",
    ];
    assert_eq!(notes.take(), expected);
}

#[test]
fn a_subscriber_that_fails_or_asks_back_does_no_harm() {
    struct Nosy(Notes, Cache<u64, u64>);
    impl Subscriber for Nosy {
        fn enabled(&self, of: &Metadata<'_>) -> bool {
            self.0.enabled(of)
        }

        fn new_span(&self, of: &Attributes<'_>) -> Id {
            self.0.new_span(of)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            self.1.insert(2, 20);
            self.0.event(event);
            panic!("a subscriber that fails");
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
    let (notes, clock) = (Notes::default(), MockClock::new());
    let cache: Cache<u64, u64> = Cache::builder().clock(clock.clone()).build();
    with_default(Nosy(notes.clone(), cache.clone()), || {
        assert_eq!(cache.get_or_insert_with(&1, || 10), 10);
        assert_eq!(cache.remove(&1), Some(10));
    });
    assert_eq!(notes.take().len(), 1);
    assert_eq!((cache.get(&2), cache.len()), (Some(20), 1));
}

#[test]
fn changes_of_pressure_are_told() {
    let notes = Notes::default();
    with_default(notes.clone(), || {
        let before = memory::limit();
        memory::set_limit(1 << 20);
        let taken = memory::try_reserve(900 << 10).unwrap();
        assert_eq!(memory::pressure(), Pressure::High);
        drop(taken);
        assert_eq!(memory::pressure(), Pressure::Low);
        memory::set_limit(before);
    });
    let told: Vec<String> = notes.take();
    let told: Vec<&str> = told
        .iter()
        .map(|line| line.split(" used").next().unwrap())
        .collect();
    let high = "WARN memory is scarce: level=high";
    let low = "INFO memory pressure changed: level=low";
    assert!(told.contains(&high) && told.contains(&low), "{told:?}");
}
