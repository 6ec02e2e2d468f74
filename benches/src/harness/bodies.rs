//! How many bodies have run on this thread: what is not a hit is counted, not assumed.

use std::cell::Cell;

thread_local! {
    static BODIES: Cell<u64> = const { Cell::new(0) };
}

pub fn bodies_run() -> u64 {
    BODIES.get()
}

/// The first thing that every measured body does.
pub fn note_body() {
    BODIES.set(BODIES.get() + 1);
}
