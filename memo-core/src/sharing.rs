//! Who may use a cache: every thread, or each thread its own.
//!
//! The choice is a type, so that a thread's own cache has no lock and asks for neither `Send` nor
//! `Sync`.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::common::Common;
use crate::engine::Operations;
use crate::pin::{Domain, Effort};
use crate::protection::Protection;
use crate::singleflight::Handed;
use crate::store::{AnyKey, Extent, OwnedKey};
use crate::sync::Mutex;

/// How a table is shared, and what follows from it.
pub trait Sharing: Sized + 'static {
    /// A key whose type is forgotten. It is `Send` and `Sync` where keys and values are.
    type Key: KeyBox;
    /// What guards the table.
    type Lock<T>: Lock<T>;
    /// What a table tells the rest of its cache.
    type Member: Member;
    /// Whether every thread can reach the table.
    const IS_SHARED: bool;
    /// The engine that was compiled for it.
    #[doc(hidden)]
    fn operations<P: Protection>() -> &'static Operations<Self, P>;
    /// Whether all reads of the table are over that began before this epoch.
    #[doc(hidden)]
    fn has_passed(domain: &Domain, epoch: u64, effort: Effort) -> bool;
}

/// A sharing whose tables can hold these keys and values.
pub trait Holds<K, V>: Sharing {
    /// Forgets the key's type.
    #[doc(hidden)]
    fn forget_type(key: OwnedKey<K, V>) -> Self::Key;
    /// A copy of a value for the callers that waited for it, if these may be anywhere.
    #[doc(hidden)]
    fn hand(value: &V) -> Option<Handed>
    where
        V: Clone;
}

/// One table for all threads.
#[derive(Debug)]
pub struct Global;

/// A table for each thread.
#[derive(Debug)]
pub struct PerThread;

impl Sharing for Global {
    type Key = Box<dyn AnyKey + Send + Sync>;
    type Lock<T> = Mutex<T>;
    type Member = Sole;
    const IS_SHARED: bool = true;

    #[inline]
    fn operations<P: Protection>() -> &'static Operations<Self, P> {
        &P::compiled().global
    }

    fn has_passed(domain: &Domain, epoch: u64, effort: Effort) -> bool {
        domain.has_passed(epoch, effort)
    }
}

impl Sharing for PerThread {
    type Key = Box<dyn AnyKey>;
    type Lock<T> = RefCell<T>;
    type Member = Arc<OneOfMany>;
    const IS_SHARED: bool = false;

    #[inline]
    fn operations<P: Protection>() -> &'static Operations<Self, P> {
        &P::compiled().per_thread
    }

    /// Nobody else reads it.
    fn has_passed(domain: &Domain, epoch: u64, _: Effort) -> bool {
        domain.is_outside(epoch)
    }
}

impl<K: Send + Sync + 'static, V: Send + Sync + 'static> Holds<K, V> for Global {
    fn forget_type(key: OwnedKey<K, V>) -> Self::Key {
        Box::new(key)
    }

    fn hand(value: &V) -> Option<Handed>
    where
        V: Clone,
    {
        Some(Arc::new(value.clone()))
    }
}

/// Tasks of one thread wait for each other, but what they hand over may not leave it. They find the
/// value in the table.
impl<K: 'static, V: 'static> Holds<K, V> for PerThread {
    fn forget_type(key: OwnedKey<K, V>) -> Self::Key {
        Box::new(key)
    }

    fn hand(_: &V) -> Option<Handed> {
        None
    }
}

/// A box with a key in it.
pub trait KeyBox: 'static {
    /// What is in there.
    fn key(&self) -> &dyn AnyKey;
    /// The same, to be moved out.
    fn key_mut(&mut self) -> &mut dyn AnyKey;
}

impl KeyBox for Box<dyn AnyKey + Send + Sync> {
    fn key(&self) -> &dyn AnyKey {
        &**self
    }

    fn key_mut(&mut self) -> &mut dyn AnyKey {
        &mut **self
    }
}

impl KeyBox for Box<dyn AnyKey> {
    fn key(&self) -> &dyn AnyKey {
        &**self
    }

    fn key_mut(&mut self) -> &mut dyn AnyKey {
        &mut **self
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
    /// Whether the cache was cleared since this table last caught up.
    fn has_missed_clear(&self, common: &Common) -> bool;
    /// The same; from now on the table has caught up.
    fn catch_up(&self, common: &Common) -> bool;
    /// Tells how large the table is now.
    fn publish(&self, extent: Extent);
}

/// The only table of its cache: a clear empties it directly.
#[derive(Debug, Default)]
pub struct Sole;

impl Member for Sole {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has_missed_clear(&self, _: &Common) -> bool {
        false
    }

    #[inline]
    fn catch_up(&self, _: &Common) -> bool {
        false
    }

    #[inline]
    fn publish(&self, _: Extent) {}
}

/// One thread's table among several. A clear in another thread cannot reach it: it raises the
/// cache's generation instead, and the table empties itself at its next use. Until then its
/// entries count as gone.
#[derive(Default)]
pub struct OneOfMany {
    generation: AtomicU64,
    len: AtomicUsize,
    bytes: AtomicU64,
}

impl OneOfMany {
    pub(crate) fn at(generation: u64) -> Self {
        Self {
            generation: AtomicU64::new(generation),
            len: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    /// What a clear has not taken.
    pub(crate) fn live(&self, generation: u64) -> Extent {
        // Relaxed: the numbers are statistics; the owner decides by its own program order.
        if self.generation.load(Ordering::Relaxed) == generation {
            Extent {
                entries: self.len.load(Ordering::Relaxed),
                bytes: self.bytes.load(Ordering::Relaxed),
            }
        } else {
            Extent::default()
        }
    }
}

impl Member for Arc<OneOfMany> {
    #[inline]
    fn has_missed_clear(&self, common: &Common) -> bool {
        // Relaxed: only the owning thread writes it.
        self.generation.load(Ordering::Relaxed) != common.generation()
    }

    #[inline]
    fn catch_up(&self, common: &Common) -> bool {
        let now = common.generation();
        if self.generation.load(Ordering::Relaxed) == now {
            return false;
        }
        self.publish(Extent::default());
        self.generation.store(now, Ordering::Relaxed);
        true
    }

    #[inline]
    fn publish(&self, extent: Extent) {
        self.len.store(extent.entries, Ordering::Relaxed);
        self.bytes.store(extent.bytes, Ordering::Relaxed);
    }
}

impl fmt::Debug for OneOfMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneOfMany")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
