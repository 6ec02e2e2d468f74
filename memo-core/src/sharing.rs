//! Who may use a cache: every thread, or each thread its own.
//!
//! The choice is a type, so that a thread's own cache has no lock and asks for neither `Send` nor
//! `Sync`.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::common::Common;
use crate::engine::Operations;
use crate::entry::{AnyNode, Node};
use crate::protection::Protection;
use crate::sync::Mutex;

/// How a table is shared, and what follows from it.
pub trait Sharing: Sized + 'static {
    /// A reference-counted node.
    type Ptr: NodePtr;
    /// What guards the table.
    type Lock<T>: Lock<T>;
    /// What a table tells the rest of its cache.
    type Member: Member;
    /// The engine that was compiled for it.
    #[doc(hidden)]
    fn operations<P: Protection>() -> &'static Operations<Self, P>;
}

/// A sharing whose tables can hold these keys and values.
pub trait Holds<K, V>: Sharing {
    /// Forgets the node's types.
    fn hold(node: Node<K, V>) -> Self::Ptr;
}

/// One table for all threads.
#[derive(Debug)]
pub struct Global;

/// A table for each thread.
#[derive(Debug)]
pub struct PerThread;

impl Sharing for Global {
    type Ptr = Arc<dyn AnyNode + Send + Sync>;
    type Lock<T> = Mutex<T>;
    type Member = Sole;

    #[inline]
    fn operations<P: Protection>() -> &'static Operations<Self, P> {
        &P::compiled().global
    }
}

impl Sharing for PerThread {
    type Ptr = Rc<dyn AnyNode>;
    type Lock<T> = RefCell<T>;
    type Member = Arc<OneOfMany>;

    #[inline]
    fn operations<P: Protection>() -> &'static Operations<Self, P> {
        &P::compiled().per_thread
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Holds<K, V> for Global {
    fn hold(node: Node<K, V>) -> Self::Ptr {
        Arc::new(node)
    }
}

impl<K: 'static, V: 'static> Holds<K, V> for PerThread {
    fn hold(node: Node<K, V>) -> Self::Ptr {
        Rc::new(node)
    }
}

/// A shared pointer to a node.
pub trait NodePtr: Clone + 'static {
    /// The node behind it.
    fn node(&self) -> &dyn AnyNode;
}

impl NodePtr for Arc<dyn AnyNode + Send + Sync> {
    #[inline]
    fn node(&self) -> &dyn AnyNode {
        &**self
    }
}

impl NodePtr for Rc<dyn AnyNode> {
    #[inline]
    fn node(&self) -> &dyn AnyNode {
        &**self
    }
}

/// Exclusive access to a table, held for a closure that runs no user code.
pub trait Lock<T> {
    /// A lock around `value`.
    fn new(value: T) -> Self;
    /// Runs `f` with the table.
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R;
}

impl<T> Lock<T> for Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    #[inline]
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.lock())
    }
}

impl<T> Lock<T> for RefCell<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    #[inline]
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.borrow_mut())
    }
}

/// A table's membership in its cache.
pub trait Member {
    /// Whether the cache was cleared since this table last asked; `true` once per clear.
    fn missed_clear(&self, common: &Common) -> bool;
    /// Tells how many entries the table holds now.
    fn publish(&self, len: usize);
}

/// The only table of its cache: a clear empties it directly.
#[derive(Debug, Default)]
pub struct Sole;

impl Member for Sole {
    #[inline]
    fn missed_clear(&self, _: &Common) -> bool {
        false
    }

    #[inline]
    fn publish(&self, _: usize) {}
}

/// One thread's table among several. A clear in another thread cannot reach it: it raises the
/// cache's generation instead, and the table empties itself at its next use. Until then its
/// entries count as gone.
#[derive(Default)]
pub struct OneOfMany {
    generation: AtomicU64,
    len: AtomicUsize,
}

impl OneOfMany {
    pub(crate) fn at(generation: u64) -> Self {
        Self {
            generation: AtomicU64::new(generation),
            len: AtomicUsize::new(0),
        }
    }

    /// Entries that a clear has not taken.
    pub(crate) fn live_len(&self, generation: u64) -> usize {
        // Relaxed: the number is a statistic; the owner decides by its own program order.
        if self.generation.load(Ordering::Relaxed) == generation {
            self.len.load(Ordering::Relaxed)
        } else {
            0
        }
    }
}

impl Member for Arc<OneOfMany> {
    #[inline]
    fn missed_clear(&self, common: &Common) -> bool {
        let now = common.generation();
        // Relaxed: only the owning thread writes it.
        if self.generation.load(Ordering::Relaxed) == now {
            return false;
        }
        self.len.store(0, Ordering::Relaxed);
        self.generation.store(now, Ordering::Relaxed);
        true
    }

    #[inline]
    fn publish(&self, len: usize) {
        self.len.store(len, Ordering::Relaxed);
    }
}

impl fmt::Debug for OneOfMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneOfMany")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
