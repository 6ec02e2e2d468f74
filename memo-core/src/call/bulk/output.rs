//! The results of functions over many keys: one value for each key, or a map.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// What a function with `bulk` returns.
#[diagnostic::on_unimplemented(
    message = "a `bulk` function cannot return `{Self}`",
    label = "neither a vector nor a map of values",
    note = "it returns `Vec<V>`, with a value for each key in the order of the keys",
    note = "or, where some keys have no value, `HashMap<K, V>` or `BTreeMap<K, V>`",
    note = "or a `Result` of one of these"
)]
pub trait BulkOutput {
    /// The value of one key.
    type Value;
}

/// The same, for keys of type `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no result for keys of type `{K}`",
    label = "a map whose keys are others than those of the argument",
    note = "a `bulk` function over `&[K]` returns `Vec<V>`, `HashMap<K, V>` or `BTreeMap<K, V>`, or \
            a `Result` of one of these, with the same `K`"
)]
pub trait BulkOutputFor<K>: BulkOutput + Sized {
    /// The values of `keys`, in their order, `None` for those that have none; or the error that is
    /// there instead of all of them.
    fn take_apart(self, keys: &[K]) -> Result<Vec<Option<Self::Value>>, Self>;
    /// The other way round.
    fn put_together(keys: &[K], values: impl Iterator<Item = Option<Self::Value>>) -> Self;
}

impl<V> BulkOutput for Vec<V> {
    type Value = V;
}

impl<K, V> BulkOutputFor<K> for Vec<V> {
    fn take_apart(self, _: &[K]) -> Result<Vec<Option<V>>, Self> {
        Ok(self.into_iter().map(Some).collect())
    }

    fn put_together(keys: &[K], values: impl Iterator<Item = Option<V>>) -> Self {
        let all: Self = values.flatten().collect();
        // Without this a value would stand in the place of another key's.
        assert_eq!(all.len(), keys.len(), "every key has a value");
        all
    }
}

impl<K, V, S> BulkOutput for HashMap<K, V, S> {
    type Value = V;
}

impl<K, V, S> BulkOutputFor<K> for HashMap<K, V, S>
where
    K: Hash + Eq + Clone,
    S: BuildHasher + Default,
{
    fn take_apart(mut self, keys: &[K]) -> Result<Vec<Option<V>>, Self> {
        Ok(keys.iter().map(|key| self.remove(key)).collect())
    }

    fn put_together(keys: &[K], values: impl Iterator<Item = Option<V>>) -> Self {
        found(keys, values).collect()
    }
}

impl<K, V> BulkOutput for BTreeMap<K, V> {
    type Value = V;
}

impl<K: Ord + Clone, V> BulkOutputFor<K> for BTreeMap<K, V> {
    fn take_apart(mut self, keys: &[K]) -> Result<Vec<Option<V>>, Self> {
        Ok(keys.iter().map(|key| self.remove(key)).collect())
    }

    fn put_together(keys: &[K], values: impl Iterator<Item = Option<V>>) -> Self {
        found(keys, values).collect()
    }
}

/// The keys that have a value, with it.
fn found<K: Clone, V>(
    keys: &[K],
    values: impl Iterator<Item = Option<V>>,
) -> impl Iterator<Item = (K, V)> {
    let pairs = keys.iter().zip(values);
    pairs.filter_map(|(key, value)| Some((key.clone(), value?)))
}

impl<B: BulkOutput, E> BulkOutput for Result<B, E> {
    type Value = B::Value;
}

impl<K, B: BulkOutputFor<K>, E> BulkOutputFor<K> for Result<B, E> {
    fn take_apart(self, keys: &[K]) -> Result<Vec<Option<B::Value>>, Self> {
        match self {
            Ok(output) => output.take_apart(keys).map_err(Ok),
            Err(error) => Err(Err(error)),
        }
    }

    fn put_together(keys: &[K], values: impl Iterator<Item = Option<B::Value>>) -> Self {
        Ok(B::put_together(keys, values))
    }
}
