//! What leaves a table, on its way out of the lock: listeners and `Drop`s are user code.
#![allow(unsafe_code, reason = "drops keys and values in raw memory")]

use std::any::Any;

use super::node::{NodeAt, NodeRef, NodeType};
use super::past::Leaving;
use crate::event::{RemovalCause, Ticket};
use crate::pin::Guard;

/// What one operation has taken out: mostly nothing, so it is no more than a pointer.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Outgoing(Option<Box<Parts>>);

#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Entries that a listener is told about before they become garbage.
    told: Vec<Told>,
    told_type: Option<&'static NodeType>,
    /// Entries that have come, with their places among the events, and the pin that keeps them.
    come: Vec<(NodeAt, Ticket)>,
    pinned: Option<Guard>,
    /// Garbage that no reader can see any more.
    pub(super) dead: Dead,
    /// Memory of what a table held once.
    spent: Vec<Box<dyn Any>>,
    /// What becomes garbage is to be freed at once.
    is_urgent: bool,
}

/// An entry that has left.
#[derive(Debug)]
struct Told {
    slot: u32,
    at: NodeAt,
    cause: RemovalCause,
    /// Its place among the events.
    ticket: Option<Ticket>,
}

impl Outgoing {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn parts(&mut self) -> &mut Parts {
        self.0.get_or_insert_default()
    }

    /// For what leaves a past.
    pub(super) fn leaving(&mut self) -> Leaving<'_> {
        let parts = self.parts();
        Leaving {
            dead: &mut parts.dead,
            spent: &mut parts.spent,
        }
    }

    pub(super) fn tell(
        &mut self,
        (slot, at): (u32, NodeAt),
        cause: RemovalCause,
        of: &'static NodeType,
        ticket: Option<Ticket>,
    ) {
        let parts = self.parts();
        parts.told.push(Told {
            slot,
            at,
            cause,
            ticket,
        });
        parts.told_type = Some(of);
    }

    /// An entry has come.
    ///
    /// # Safety
    /// It has this type, and a value; and it has been in the table since before this thread was pinned.
    pub(super) unsafe fn welcome(
        &mut self,
        at: NodeAt,
        of: &'static NodeType,
        ticket: Ticket,
        pinned: Guard,
    ) {
        let parts = self.parts();
        parts.come.push((at, ticket));
        parts.told_type = Some(of);
        parts.pinned.get_or_insert(pinned);
    }

    /// What has come is told, and may go.
    pub(crate) fn unpin(&mut self) {
        if let Some(parts) = &mut self.0 {
            parts.come.clear();
            parts.pinned = None;
        }
    }

    /// The entries that have come.
    pub(crate) fn come(&self) -> impl Iterator<Item = (NodeRef<'_>, Ticket)> {
        self.0.iter().flat_map(|parts| {
            parts.come.iter().filter_map(|&(at, ticket)| {
                // SAFETY: by `welcome`, and the pin is there for as long as this list.
                let node = unsafe { NodeRef::new(at, parts.told_type?, true) };
                Some((node, ticket))
            })
        })
    }

    /// What becomes garbage is to be freed at once.
    pub(super) fn hurry(&mut self) {
        if let Some(parts) = &mut self.0 {
            parts.is_urgent = true;
        }
    }

    pub(crate) fn has_told(&self) -> bool {
        self.0.as_ref().is_some_and(|parts| !parts.told.is_empty())
    }

    pub(crate) fn is_urgent(&self) -> bool {
        self.0.as_ref().is_some_and(|parts| parts.is_urgent)
    }

    /// The listener was told; this is what has become garbage since.
    pub(crate) fn continue_with(&mut self, later: Self) {
        let later = later.0.map(|later| *later).unwrap_or_default();
        let parts = self.parts();
        parts.told = later.told;
        parts.come = later.come;
        parts.pinned = later.pinned;
        parts.dead.nodes.extend(later.dead.nodes);
        parts.dead.node_type = parts.dead.node_type.or(later.dead.node_type);
        parts.spent.extend(later.spent);
    }

    pub(crate) fn has_dead(&self) -> bool {
        self.dead().is_some_and(|dead| !dead.nodes.is_empty())
    }

    fn dead(&self) -> Option<&Dead> {
        self.0.as_ref().map(|parts| &parts.dead)
    }

    /// Drops keys and values, to be called once: user code. If one of them panics, the others are
    /// dropped nevertheless.
    pub(crate) fn drop_dead(&self) {
        if let Some(dead) = self.dead() {
            dead.drop_all();
        }
    }

    /// The eras and slots of what was dropped.
    pub(super) fn dead_slots(&self) -> impl Iterator<Item = (u32, u32)> {
        self.dead().into_iter().flat_map(Dead::slots)
    }

    /// The slots of what a listener was told about.
    pub(super) fn told_slots(&self) -> impl Iterator<Item = u32> {
        let told = self.0.iter().flat_map(|parts| &parts.told);
        told.map(|told| told.slot)
    }

    /// What a listener is told about.
    pub(crate) fn told(&self) -> impl Iterator<Item = (NodeRef<'_>, RemovalCause, Option<Ticket>)> {
        self.0.iter().flat_map(|parts| {
            parts.told.iter().filter_map(|told| {
                // SAFETY: it had a value, is out of the table, and becomes garbage only when the
                // listener has returned.
                let node = unsafe { NodeRef::new(told.at, parts.told_type?, true) };
                Some((node, told.cause, told.ticket))
            })
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
    era: u32,
    slot: u32,
    at: NodeAt,
    has_value: bool,
}

impl Dead {
    /// The node is out of the table and of readers' sight.
    pub(super) fn push(&mut self, era: u32, slot: u32, at: NodeAt, has_value: bool) {
        self.nodes.push(DeadNode {
            era,
            slot,
            at,
            has_value,
        });
    }

    /// Known as soon as there are nodes.
    pub(super) fn set_type(&mut self, node_type: Option<&'static NodeType>) {
        self.node_type = node_type;
    }

    fn slots(&self) -> impl Iterator<Item = (u32, u32)> {
        self.nodes.iter().map(|node| (node.era, node.slot))
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
