//! The value that a key had before the one that is being computed.

use std::time::Duration;

use super::claim::Search;
use super::{Core, IsKey, Work};
use crate::protection::Protection;
use crate::sharing::Sharing;
use crate::store::NodeRef;

/// What the older value is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// To be compared with the new one.
    Compare,
    /// To be served for a while longer, as there is no new one.
    Serve,
}

impl<S: Sharing, P: Protection> Core<S, P> {
    /// Shows the value that the key of a computation has had; its time to live. `None` if there is none, or
    /// it must not be served any more.
    pub(super) fn older(
        &self,
        work: &Work,
        is_key: IsKey<'_>,
        wish: Wish,
        found: &mut dyn FnMut(NodeRef<'_>),
    ) -> Option<Duration> {
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
                if wish == Wish::Serve && !writer.forgive(slot, now) {
                    return None;
                }
                let lived = seen.expires_at.raw().saturating_sub(seen.stored_at);
                let node = self.pinned_node(writer, slot)?;
                Some((node, Duration::from_nanos(lived)))
            })
        });
        // Before user code may panic.
        self.dispose(outgoing);
        let (node, lived) = older?;
        found(node);
        drop(pinned);
        Some(lived)
    }
}
