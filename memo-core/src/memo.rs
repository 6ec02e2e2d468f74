//! Caches that live as long as an object: a field of it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::registry::{CacheId, Control};

/// The caches of one object: a field for the memoized methods of its type.
///
/// A method with `#[memoize(field = memo)]` keeps its results in there, so that they live as long as
/// the object; the object itself is then no part of the key. One field serves all such methods.
/// `maxsize` and the rest hold for each object, `cache_info()` sums over all of them.
///
/// The field stands aside of what the object is: a clone starts with empty caches, any two compare
/// as equal, and it has no hash of its own, so that derives go on to work. Change an object that has
/// cached results only through methods that also [`clear`](Self::clear) them.
///
/// # Examples
/// ```
/// use memokit::{Memo, memoize};
///
/// #[derive(Clone, PartialEq, Debug, Default)]
/// struct Text { words: Vec<String>, memo: Memo }
///
/// impl Text {
///     #[memoize(field = memo)]
///     fn count(&self, word: &str) -> usize {
///         self.words.iter().filter(|own| *own == word).count()
///     }
///
///     fn push(&mut self, word: &str) {
///         self.words.push(word.to_owned());
///         self.memo.clear();
///     }
/// }
///
/// let mut text = Text::default();
/// text.push("memo");
/// assert_eq!(text.count("memo"), 1);
/// assert_eq!(text.memo.len(), 1);
/// text.push("memo");
/// assert_eq!(text.count("memo"), 2);
/// ```
#[derive(Default)]
pub struct Memo(OnceLock<Box<Part>>);

/// One method's cache, of the type of which only that method knows.
struct Part {
    id: CacheId,
    cache: Arc<dyn Control>,
    next: OnceLock<Box<Self>>,
}

impl Memo {
    /// No results yet.
    ///
    /// ```
    /// static EMPTY: memokit::Memo = memokit::Memo::new();
    /// assert!(EMPTY.is_empty());
    /// ```
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Removes the results of all methods for this object; returns their number. Results that are
    /// being computed are not stored.
    ///
    /// ```
    /// assert_eq!(memokit::Memo::new().clear(), 0);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn clear(&self) -> usize {
        self.parts().map(|part| part.cache.clear()).sum()
    }

    /// The number of results held for this object, over all methods.
    ///
    /// ```
    /// assert_eq!(memokit::Memo::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.parts().map(|part| part.cache.extent().entries).sum()
    }

    /// Whether there are no results.
    ///
    /// ```
    /// assert!(memokit::Memo::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        std::iter::successors(self.0.get(), |part| part.next.get()).map(|part| &**part)
    }

    pub(crate) fn part(
        &self,
        id: CacheId,
        new: impl Fn() -> Arc<dyn Control>,
    ) -> &Arc<dyn Control> {
        let mut place = &self.0;
        loop {
            let part = place.get_or_init(|| {
                Box::new(Part {
                    id,
                    cache: new(),
                    next: OnceLock::new(),
                })
            });
            if part.id == id {
                return &part.cache;
            }
            place = &part.next;
        }
    }
}

/// Without results: those of the original belong to the original.
impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl PartialOrd for Memo {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Memo {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl Hash for Memo {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").field("len", &self.len()).finish()
    }
}
