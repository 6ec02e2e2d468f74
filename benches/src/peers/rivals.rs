//! What turns a map or a cache of another crate into a memoized function: look, compute, store.
//!
//! Rivals get their cheapest path: a plain lookup and a plain insertion, without the single flight
//! that memokit always has.

use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;
use std::sync::Mutex;

use dashmap::DashMap;
use foldhash::fast::RandomState;
use lru::LruCache;

pub type Quick<K, V> = quick_cache::sync::Cache<K, V>;
pub type Moka<K, V> = moka::sync::Cache<K, V>;
pub type MiniMoka<K, V> = mini_moka::sync::Cache<K, V>;
pub type Fixed<K, V> = fixed_cache::Cache<K, V>;
pub type Dash<K, V> = DashMap<K, V>;
pub type DashFold<K, V> = DashMap<K, V, RandomState>;
pub type Papaya<K, V> = papaya::HashMap<K, V, RandomState>;
pub type LockedLru<K, V> = Mutex<LruCache<K, V>>;
/// The floor: no lock, no bound, no statistics; each thread has its own.
pub type Local<K, V> = std::cell::RefCell<hashbrown::HashMap<K, V, RandomState>>;

/// A map that is looked up by reference and hands out clones.
pub trait Rival<K, V> {
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>;

    fn store(&self, key: K, value: V);
}

/// The memoized function over any of them.
#[inline(always)]
pub fn memoized<C, K, V, Q>(cache: &C, key: &Q, body: impl FnOnce(&Q) -> V) -> V
where
    C: Rival<K, V>,
    K: Borrow<Q>,
    V: Clone,
    Q: ToOwned<Owned = K> + Hash + Eq + ?Sized,
{
    if let Some(value) = cache.lookup(key) {
        return value;
    }
    let value = body(key);
    cache.store(key.to_owned(), value.clone());
    value
}

pub fn locked_lru<K: Hash + Eq, V>(room: usize) -> LockedLru<K, V> {
    LockedLru::new(LruCache::new(
        NonZeroUsize::new(room).expect("a cache without room is no rival"),
    ))
}

/// Slots are a power of two there, and colliding keys replace each other.
pub fn fixed<K: Hash + Eq, V: Clone>(room: usize) -> Fixed<K, V> {
    Fixed::new(room.next_power_of_two(), Default::default())
}

impl<K: Hash + Eq, V: Clone> Rival<K, V> for Quick<K, V> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Rival<K, V>
    for Moka<K, V>
{
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Rival<K, V>
    for MiniMoka<K, V>
{
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        // It finds `K` by `K` only: texts have to be owned.
        self.get(&key.to_owned())
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> Rival<K, V> for Fixed<K, V> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone, S: BuildHasher + Clone> Rival<K, V> for DashMap<K, V, S> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.get(key).map(|value| value.clone())
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> Rival<K, V> for Papaya<K, V> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.pin().get(key).cloned()
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.pin().insert(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> Rival<K, V> for LockedLru<K, V> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.lock().expect("no body panics").get(key).cloned()
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.lock().expect("no body panics").put(key, value);
    }
}

impl<K: Hash + Eq, V: Clone> Rival<K, V> for Local<K, V> {
    #[inline(always)]
    fn lookup<Q: Hash + Eq + ToOwned<Owned = K> + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.borrow().get(key).cloned()
    }

    #[inline(always)]
    fn store(&self, key: K, value: V) {
        self.borrow_mut().insert(key, value);
    }
}
