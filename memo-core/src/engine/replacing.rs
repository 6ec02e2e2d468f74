//! Looks without the lock while entries take the place of others of their key.
//!
//! A look reads the places of a bucket one after the other. The newer entry may come into one that was
//! already read, and the older one go from one that was not: such a look finds nothing though the key
//! was never without a value. A call that finds nothing asks again under the lock. Those that only
//! look compare a count, as the readers of a sequence lock do, and only when they have found nothing.

use std::sync::atomic::{Ordering, fence};

use super::Core;
use crate::key::KeyQuery;
use crate::pin::Guard;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{Found, ShortHash, TypeNumber, Writer};
use crate::sync::atomic::AtomicU64;

/// How often entries were replaced, twice; odd while one is.
#[derive(Debug)]
pub(super) struct Replacements(AtomicU64);

impl Replacements {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn now(&self) -> u64 {
        // Acquire, with the Release in `end`: what has come is seen.
        self.0.load(Ordering::Acquire)
    }

    /// Whether no look since `before` has missed anything.
    fn are_still(&self, before: u64) -> bool {
        // Acquire, with the Release fence in `begin`: who has seen that an entry was gone sees that it was
        // about to be replaced.
        fence(Ordering::Acquire);
        // Relaxed: ordered by the fence.
        before.is_multiple_of(2) && self.0.load(Ordering::Relaxed) == before
    }

    fn begin(&self) {
        // Relaxed: changed under the lock only. What follows is ordered by the fence.
        self.0
            .store(self.0.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        fence(Ordering::Release);
    }

    fn end(&self) {
        self.0
            .store(self.0.load(Ordering::Relaxed) + 1, Ordering::Release);
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Under the lock: takes entries out and puts another one of their key in.
    pub(super) fn replace<'a, R>(
        &self,
        writer: &mut Writer<'a, S, P::Order>,
        step: impl FnOnce(&mut Writer<'a, S, P::Order>) -> R,
    ) -> R {
        self.replacements.begin();
        let result = step(writer);
        self.replacements.end();
        result
    }

    /// An entry of the key, with or without a value that is still good. If there is none, there was none at some time
    /// since the call.
    #[inline]
    pub(super) fn find<K: 'static>(
        &self,
        hash: ShortHash,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
    ) -> Option<Found<Guard>> {
        let before = self.replacements.now();
        let found = self.find_once(hash, query, types);
        if found.is_none() && !self.replacements.are_still(before) {
            return self.find_again(hash, query, types);
        }
        found
    }

    #[cold]
    fn find_again<K: 'static>(
        &self,
        hash: ShortHash,
        query: &impl KeyQuery<K>,
        types: &TypeNumber<K>,
    ) -> Option<Found<Guard>> {
        loop {
            // Whoever replaces an entry now has finished that when the lock is free.
            let (before, outgoing) = self.write(|_| self.replacements.now());
            self.dispose(outgoing);
            let found = self.find_once(hash, query, types);
            if found.is_some() || self.replacements.are_still(before) {
                return found;
            }
        }
    }
}
