//! Looking at the entries of a cache: no use of them.

use std::fmt;
use std::hash::Hash;

use super::Cache;
use crate::engine::{EntryInfo, Extreme};
use crate::protection::Protection;
use crate::store::NodeRef;

impl<K, V, P> Cache<K, V, P>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// The live entries that were used least, at most `count` of them, with their keys as text: the
    /// least recently used one first, or the one with the fewest hits where the policy counts these.
    /// It is no use of them.
    ///
    /// ```
    /// let cache: memokit::Cache<&str, u32> = memokit::Cache::builder().build();
    /// cache.insert("a", 10);
    /// cache.insert("b", 20);
    /// cache.get(&"a");
    /// assert_eq!(cache.coldest(1)[0].0, "\"b\"");
    /// ```
    pub fn coldest(&self, count: usize) -> Vec<(String, EntryInfo)>
    where
        K: fmt::Debug,
    {
        self.extremes(Extreme::Coldest, count)
    }

    /// The live entries that were used most: as [`coldest`](Self::coldest), from the other end.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// (0..100).for_each(|n| cache.insert(n, n));
    /// let hottest: Vec<String> = cache.hottest(2).into_iter().map(|(key, _)| key).collect();
    /// assert_eq!(hottest, ["99", "98"]);
    /// ```
    pub fn hottest(&self, count: usize) -> Vec<(String, EntryInfo)>
    where
        K: fmt::Debug,
    {
        self.extremes(Extreme::Hottest, count)
    }

    fn extremes(&self, extreme: Extreme, count: usize) -> Vec<(String, EntryInfo)>
    where
        K: fmt::Debug,
    {
        let mut shown = Vec::new();
        let mut show = |node: NodeRef<'_>, info: &EntryInfo| {
            if let Some((key, _)) = node.typed::<K, V>() {
                shown.push((format!("{key:?}"), *info));
            }
        };
        self.core().engine().for_extremes(extreme, count, &mut show);
        shown
    }

    /// The live entries at this moment, from the least to the most recently used (in no order if
    /// the cache is bare). Later changes don't show; statistics and order are not touched.
    ///
    /// ```
    /// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().build();
    /// cache.insert(1, 10);
    /// cache.insert(2, 20);
    /// cache.get(&1);
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [(2, 20), (1, 10)]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (K, V)> + use<K, V, P>
    where
        K: Clone,
    {
        let mut entries = Vec::new();
        self.core().engine().for_each(&mut |node| {
            if let Some((key, Some(value))) = node.typed::<K, V>() {
                entries.push((key.clone(), value.clone()));
            }
        });
        entries.into_iter()
    }
}
