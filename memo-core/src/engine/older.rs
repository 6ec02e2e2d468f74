//! The value that a key had before the one that is being computed.

use std::time::Duration;

use super::claim::Search;
#[cfg(feature = "async")]
use super::is_own_key;
use super::{Core, Home, IsKey, RawLead, is_same_key};
use crate::key::KeyRef;
use crate::protection::Protection;
use crate::sharing::Sharing;
#[cfg(feature = "async")]
use crate::store::{AnyKey, Seen};
use crate::store::{Node, NodeRef, ShortHash, Slot};

/// What the older value is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// To be compared with the new one.
    Compare,
    /// To be served for a while longer, as there is no new one.
    Serve,
    /// To be shown to the computation.
    Show,
    /// To be handed to a caller that waits no longer: it lives no longer for that.
    #[cfg(feature = "async")]
    HandOut,
}

/// Which value that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Older {
    pub(crate) slot: Slot,
    /// Its time to live.
    pub(crate) lived: Duration,
    /// Whether that has passed.
    #[cfg(feature = "async")]
    pub(crate) is_stale: bool,
}

impl<C: Home> RawLead<C> {
    /// The value that the key had before, if that is still there. See [`Wish`].
    #[allow(unsafe_code, reason = "reads the key in its node")]
    pub(crate) fn older<Q: KeyRef, V: Clone + 'static>(&self, wish: Wish) -> Option<(V, Older)> {
        let (_, own) = self.work.place();
        // SAFETY: the leader's node stays until the leader is finished with it, and the claim put such a key
        // in there.
        let own = unsafe { Node::<Q::Owned, V>::key(own.at) };
        let is_key = is_same_key::<Q, V>(own);
        let mut value = None;
        let show = &mut |node: NodeRef<'_>| value = value_of::<Q, V>(node);
        let older = (self.core.engine()).older(self.work.place(), &is_key, wish, show)?;
        Some((value?, older))
    }

    /// The same, to take the place of the value that is going to be discarded.
    pub(crate) fn older_to_serve<Q: KeyRef, V: Clone + 'static>(&mut self) -> Option<V> {
        let (value, older) = self.older::<Q, V>(Wish::Serve)?;
        self.work.note_served(older.slot);
        Some(value)
    }
}

fn value_of<Q: KeyRef, V: Clone + 'static>(node: NodeRef<'_>) -> Option<V> {
    let (_, value) = node.typed::<Q::Owned, V>()?;
    value.cloned()
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// The value of a key that somebody else computes, to be handed to a caller that waits no longer for that.
    #[cfg(feature = "async")]
    pub(crate) fn older_of<Q: KeyRef, V: Clone + 'static>(
        &self,
        hash: u64,
        key: &dyn AnyKey,
    ) -> Option<(V, Older)> {
        let is_key = |node: NodeRef<'_>| is_own_key::<Q, V>(key, node);
        let mut value = None;
        let show = &mut |node: NodeRef<'_>| value = value_of::<Q, V>(node);
        let place = (ShortHash::of(hash), Slot::NONE);
        let older = (self.engine()).older(place, &is_key, Wish::HandOut, show)?;
        Some((value?, older))
    }

    /// Shows the value that a key has had, beside the entry of its computation if that is the caller's. `None` if
    /// there is none, or it is not to be used for that any more.
    pub(super) fn older(
        &self,
        (hash, own): (ShortHash, Slot),
        is_key: IsKey<'_>,
        wish: Wish,
        found: &mut dyn FnMut(NodeRef<'_>),
    ) -> Option<Older> {
        let now = self.common.now();
        let is_key = |(): &(), node: NodeRef<'_>| is_key(node);
        let mut pinned = None;
        let search = Search {
            hash,
            is_key: &is_key,
            pinned: &mut pinned,
        };
        let (older, outgoing) = self.locate(search, &mut (), |writer, (), matches| {
            matches.iter().find_map(|&slot| {
                let seen = writer.see(slot).filter(|_| slot != own)?;
                let is_fit = match wish {
                    Wish::Compare => true,
                    Wish::Serve => !seen.is_cleared && writer.forgive(slot, now),
                    Wish::Show => !seen.kept_until.has_passed(now),
                    #[cfg(feature = "async")]
                    Wish::HandOut => self.may_be_handed_out(&seen, now),
                };
                let node = self.pinned_node(writer, slot).filter(|_| is_fit)?;
                let lived = seen.expires_at.raw().saturating_sub(seen.stored_at);
                let older = Older {
                    slot,
                    lived: Duration::from_nanos(lived),
                    #[cfg(feature = "async")]
                    is_stale: seen.expires_at.has_passed(now),
                };
                Some((node, older))
            })
        });
        // Before user code may panic.
        self.dispose(outgoing);
        let (node, older) = older?;
        found(node);
        drop(pinned);
        Some(older)
    }

    /// Whether a value is served, or would be if computing it anew had failed.
    #[cfg(feature = "async")]
    fn may_be_handed_out(&self, seen: &Seen, now: u64) -> bool {
        let on_error = self.common.settings().freshness.error;
        let forgiven_until = seen.expires_at.raw().saturating_add(on_error);
        let is_served = !seen.deadline.has_passed(now);
        // Past its time all the same, if it was not used for too long, or was cleared.
        let is_kept = !seen.kept_until.has_passed(now);
        is_served || (is_kept && now < forgiven_until)
    }
}
