//! What the caches of the registry do with keys and values whose types they do not know.

use std::any::Any;
use std::fmt::{self, Write as _};

use crate::entry::{AnyNode, typed};
use crate::key::KeyRef;
use crate::outcome::Outcome;

/// Gives a function what a call would return for a node.
type Give = fn(&dyn AnyNode, &mut dyn FnMut(&dyn Any));

/// The functions that know the types of a cache's entries.
#[derive(Clone, Copy)]
pub(crate) struct EntryTypes {
    show_key: fn(&dyn AnyNode, &mut fmt::Formatter<'_>) -> fmt::Result,
    give: Give,
}

impl EntryTypes {
    /// Keys that cannot be shown, and values that nobody asks for.
    pub(crate) const HIDDEN: Self = Self {
        show_key: |_, f| f.write_str("_"),
        give: |_, _| (),
    };

    pub(crate) fn of<Q: KeyRef, O: Outcome>() -> Self {
        Self {
            show_key: |node, f| match typed::<Q::Owned, O::Stored>(node) {
                Some(node) => Q::show(&node.key, f),
                None => Err(fmt::Error),
            },
            give: |node, take| {
                let node = typed::<Q::Owned, O::Stored>(node);
                if let Some(stored) = node.and_then(|node| node.value.get()) {
                    take(&O::give(stored.clone()));
                }
            },
        }
    }

    /// A node's key as text, unless its `Debug` fails.
    pub(crate) fn key_text(&self, node: &dyn AnyNode) -> Option<String> {
        struct Shown<'a>(&'a EntryTypes, &'a dyn AnyNode);
        impl fmt::Display for Shown<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (self.0.show_key)(self.1, f)
            }
        }
        let mut text = String::new();
        write!(text, "{}", Shown(self, node)).ok()?;
        Some(text)
    }

    /// What a function returns for a node with a value, if its type is `R`.
    pub(crate) fn with_return<R: 'static, T>(
        &self,
        node: &dyn AnyNode,
        f: impl FnOnce(&R) -> T,
    ) -> Option<T> {
        let (mut f, mut result) = (Some(f), None);
        (self.give)(node, &mut |value| {
            if let (Some(value), Some(f)) = (value.downcast_ref(), f.take()) {
                result = Some(f(value));
            }
        });
        result
    }
}
