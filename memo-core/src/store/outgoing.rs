//! What leaves a table, on its way out of the lock: listeners and `Drop`s are user code.
#![allow(unsafe_code, reason = "drops keys and values in raw memory")]

use super::node::{NodeAt, NodeRef, NodeType};
use crate::event::RemovalCause;

/// What one operation has taken out.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Outgoing {
    /// Entries that a listener is told about before they become garbage.
    pub(super) told: Vec<(u32, NodeAt, RemovalCause)>,
    pub(super) told_type: Option<&'static NodeType>,
    /// Garbage that no reader can see any more.
    pub(super) dead: Dead,
    /// What becomes garbage is to be freed at once.
    pub(super) is_urgent: bool,
}

impl Outgoing {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_empty() && !self.has_dead()
    }

    pub(crate) fn has_told(&self) -> bool {
        !self.told.is_empty()
    }

    pub(crate) fn is_urgent(&self) -> bool {
        self.is_urgent
    }

    /// The listener was told; this is what has become garbage since.
    pub(crate) fn continue_with(&mut self, later: Self) {
        self.told = later.told;
        self.dead.nodes.extend(later.dead.nodes);
        self.dead.node_type = self.dead.node_type.or(later.dead.node_type);
    }

    #[inline]
    pub(crate) fn has_dead(&self) -> bool {
        !self.dead.nodes.is_empty()
    }

    /// Drops keys and values, to be called once: user code. If one of them panics, the others are
    /// dropped nevertheless.
    pub(crate) fn drop_dead(&self) {
        self.dead.drop_all();
    }

    /// An entry that a listener is told about.
    pub(crate) fn told(&self) -> impl Iterator<Item = (NodeRef<'_>, RemovalCause)> {
        self.told.iter().filter_map(|&(_, at, cause)| {
            // SAFETY: it had a value, is out of the table, and becomes garbage only when the
            // listener has returned.
            let node = unsafe { NodeRef::new(at, self.told_type?, true) };
            Some((node, cause))
        })
    }
}

/// Nodes to be dropped. Forgotten, they are leaked.
#[derive(Debug, Default)]
pub(super) struct Dead {
    nodes: Vec<DeadNode>,
    node_type: Option<&'static NodeType>,
}

#[derive(Clone, Copy, Debug)]
struct DeadNode {
    slot: u32,
    at: NodeAt,
    has_value: bool,
}

impl Dead {
    /// The node is out of the table and of readers' sight.
    pub(super) fn push(&mut self, slot: u32, at: NodeAt, has_value: bool) {
        self.nodes.push(DeadNode {
            slot,
            at,
            has_value,
        });
    }

    /// Known as soon as there are nodes.
    pub(super) fn set_type(&mut self, node_type: Option<&'static NodeType>) {
        self.node_type = node_type;
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = u32> {
        self.nodes.iter().map(|node| node.slot)
    }

    pub(super) fn drop_all(&self) {
        struct Rest<'a>(std::slice::Iter<'a, DeadNode>, &'static NodeType);
        impl Rest<'_> {
            fn run(&mut self) {
                for node in self.0.by_ref() {
                    // SAFETY: `push` says that nobody sees it any more; each node is visited once.
                    unsafe { self.1.drop_node(node.at, node.has_value) };
                }
            }
        }
        impl Drop for Rest<'_> {
            fn drop(&mut self) {
                self.run();
            }
        }
        if let Some(node_type) = self.node_type {
            Rest(self.nodes.iter(), node_type).run();
        }
    }
}
