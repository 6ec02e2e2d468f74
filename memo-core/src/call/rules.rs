//! What a function says about its results: which of them are stored, and how large they are.

use std::fmt;

use crate::accounting::{Heap, weighed};
use crate::outcome::Outcome;
use crate::protection::Protection;

/// The options of a function that look at its results. Functions without what is around them, so that a static
/// can hold them.
pub struct Rules<R> {
    keep_if: Option<fn(&R) -> bool>,
    weigher: Option<fn(&R) -> usize>,
}

impl<R> Rules<R> {
    /// Whatever can be stored is stored, and nothing is known about its size.
    pub const fn new() -> Self {
        Self {
            keep_if: None,
            weigher: None,
        }
    }

    /// `cache_if`: what it refuses is not stored.
    #[must_use]
    pub const fn cache_if(mut self, keep: fn(&R) -> bool) -> Self {
        self.keep_if = Some(keep);
        self
    }

    /// `weigher`: the bytes that a result takes, what it points to included.
    #[must_use]
    pub const fn weigher(mut self, weigh: fn(&R) -> usize) -> Self {
        self.weigher = Some(weigh);
        self
    }

    #[inline]
    pub(super) fn keeps(self, value: &R) -> bool {
        self.keep_if.is_none_or(|keep| keep(value))
    }

    /// Whether the size of results is said by a weigher. A store that measures nothing asks none.
    #[inline]
    pub(super) fn has_weigher<P: Protection>(self) -> bool {
        P::MEASURES && self.weigher.is_some()
    }

    /// What the weigher says, if there is one.
    pub(super) fn weighed<P, O>(self, value: &R) -> Option<Heap>
    where
        P: Protection,
        O: Outcome<Ret = R>,
    {
        let weigh = self.weigher.filter(|_| P::MEASURES)?;
        Some(weighed(size_of::<O::Stored>(), || weigh(value)))
    }
}

impl<R> Clone for Rules<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rules<R> {}

impl<R> Default for Rules<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> fmt::Debug for Rules<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rules")
    }
}
