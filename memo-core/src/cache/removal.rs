//! Entries that are taken out by hand: one, some, or those whose keys match.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;

use super::Cache;
use crate::engine::{EntryInfo, as_text, is_key};
use crate::glob::Glob;
use crate::key::ByBorrow;
use crate::protection::Protection;

impl<K, V, P> Cache<K, V, P>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// Removes a key and returns its live value.
    ///
    /// A computation of this key that is under way is not stored: no call that starts after this
    /// one returned sees what was computed before.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// assert_eq!(cache.remove(&1), Some(10));
    /// assert_eq!(cache.remove(&1), None);
    /// ```
    pub fn remove<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        let query = ByBorrow(key);
        let hash = self.core().hash::<K>(&query);
        let mut removed = None;
        let is_key = is_key::<K, V>(&query);
        self.core().engine().take(hash, &is_key, &mut |node| {
            let entry = node.typed::<K, V>();
            removed = entry.and_then(|(_, value)| value.cloned());
        });
        removed
    }

    /// Removes the entries for which `condemns` is true; returns their number. Values that are
    /// being computed now are not stored.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// cache.insert(2, 20);
    /// assert_eq!(cache.remove_if(|_key, value, _info| *value > 15), 1);
    /// ```
    pub fn remove_if(&self, mut condemns: impl FnMut(&K, &V, &EntryInfo) -> bool) -> usize {
        self.core().engine().remove_if(&mut |node, info| {
            let Some((key, Some(value))) = node.typed::<K, V>() else {
                return false;
            };
            condemns(key, value, info)
        })
    }

    /// Removes the entries whose key matches a pattern; returns the number of those that had a value.
    /// Values of such keys that are being computed now are not stored.
    ///
    /// A key that is a text, a path or a `char` is compared as it is displayed, any other by its `Debug` text: for
    /// another text of one's own there is [`remove_if`](Self::remove_if).
    /// For patterns see [`clear_matching`](crate::clear_matching).
    ///
    /// ```
    /// let cache: memokit::Cache<String, u32> = memokit::Cache::builder().build();
    /// cache.insert("user:1".to_owned(), 10);
    /// cache.insert("team:1".to_owned(), 20);
    /// assert_eq!(cache.invalidate_matching("user:*"), 1);
    /// assert_eq!(cache.get("team:1"), Some(20));
    /// ```
    pub fn invalidate_matching(&self, pattern: &str) -> usize
    where
        K: fmt::Debug,
    {
        let pattern = Glob::new(pattern);
        self.core().engine().remove_keys(&mut |node| {
            let Some((key, _)) = node.typed::<K, V>() else {
                return false;
            };
            match as_text(key) {
                Some(text) => pattern.matches(&text),
                None => pattern.matches(&format!("{key:?}")),
            }
        })
    }
}
