//! What notices that it is read or dropped after it was dropped, and is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many were made, and how many dropped.
#[derive(Debug, Default)]
pub(crate) struct Census {
    born: AtomicU64,
    dead: AtomicU64,
}

impl Census {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn birth(self: &Arc<Self>) -> Canary {
        self.born.fetch_add(1, Ordering::Relaxed);
        Canary {
            word: AtomicU64::new(ALIVE),
            census: Arc::clone(self),
        }
    }

    pub(crate) fn born(&self) -> u64 {
        self.born.load(Ordering::Relaxed)
    }

    /// Those that were made and not dropped.
    pub(crate) fn living(&self) -> u64 {
        self.born().wrapping_sub(self.dead.load(Ordering::Relaxed))
    }
}

/// Part of a key or a value. Its word is an atomic, so that each look at it is a look at memory,
/// whatever the compiler knows of references.
#[derive(Debug)]
pub(crate) struct Canary {
    word: AtomicU64,
    census: Arc<Census>,
}

const ALIVE: u64 = 0xA11F_E0CA_4A4F_0001;
const DEAD: u64 = 0xDEAD_0CA4_A4F0_0000;

impl Canary {
    /// # Panics
    /// When it is dead.
    pub(crate) fn look(&self) {
        let word = self.word.load(Ordering::Relaxed);
        assert_eq!(word, ALIVE, "read after its drop");
    }
}

impl Clone for Canary {
    fn clone(&self) -> Self {
        self.look();
        self.census.birth()
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        let word = self.word.swap(DEAD, Ordering::Relaxed);
        assert_eq!(word, ALIVE, "dropped twice");
        self.census.dead.fetch_add(1, Ordering::Relaxed);
    }
}
