//! One entry: a key, the place of its value, and what the cache notes about it.

use std::any::Any;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::expiry::Deadline;

/// What is noted about an entry, readable without the table's lock.
///
/// All accesses are relaxed: every field is a number of its own. What has to be consistent with
/// the table (is the entry still there, is its value complete) is decided under the table's lock.
#[derive(Debug)]
pub struct Header {
    /// Position in the cache's order of accesses; larger is more recent.
    tick: AtomicU64,
    deadline: AtomicU64,
    stored_at: AtomicU64,
    used_at: AtomicU64,
    cost: AtomicU64,
}

impl Header {
    const UNUSED: u64 = u64::MAX;

    fn new() -> Self {
        Self {
            tick: AtomicU64::new(0),
            deadline: AtomicU64::new(Deadline::NEVER.raw()),
            stored_at: AtomicU64::new(0),
            used_at: AtomicU64::new(Self::UNUSED),
            cost: AtomicU64::new(0),
        }
    }

    #[inline]
    pub(crate) fn tick(&self) -> u64 {
        self.tick.load(Ordering::Relaxed)
    }

    /// Notes an access. Ticks are handed out under the table's lock but noted after it, so an
    /// older one may come late; it must not undo a newer one.
    #[inline]
    pub(crate) fn touch(&self, tick: u64) {
        if self.tick.load(Ordering::Relaxed) < tick {
            self.tick.store(tick, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::from_raw(self.deadline.load(Ordering::Relaxed))
    }

    pub(crate) fn store(&self, now: u64, deadline: Deadline, cost: u64) {
        self.stored_at.store(now, Ordering::Relaxed);
        self.deadline.store(deadline.raw(), Ordering::Relaxed);
        self.cost.store(cost, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn note_use(&self, now: u64) {
        self.used_at.store(now, Ordering::Relaxed);
    }

    pub(crate) fn stored_at(&self) -> u64 {
        self.stored_at.load(Ordering::Relaxed)
    }

    /// When the entry was last hit, if that was noted.
    pub(crate) fn used_at(&self) -> Option<u64> {
        let at = self.used_at.load(Ordering::Relaxed);
        (at != Self::UNUSED).then_some(at)
    }

    /// How long the computation took, in nanoseconds.
    pub(crate) fn cost(&self) -> u64 {
        self.cost.load(Ordering::Relaxed)
    }
}

/// A key with its value; the value is missing while it is being computed.
///
/// Once set, neither changes: readers clone them without any lock.
#[derive(Debug)]
pub struct Node<K, V> {
    header: Header,
    pub(crate) key: K,
    pub(crate) value: OnceLock<V>,
}

impl<K, V> Node<K, V> {
    pub(crate) fn pending(key: K) -> Self {
        Self {
            header: Header::new(),
            key,
            value: OnceLock::new(),
        }
    }

    pub(crate) fn ready(key: K, value: V) -> Self {
        Self {
            header: Header::new(),
            key,
            value: OnceLock::from(value),
        }
    }
}

/// A node without its types: what the table holds.
pub trait AnyNode: Any {
    /// What is noted about the entry.
    fn header(&self) -> &Header;
    /// The value, once there is one.
    fn value(&self) -> Option<&dyn Any>;
}

impl<K: 'static, V: 'static> AnyNode for Node<K, V> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn value(&self) -> Option<&dyn Any> {
        self.value.get().map(|value| value as &dyn Any)
    }
}

/// The node with its types again; `None` if they are others.
#[inline]
pub(crate) fn typed<K: 'static, V: 'static>(node: &dyn AnyNode) -> Option<&Node<K, V>> {
    (node as &dyn Any).downcast_ref()
}
