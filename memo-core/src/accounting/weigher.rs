//! Sizes that a user's function says.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Heap, SizeSource};
use crate::common::drop_quietly;

/// What a weigher says of a value, of which so many bytes are in the node and counted there.
///
/// If it panics, the size is not known to anybody: it is taken to be larger than any limit, so that the value is
/// returned and not stored. The computation has succeeded, and its callers are not to blame.
#[inline(never)]
pub(crate) fn weighed(inline: usize, weigh: impl FnOnce() -> usize) -> Heap {
    let bytes = match catch_unwind(AssertUnwindSafe(weigh)) {
        // As large as can be said stays larger than any limit.
        Ok(usize::MAX) => u64::MAX,
        Ok(all) => all.saturating_sub(inline) as u64,
        Err(panic) => {
            drop_quietly(panic);
            u64::MAX
        }
    };
    Heap::new(bytes, SizeSource::Weigher)
}

/// The weigher of a cache, without its types.
#[derive(Clone)]
pub(crate) struct Weigher(Arc<Weigh>);

type Weigh = dyn Fn(&dyn Any, &dyn Any) -> Heap + Send + Sync;

impl Weigher {
    pub(crate) fn new<K: 'static, V: 'static>(
        weigh: impl Fn(&K, &V) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |key, value| {
            let (Some(key), Some(value)) = (key.downcast_ref(), value.downcast_ref()) else {
                unreachable!("a cache has entries of one type");
            };
            weighed(size_of::<K>() + size_of::<V>(), || weigh(key, value))
        }))
    }

    /// What key and value have on the heap, both together.
    pub(crate) fn weigh(&self, key: &dyn Any, value: &dyn Any) -> Heap {
        (self.0)(key, value)
    }
}

impl fmt::Debug for Weigher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Weigher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_node_counts_once() {
        let bytes = |all| weighed(24, || all).bytes;
        assert_eq!([bytes(0), bytes(24), bytes(124)], [0, 0, 100]);
        assert_eq!(bytes(usize::MAX), u64::MAX);
        assert_eq!(bytes(usize::MAX - 1), usize::MAX as u64 - 25);
    }
}
