//! The index: nodes by hash, read without a lock while one writer changes it.
//!
//! A bucket is one cache line: seven pointers, and a word with seven bytes of their hashes (the
//! *tags*) and a count of entries that found the bucket full and went on to the next. All tags of a
//! bucket are compared at once. A writer puts the pointer in before its tag and takes out the tag
//! alone, so a reader that has seen a tag finds a node behind it, though perhaps the one that came
//! or went meanwhile: it compares the key.
#![allow(unsafe_code, reason = "buckets behind their header in one allocation")]

mod tags;
#[cfg(test)]
mod tests;

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::Ordering;

use super::Elsewhere;
use super::fetch::fetch;
use super::node::{Header, NodeAt};
use crate::pin::unlikely;
use crate::sync::atomic::{AtomicPtr, AtomicU64};
use tags::Matches;

const SLOTS: usize = 7;
const OVERFLOW: u64 = 1 << 56;
const MAX_OVERFLOW: u64 = 0xff;

/// What of a hash the index uses: the low bits choose the bucket, the high ones are the tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ShortHash(pub(super) u32);

impl ShortHash {
    /// Of nothing.
    pub(crate) const NONE: Self = Self(0);

    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::cast_possible_truncation, reason = "the part that is used")]
    pub(crate) fn of(hash: u64) -> Self {
        Self(hash as u32)
    }

    /// Never 0, which is no entry.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn tag(self) -> u64 {
        u64::from(self.0 >> 25) | 0x80
    }
}

#[derive(Debug)]
#[repr(C, align(64))]
struct Bucket {
    tags: AtomicU64,
    nodes: [AtomicPtr<Header>; SLOTS],
}

/// What stands before the buckets.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Head {
    /// Their number less one; the number is a power of two.
    mask: usize,
}

#[repr(C)]
struct Empty(Head, Bucket);

/// An index without entries, which is never written to: all caches begin with it.
static EMPTY: Empty = Empty(
    Head { mask: 0 },
    Bucket {
        tags: AtomicU64::new(0),
        nodes: [const { AtomicPtr::new(null_mut()) }; SLOTS],
    },
);

/// A view of an index.
///
/// Its methods need that the index is not freed: the caller has pinned before it got the view, or
/// holds the table's lock. Those that change it need the lock, and an index that is not
/// [`Self::EMPTY`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Index(NonNull<Head>);

impl Index {
    pub(super) fn empty() -> Self {
        Self(NonNull::from(&EMPTY).cast())
    }

    pub(super) fn from_raw(head: NonNull<Head>) -> Self {
        Self(head)
    }

    pub(super) fn into_raw(self) -> *mut Head {
        self.0.as_ptr()
    }

    fn is_empty_one(self) -> bool {
        self == Self::empty()
    }

    fn layout(buckets: usize) -> Layout {
        let size = size_of::<Head>() + buckets * size_of::<Bucket>();
        let Ok(layout) = Layout::from_size_align(size, align_of::<Head>()) else {
            panic!("an index of {buckets} buckets is larger than memory")
        };
        layout
    }

    /// An index with this many buckets, a power of two.
    pub(super) fn with_buckets(buckets: usize) -> Self {
        let layout = Self::layout(buckets);
        #[allow(clippy::cast_ptr_alignment, reason = "aligned as the layout says")]
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc_zeroed(layout) }.cast::<Head>();
        let Some(head) = NonNull::new(memory) else {
            handle_alloc_error(layout)
        };
        // SAFETY: the memory is ours and large enough. Zeroes are valid buckets: no tags, null
        // pointers, as atomics have the representation of what they hold.
        unsafe { head.write(Head { mask: buckets - 1 }) };
        Self(head)
    }

    /// Gives the memory back.
    ///
    /// # Safety
    /// Nobody has a view of this index any more.
    pub(super) unsafe fn free(self) {
        if !self.is_empty_one() {
            let layout = Self::layout(self.buckets());
            // SAFETY: allocated with this layout in `with_buckets`; by the caller, for the last time.
            unsafe { dealloc(self.0.as_ptr().cast(), layout) };
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn mask(self) -> usize {
        // SAFETY: the type says that the index lives.
        unsafe { self.0.as_ref().mask }
    }

    pub(super) fn buckets(self) -> usize {
        self.mask() + 1
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn bucket<'a>(self, number: usize) -> &'a Bucket {
        // SAFETY: there are `mask + 1` buckets behind the head, in the same allocation; the type
        // says that they live.
        unsafe {
            self.0
                .add(1)
                .cast::<Bucket>()
                .add(number & self.mask())
                .as_ref()
        }
    }

    /// Lets the processor fetch the first bucket of this hash while it does other things.
    #[inline]
    pub(super) fn prefetch(self, hash: ShortHash) {
        fetch(std::ptr::from_ref(self.bucket(hash.0 as usize)));
    }

    /// The node that `know` knows, of those in the bucket of this hash that may have it, and what it says of it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn first<T>(
        self,
        hash: ShortHash,
        know: impl Fn(NodeAt) -> Option<T>,
    ) -> Result<(NodeAt, T), Elsewhere> {
        let bucket = self.bucket(hash.0 as usize);
        // Acquire, with the Release in `insert`: behind a tag there is a pointer.
        let tags = bucket.tags.load(Ordering::Acquire);
        let mut matches = Matches::of(tags, hash.tag());
        if let Some(slot) = matches.first() {
            let node = bucket.node(slot);
            if let Some(known) = know(node) {
                return Ok((node, known));
            }
            // One in a hundred has a neighbour with the same tag before it.
            unlikely();
            matches.drop_first();
            for slot in matches {
                let node = bucket.node(slot);
                if let Some(known) = know(node) {
                    return Ok((node, known));
                }
            }
        }
        Err(if tags >> 56 == 0 {
            Elsewhere::Nowhere
        } else {
            Elsewhere::Perhaps
        })
    }

    /// All nodes that may have this hash.
    pub(super) fn probe(self, hash: ShortHash) -> Probe {
        Probe {
            index: self,
            hash,
            bucket: hash.0 as usize,
            left: self.buckets(),
            tags: 0,
            matches: Matches::NONE,
        }
    }

    /// Adds a node; there has to be a free slot somewhere.
    #[inline]
    pub(super) fn insert(self, hash: ShortHash, node: NodeAt) {
        let mut number = hash.0 as usize;
        loop {
            let bucket = self.bucket(number);
            // Relaxed: only the holder of the lock writes.
            let tags = bucket.tags.load(Ordering::Relaxed);
            if let Some(slot) = Matches::of(tags, 0).first() {
                // Release: the key in the node is written.
                bucket.nodes[slot].store(node.0.as_ptr(), Ordering::Release);
                let tags = tags | hash.tag() << (8 * slot);
                bucket.tags.store(tags, Ordering::Release);
                return;
            }
            if tags >> 56 != MAX_OVERFLOW {
                bucket.tags.store(tags + OVERFLOW, Ordering::Release);
            }
            number = number.wrapping_add(1);
        }
    }

    /// Takes a node out; whether it was there.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn remove(self, hash: ShortHash, node: NodeAt) -> bool {
        // Nearly all are in the first bucket.
        let bucket = self.bucket(hash.0 as usize);
        // Relaxed: only the holder of the lock writes.
        let tags = bucket.tags.load(Ordering::Relaxed);
        match bucket.slot_of(tags, hash, node) {
            Some(slot) => {
                bucket.clear(tags, slot);
                true
            }
            None => self.remove_elsewhere(hash, node),
        }
    }

    #[cold]
    fn remove_elsewhere(self, hash: ShortHash, node: NodeAt) -> bool {
        let mut number = hash.0 as usize;
        for _ in 0..self.buckets() {
            let bucket = self.bucket(number);
            let tags = bucket.tags.load(Ordering::Relaxed);
            if let Some(slot) = bucket.slot_of(tags, hash, node) {
                bucket.clear(tags, slot);
                self.note_removal(hash, number);
                return true;
            }
            if tags >> 56 == 0 {
                return false;
            }
            number = number.wrapping_add(1);
        }
        false
    }

    /// The buckets that a removed entry once went past have one less to point on to.
    fn note_removal(self, hash: ShortHash, up_to: usize) {
        let mut number = hash.0 as usize;
        while number != up_to {
            let bucket = self.bucket(number);
            let tags = bucket.tags.load(Ordering::Relaxed);
            // A count that was full once stays so: some of those that it has not counted may be left.
            if tags >> 56 != MAX_OVERFLOW {
                bucket.tags.store(tags - OVERFLOW, Ordering::Release);
            }
            number = number.wrapping_add(1);
        }
    }
}

impl Bucket {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn node(&self, slot: usize) -> NodeAt {
        debug_assert!(slot < SLOTS);
        // SAFETY: matches are among the seven tags; see `Matches`.
        let node = unsafe { self.nodes.get_unchecked(slot) };
        // Acquire, with the Release in `insert`: the key in the node is written.
        let node = node.load(Ordering::Acquire);
        debug_assert!(!node.is_null());
        // SAFETY: whoever has seen a tag sees the pointer that was stored before it, or a later one.
        // Slots never become null again.
        NodeAt(unsafe { NonNull::new_unchecked(node) })
    }

    /// Where a node is that may be here. A match that is none, see [`Matches`], is of a slot with another tag,
    /// and so of another node that is here.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn slot_of(&self, tags: u64, hash: ShortHash, node: NodeAt) -> Option<usize> {
        let mut matches = Matches::of(tags, hash.tag());
        while let Some(slot) = matches.first() {
            if self.node(slot) == node {
                return Some(slot);
            }
            matches.drop_first();
        }
        None
    }

    /// Nobody finds the node in this slot any more.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn clear(&self, tags: u64, slot: usize) {
        // Release, with the Acquire of a pin in the next epoch, by way of that epoch.
        let tags = tags & !(0xff << (8 * slot));
        self.tags.store(tags, Ordering::Release);
    }
}

/// Goes over the nodes that may have a hash.
pub(super) struct Probe {
    index: Index,
    hash: ShortHash,
    /// The next bucket.
    bucket: usize,
    /// Buckets not seen yet: with all keys of one hash every bucket may point on.
    left: usize,
    tags: u64,
    matches: Matches,
}

impl Iterator for Probe {
    type Item = NodeAt;

    fn next(&mut self) -> Option<NodeAt> {
        let has_begun = |probe: &Self| probe.left < probe.index.buckets();
        loop {
            if let Some(slot) = self.matches.next() {
                return Some(self.index.bucket(self.bucket.wrapping_sub(1)).node(slot));
            }
            if self.left == 0 || (has_begun(self) && self.tags >> 56 == 0) {
                return None;
            }
            let bucket = self.index.bucket(self.bucket);
            // Acquire, with the Release in `insert`: behind a tag there is a pointer.
            self.tags = bucket.tags.load(Ordering::Acquire);
            self.matches = Matches::of(self.tags, self.hash.tag());
            self.bucket = self.bucket.wrapping_add(1);
            self.left -= 1;
        }
    }
}
