//! One entry's memory: its tick and deadline, then key and value.
//!
//! Tables, engine and registry know no user type; they see a node by its [`Header`]. What is done
//! with key and value goes through [`NodeType`], or through [`NodeRef::typed`], which checks.
#![allow(unsafe_code, reason = "keys and values live in raw memory")]

use std::alloc::Layout;
use std::any::{Any, TypeId};
use std::cell::UnsafeCell;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, needs_drop};
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use crate::accounting;
use crate::expiry::Deadline;
use crate::protection::Protection;
use crate::recency::ABSENT;
use crate::sync::atomic::AtomicU64;

/// The part of a node that has no user type: what a hit reads and writes.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Header {
    /// Position in the order of accesses; [`ABSENT`] while there is no value.
    pub(crate) tick: AtomicU64,
    deadline: AtomicU64,
}

/// A node in the memory of an arena. The key is there from the moment it is linked, the value from
/// the moment that it has a tick; neither changes after that until the node is freed.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Node<K, V> {
    header: Header,
    key: UnsafeCell<MaybeUninit<K>>,
    value: UnsafeCell<MaybeUninit<V>>,
}

/// What the runtime has to know of a type of nodes.
#[derive(Debug)]
pub struct NodeType {
    pub(super) layout: Layout,
    /// Whether key or value do something when they are dropped.
    pub(super) needs_drop: bool,
    id: fn() -> TypeId,
    drop_key: unsafe fn(NonNull<Header>),
    drop_value: unsafe fn(NonNull<Header>),
}

/// Where a node is. Without meaning unless its arena lives and the node cannot be freed meanwhile:
/// the holder has pinned, or owns it as the one who computes its value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NodeAt(pub(super) NonNull<Header>);

impl NodeAt {
    /// Where there is none.
    pub(super) const NOWHERE: Self = Self(NonNull::dangling());
}

// SAFETY: an address; whoever follows it answers for that.
unsafe impl Send for NodeAt {}
// SAFETY: as above.
unsafe impl Sync for NodeAt {}

impl Header {
    pub(super) fn new() -> Self {
        Self {
            tick: AtomicU64::new(ABSENT),
            deadline: AtomicU64::new(Deadline::NEVER.raw()),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn deadline(&self) -> Deadline {
        // Relaxed: written before the tick, which is read with Acquire.
        Deadline::from_raw(self.deadline.load(Ordering::Relaxed))
    }

    /// When there is something to decide about the entry.
    pub(crate) fn set_deadline(&self, deadline: Deadline) {
        self.deadline.store(deadline.raw(), Ordering::Relaxed);
    }
}

impl<K: 'static, V: 'static> Node<K, V> {
    pub(crate) const TYPE: NodeType = NodeType {
        layout: Layout::new::<Self>(),
        needs_drop: needs_drop::<K>() || needs_drop::<V>(),
        id: TypeId::of::<(K, V)>,
        drop_key: Self::drop_key,
        drop_value: Self::drop_value,
    };

    /// # Safety
    /// As for [`NodeType::drop_node`].
    unsafe fn drop_key(at: NonNull<Header>) {
        // SAFETY: by the caller.
        unsafe { (*at.cast::<Self>().as_ref().key.get()).assume_init_drop() };
    }

    /// # Safety
    /// As for [`NodeType::drop_node`].
    unsafe fn drop_value(at: NonNull<Header>) {
        // SAFETY: by the caller.
        unsafe { (*at.cast::<Self>().as_ref().value.get()).assume_init_drop() };
    }

    /// The node's key.
    ///
    /// # Safety
    /// This is a linked node of this type, which is not freed while the reference lives.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn key<'a>(at: NodeAt) -> &'a K {
        // SAFETY: by the caller.
        unsafe { key(at) }
    }

    /// The node's value.
    ///
    /// # Safety
    /// As for [`Self::key`]; and the node has a tick, read with Acquire.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn value<'a>(at: NodeAt) -> &'a V {
        // SAFETY: by the caller. The value was written before the tick.
        unsafe { (*at.0.cast::<Self>().as_ref().value.get()).assume_init_ref() }
    }

    /// Puts the key into a node that is not linked yet.
    ///
    /// # Safety
    /// The node has this type, holds no key, and nobody else knows of it.
    pub(crate) unsafe fn write_key(at: NodeAt, key: K) {
        // SAFETY: by the caller: nobody reads or writes it meanwhile.
        unsafe { (*at.0.cast::<Self>().as_ref().key.get()).write(key) };
    }

    /// Puts the value into a node that has none.
    ///
    /// # Safety
    /// The node has this type and no tick; the caller is the one who computes its value.
    pub(crate) unsafe fn write_value(at: NodeAt, value: V) {
        // SAFETY: by the caller: without a tick nobody reads it.
        unsafe { (*at.0.cast::<Self>().as_ref().value.get()).write(value) };
    }
}

/// The key of a node with any type of values: they come after it.
///
/// # Safety
/// As for [`Node::key`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn key<'a, K: 'static>(at: NodeAt) -> &'a K {
    // SAFETY: by the caller. The key was written before the node was linked, which the load of its
    // address in the index synchronizes with, and is not written again.
    unsafe { (*at.0.cast::<Node<K, ()>>().as_ref().key.get()).assume_init_ref() }
}

/// Says which types a node has that has keys of type `K`, in a number that is compared at each hit.
#[derive(Debug)]
pub(crate) struct TypeNumber<K>(u64, PhantomData<fn() -> K>);

impl<K: 'static> TypeNumber<K> {
    /// Of nodes with values of type `V`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn with<V: 'static>() -> Self {
        Self(type_number(TypeId::of::<(K, V)>()), PhantomData)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn get(&self) -> u64 {
        self.0
    }
}

/// The low half of a `TypeId`, never 0. A `TypeId` is a hash already.
#[cfg_attr(not(debug_assertions), inline(always))]
fn type_number(id: TypeId) -> u64 {
    struct First(u64);
    impl Hasher for First {
        fn write(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.0 = self.0.rotate_left(8) ^ u64::from(byte);
            }
        }

        #[cfg_attr(not(debug_assertions), inline(always))]
        fn write_u64(&mut self, n: u64) {
            self.0 ^= n;
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }
    let mut hasher = First(0);
    id.hash(&mut hasher);
    hasher.finish() | 1
}

impl NodeType {
    pub(super) fn number(&self) -> u64 {
        type_number((self.id)())
    }

    /// Drops a node's key, and its value if it has one: user code.
    ///
    /// # Safety
    /// The node has this type, a key, and a value if `has_value`; nobody uses them any more.
    pub(super) unsafe fn drop_node(&self, at: NodeAt, has_value: bool) {
        struct Value<'a>(&'a NodeType, NodeAt);
        impl Drop for Value<'_> {
            fn drop(&mut self) {
                // SAFETY: by the caller of `drop_node`.
                unsafe { (self.0.drop_value)(self.1.0) };
            }
        }
        // Dropped also when the key's `Drop` panics.
        let _value = has_value.then(|| Value(self, at));
        // SAFETY: by the caller.
        unsafe { (self.drop_key)(at.0) };
    }
}

impl NodeAt {
    /// The node's header.
    ///
    /// # Safety
    /// The node is not freed, nor its arena, while the reference lives.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn header<'a>(self) -> &'a Header {
        // SAFETY: by the caller; a header is there from the node's first use on.
        unsafe { self.0.as_ref() }
    }
}

/// A node that stays where it is while this lives, with a key, and with a value if it has a tick.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    at: NodeAt,
    node_type: &'static NodeType,
    has_value: bool,
    lives: PhantomData<&'a Header>,
}

impl<'a> NodeRef<'a> {
    /// # Safety
    /// The node has this type, a key, and a value if `has_value`; it is not freed while `'a` lasts.
    pub(super) unsafe fn new(at: NodeAt, node_type: &'static NodeType, has_value: bool) -> Self {
        Self {
            at,
            node_type,
            has_value,
            lives: PhantomData,
        }
    }

    pub(super) fn at(self) -> NodeAt {
        self.at
    }

    /// The tick, if there is a value.
    pub(crate) fn tick(self) -> Option<&'a AtomicU64> {
        // SAFETY: by `new`.
        self.has_value.then(|| unsafe { &self.at.header().tick })
    }

    /// Key and value, if these are their types; a value that is still being computed is `None`.
    pub(crate) fn typed<K: 'static, V: 'static>(self) -> Option<(&'a K, Option<&'a V>)> {
        if (self.node_type.id)() != TypeId::of::<(K, V)>() {
            return None;
        }
        // SAFETY: by `new`, and the types are the node's.
        unsafe {
            let value = self.has_value.then(|| Node::<K, V>::value(self.at));
            Some((Node::<K, V>::key(self.at), value))
        }
    }
}

/// An owned key on its way into a node, without its type.
pub trait AnyKey: Any {
    /// The type of the node.
    #[doc(hidden)]
    fn node_type(&self) -> &'static NodeType;

    /// Moves the key into the node; not to be called twice.
    ///
    /// # Safety
    /// The node has this type and no key, and nobody else knows of it.
    #[doc(hidden)]
    unsafe fn write(&mut self, at: NodeAt);

    /// The bytes that the key has on the heap.
    #[doc(hidden)]
    fn heap(&self) -> u64;
}

/// A key for a node with a value of type `V`; empty once it is in the node.
#[derive(Debug)]
pub struct OwnedKey<K, V> {
    key: Option<K>,
    heap: u64,
    of: PhantomData<fn() -> V>,
}

impl<K: 'static, V> OwnedKey<K, V> {
    /// A key for a cache with this protection, which says whether it is measured.
    pub(crate) fn new<P: Protection>(key: impl FnOnce() -> K) -> Self {
        let (key, heap) = accounting::measured::<P, _>(key);
        Self {
            key: Some(key),
            heap,
            of: PhantomData,
        }
    }

    /// A key that counts with its value.
    pub(crate) fn unmeasured(key: K) -> Self {
        Self {
            key: Some(key),
            heap: 0,
            of: PhantomData,
        }
    }

    pub(crate) fn get(&self) -> Option<&K> {
        self.key.as_ref()
    }
}

impl<K: 'static, V: 'static> AnyKey for OwnedKey<K, V> {
    fn node_type(&self) -> &'static NodeType {
        const { &Node::<K, V>::TYPE }
    }

    unsafe fn write(&mut self, at: NodeAt) {
        match self.key.take() {
            // SAFETY: by the caller.
            Some(key) => unsafe { Node::<K, V>::write_key(at, key) },
            None => unreachable!("a key is moved once"),
        }
    }

    fn heap(&self) -> u64 {
        self.heap
    }
}
