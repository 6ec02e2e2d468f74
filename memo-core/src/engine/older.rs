//! The value that a key had before the one that is being computed.

use std::time::Duration;

use super::claim::Search;
use super::{Core, Home, IsKey, RawLead, Work, is_same_key};
use crate::key::KeyRef;
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::{Node, NodeRef, Slot};

/// What the older value is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// To be compared with the new one.
    Compare,
    /// To be served for a while longer, as there is no new one.
    Serve,
    /// To be shown to the computation.
    Show,
}

/// Which value that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Older {
    pub(crate) slot: Slot,
    /// Its time to live.
    pub(crate) lived: Duration,
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
        let show = &mut |node: NodeRef<'_>| {
            let entry = node.typed::<Q::Owned, V>();
            value = entry.and_then(|(_, value)| value.cloned());
        };
        let older = self.core.engine().older(&self.work, &is_key, wish, show)?;
        Some((value?, older))
    }

    /// The same, to take the place of the value that is going to be discarded.
    pub(crate) fn older_to_serve<Q: KeyRef, V: Clone + 'static>(&mut self) -> Option<V> {
        let (value, older) = self.older::<Q, V>(Wish::Serve)?;
        self.work.note_served(older.slot);
        Some(value)
    }
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Shows the value that the key of a computation has had. `None` if there is none, or it is not to be used
    /// for that any more.
    pub(super) fn older(
        &self,
        work: &Work,
        is_key: IsKey<'_>,
        wish: Wish,
        found: &mut dyn FnMut(NodeRef<'_>),
    ) -> Option<Older> {
        let now = self.common.now();
        let (hash, own) = work.place();
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
                };
                let node = self.pinned_node(writer, slot).filter(|_| is_fit)?;
                let lived = seen.expires_at.raw().saturating_sub(seen.stored_at);
                let lived = Duration::from_nanos(lived);
                Some((node, Older { slot, lived }))
            })
        });
        // Before user code may panic.
        self.dispose(outgoing);
        let (node, older) = older?;
        found(node);
        drop(pinned);
        Some(older)
    }
}
