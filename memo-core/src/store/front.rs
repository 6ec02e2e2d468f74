//! What is noted of entries beside their deadline: numbers in front of the node, in its arena's memory.
//! Most caches note nothing there.
#![allow(unsafe_code, reason = "memory in front of nodes")]

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::node::NodeAt;
use crate::expiry::Terms;
use crate::sync::atomic::AtomicU64;

/// What is noted in front of each node of a table, beside the deadline in its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Front {
    Nothing,
    /// The time of the last use.
    Use,
    /// That and more.
    Terms,
    /// That, and how often the entry was hit.
    Counted,
}

/// What is noted where hits are counted. The terms are next to the node, as where they are not.
#[derive(Debug)]
#[repr(C)]
struct Counted {
    hits: AtomicU64,
    terms: Terms,
}

impl Front {
    pub(super) fn size(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Use => size_of::<AtomicU64>(),
            Self::Terms => size_of::<Terms>(),
            Self::Counted => size_of::<Counted>(),
        }
    }

    pub(crate) fn has_terms(self) -> bool {
        matches!(self, Self::Terms | Self::Counted)
    }

    pub(crate) fn counts_hits(self) -> bool {
        self == Self::Counted
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn notes_use(self) -> bool {
        self != Self::Nothing
    }

    /// What is in front of a new entry. Most have nothing there, and do not come here.
    ///
    /// # Safety
    /// The node is in an arena with this front, and nobody else knows of it.
    #[inline(never)]
    pub(super) unsafe fn clear(self, at: NodeAt) {
        match self {
            Self::Nothing => {}
            // SAFETY: by the caller.
            Self::Use => unsafe { used_at(at).write(AtomicU64::new(u64::MAX)) },
            // SAFETY: as above.
            Self::Terms => unsafe { terms(at).write(Terms::new()) },
            // SAFETY: as above.
            Self::Counted => unsafe {
                counted(at).write(Counted {
                    hits: AtomicU64::new(0),
                    terms: Terms::new(),
                });
            },
        }
    }
}

/// The place in front of a node where its last use is noted.
#[inline]
pub(super) fn used_at(node: NodeAt) -> NonNull<AtomicU64> {
    // SAFETY: only called for nodes of an arena that has room in front of them.
    unsafe { node.0.cast::<AtomicU64>().sub(1) }
}

/// The place in front of a node where more is noted. The last of it is the place of its last use.
#[inline]
fn terms(node: NodeAt) -> NonNull<Terms> {
    const {
        assert!(
            std::mem::offset_of!(Terms, used_at) + size_of::<AtomicU64>() == size_of::<Terms>()
        );
    };
    // SAFETY: only called for nodes of an arena that has room in front of them.
    unsafe { node.0.cast::<Terms>().sub(1) }
}

/// The place in front of a node where hits are counted, before its terms.
#[inline]
fn counted(node: NodeAt) -> NonNull<Counted> {
    const {
        assert!(std::mem::offset_of!(Counted, terms) + size_of::<Terms>() == size_of::<Counted>());
    };
    // SAFETY: only called for nodes of an arena that has room in front of them.
    unsafe { node.0.cast::<Counted>().sub(1) }
}

/// How often a node was hit.
///
/// # Safety
/// As for [`count_hit`].
#[inline]
pub(super) unsafe fn hits(node: NodeAt) -> u64 {
    // SAFETY: by the caller.
    let counted = unsafe { counted(node).as_ref() };
    counted.hits.load(Ordering::Relaxed)
}

/// Counts a hit.
///
/// # Safety
/// The node is in an arena with [`Front::Counted`] and is not freed meanwhile.
#[inline]
pub(super) unsafe fn count_hit(node: NodeAt) {
    // Relaxed: a number by itself. A read-modify-write, so that none of two threads is lost.
    // SAFETY: by the caller.
    let counted = unsafe { counted(node).as_ref() };
    counted.hits.fetch_add(1, Ordering::Relaxed);
}

/// What is noted in front of a node.
///
/// # Safety
/// The node is in an arena with [terms](Front::has_terms) and is not freed while the reference lives.
#[inline]
pub(super) unsafe fn terms_of<'a>(node: NodeAt) -> &'a Terms {
    // SAFETY: by the caller.
    unsafe { terms(node).as_ref() }
}

/// Notes the time of a use.
///
/// # Safety
/// The node is in an arena that notes it and is not freed meanwhile.
#[inline]
pub(super) unsafe fn note_use(node: NodeAt, now: u64) {
    // Relaxed: a number by itself.
    // SAFETY: by the caller.
    unsafe { used_at(node).as_ref() }.store(now, Ordering::Relaxed);
}
