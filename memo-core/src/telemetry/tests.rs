//! What the tests of users' calls cannot see: there, timeouts are those of async functions.

use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_global_default;
use tracing::{Event, Metadata, Subscriber};

use crate::Cache;
use crate::sync::StaticMutex;
use crate::testing::MockClock;

/// Writes down what it is told.
#[derive(Clone)]
struct Notes(Arc<StaticMutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a `String` cannot fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
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
        self.0.lock().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn timeouts_are_told_in_batches_and_nothing_of_other_caches() {
    let notes = Notes(Arc::new(StaticMutex::new(Vec::new())));
    // For all threads: what another one meets first, a subscriber of this one might never be asked about.
    set_global_default(notes.clone()).expect("the only test that listens");
    // The next cache counts where this one has counted.
    let before: Cache<u64, u64> = Cache::builder().maxsize(1).build();
    (0..9).for_each(|key| before.insert(key, key));
    drop(before);
    let clock = MockClock::new();
    let builder = Cache::<u64, u64>::builder().clock(clock.clone());
    let cache = builder.name("telemetry::slow").build();
    let common = cache.core().common();
    let time_out = |calls| {
        (0..calls).for_each(|_| common.counters.timed_out());
        common.counters.telemetry.report(common);
        let mut told = std::mem::take(&mut *notes.0.lock());
        told.retain(|line| line.contains(common.name()));
        told
    };
    let line =
        |count| format!("WARN message=calls timed out cache=\"telemetry::slow\" count={count}");
    assert_eq!(time_out(1), [line(1)]);
    assert_eq!(time_out(2), [""; 0], "within a second");
    clock.advance(Duration::from_secs(1));
    assert_eq!(time_out(1), [line(3)]);
    assert_eq!(cache.stats().timeouts, 4);
}
