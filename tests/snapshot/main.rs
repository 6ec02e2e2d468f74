//! Results that survive the process that computed them.

mod damage;
mod golden;
mod large;
mod processes;
mod round_trip;
mod waiting;

use std::sync::{Mutex, MutexGuard, PoisonError};

use memokit::snapshot::{self, Loaded, Saved};

/// A snapshot is of the whole program, so the tests take turns; and each begins with nothing.
#[allow(
    clippy::disallowed_types,
    reason = "the rule is for the library, whose locks interleaving tests replace"
)]
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    memokit::clear_all();
    turn
}

/// A snapshot in memory.
fn save() -> (Vec<u8>, Saved) {
    let mut file = Vec::new();
    let saved = snapshot::save_to(&mut file).expect("memory takes it");
    (file, saved)
}

/// What comes of one that is whole.
fn load(file: &[u8]) -> Loaded {
    snapshot::load_from(file).expect("it is as it was saved")
}
