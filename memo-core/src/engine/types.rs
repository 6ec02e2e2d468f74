//! What the caches of the registry do with keys and values whose types they do not know.

use std::any::Any;
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::key::KeyRef;
use crate::outcome::Outcome;
#[cfg(feature = "serde")]
use crate::snapshot::codec;
use crate::store::NodeRef;

/// Gives a function what a call would return for a node.
type Give = fn(NodeRef<'_>, &mut dyn FnMut(&dyn Any));
/// Whether the value of a node is gone. No user code.
type IsGone = fn(NodeRef<'_>) -> bool;

/// Gives a function the text that a node's key is, if it is one.
type WithText = fn(NodeRef<'_>, &mut dyn FnMut(&str));

/// Writes a node's key.
type WriteKey = fn(NodeRef<'_>, &mut fmt::Formatter<'_>) -> fmt::Result;

/// The functions that know the types of a cache's entries.
#[derive(Clone, Copy)]
pub(crate) struct EntryTypes {
    show_key: WriteKey,
    /// As patterns see it.
    display_key: WriteKey,
    with_text: WithText,
    give: Give,
    /// For values that may be gone.
    is_gone: Option<IsGone>,
    /// How the entries are written to a snapshot, if they can be.
    #[cfg(feature = "serde")]
    pub(crate) codec: fn() -> Option<codec::Codec>,
}

impl EntryTypes {
    /// Keys that cannot be shown, and values that nobody asks for.
    pub(crate) const HIDDEN: Self = Self {
        show_key: |_, f| f.write_str("_"),
        display_key: |_, f| f.write_str("_"),
        with_text: |_, _| (),
        give: |_, _| (),
        is_gone: None,
        #[cfg(feature = "serde")]
        codec: || None,
    };

    /// Those of a cache with such keys and values.
    pub(crate) const fn of<Q: KeyRef, O: Outcome>() -> &'static Self {
        const {
            &Self {
                show_key: show_key::<Q, O>,
                display_key: if Q::IS_DISPLAYED {
                    display_key::<Q, O>
                } else {
                    show_key::<Q, O>
                },
                with_text: with_text::<Q::Owned, O::Stored>,
                give: give::<Q, O>,
                is_gone: if O::IS_WEAK {
                    Some(is_gone::<Q, O>)
                } else {
                    None
                },
                #[cfg(feature = "serde")]
                codec: codec::of::<Q, O>,
            }
        }
    }

    /// How to know that a value is gone; `None` if none ever is.
    #[inline]
    pub(crate) fn is_gone(&self) -> Option<IsGone> {
        self.is_gone
    }

    /// Those of a cache made by hand, whose keys need not be `Debug`.
    pub(crate) const fn by_hand<K: 'static, V: 'static>() -> &'static Self {
        const {
            &Self {
                with_text: with_text::<K, V>,
                ..Self::HIDDEN
            }
        }
    }

    /// Whether a node's key is meant, by its text: what it is, if it is a text, else what is displayed or
    /// shown of it.
    pub(crate) fn is_meant(&self, node: NodeRef<'_>, is_meant: &dyn Fn(&str) -> bool) -> bool {
        let mut answer = None;
        (self.with_text)(node, &mut |text| answer = Some(is_meant(text)));
        answer
            .unwrap_or_else(|| written(node, self.display_key).is_some_and(|text| is_meant(&text)))
    }

    /// A node's key as text, unless its `Debug` fails.
    pub(crate) fn key_text(&self, node: NodeRef<'_>) -> Option<String> {
        written(node, self.show_key)
    }

    /// What a function returns for a node with a value, if its type is `R`.
    pub(crate) fn with_return<R: 'static, T>(
        &self,
        node: NodeRef<'_>,
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

/// The text that a key is, alone or as the only part of it, whether or not its type is known to be `Display`: a
/// text, a path or a character.
pub(crate) fn as_text<K: 'static>(key: &K) -> Option<Cow<'_, str>> {
    fn alone<T: 'static>(key: &dyn Any) -> Option<&T> {
        let whole = key.downcast_ref::<T>();
        whole.or_else(|| key.downcast_ref::<(T,)>().map(|(part,)| part))
    }
    fn text<T: AsRef<str> + 'static>(key: &dyn Any) -> Option<Cow<'_, str>> {
        alone::<T>(key).map(|text| Cow::Borrowed(text.as_ref()))
    }
    fn path<T: AsRef<OsStr> + 'static>(key: &dyn Any) -> Option<Cow<'_, str>> {
        alone::<T>(key).map(|path| path.as_ref().to_string_lossy())
    }
    let key: &dyn Any = key;
    text::<String>(key)
        .or_else(|| text::<&'static str>(key))
        .or_else(|| text::<Box<str>>(key))
        .or_else(|| text::<Arc<str>>(key))
        .or_else(|| text::<Rc<str>>(key))
        .or_else(|| text::<Cow<'static, str>>(key))
        .or_else(|| path::<PathBuf>(key))
        .or_else(|| path::<&'static Path>(key))
        .or_else(|| path::<OsString>(key))
        .or_else(|| alone::<char>(key).map(|letter| letter.to_string().into()))
}

/// What is written of a node's key, unless that fails.
fn written(node: NodeRef<'_>, write: WriteKey) -> Option<String> {
    struct Written<'a>(NodeRef<'a>, WriteKey);
    impl fmt::Display for Written<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.1)(self.0, f)
        }
    }
    let mut text = String::new();
    write!(text, "{}", Written(node, write)).ok()?;
    Some(text)
}

fn with_text<K: 'static, V: 'static>(node: NodeRef<'_>, take: &mut dyn FnMut(&str)) {
    if let Some((key, _)) = node.typed::<K, V>()
        && let Some(text) = as_text(key)
    {
        take(&text);
    }
}

fn show_key<Q: KeyRef, O: Outcome>(node: NodeRef<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match node.typed::<Q::Owned, O::Stored>() {
        Some((key, _)) => Q::show(key, f),
        None => Err(fmt::Error),
    }
}

fn display_key<Q: KeyRef, O: Outcome>(
    node: NodeRef<'_>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match node.typed::<Q::Owned, O::Stored>() {
        Some((key, _)) => Q::display(key, f),
        None => Err(fmt::Error),
    }
}

fn give<Q: KeyRef, O: Outcome>(node: NodeRef<'_>, take: &mut dyn FnMut(&dyn Any)) {
    if let Some((_, Some(stored))) = node.typed::<Q::Owned, O::Stored>() {
        // It is dropped in here, after a call of user code or without one.
        if let Some(value) = O::give(stored.clone()) {
            take(&value);
        }
    }
}

fn is_gone<Q: KeyRef, O: Outcome>(node: NodeRef<'_>) -> bool {
    match node.typed::<Q::Owned, O::Stored>() {
        Some((_, Some(stored))) => O::is_gone(stored),
        _ => false,
    }
}
