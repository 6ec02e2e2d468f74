//! Sizes that a user's function says.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Heap, SizeSource};

/// What a weigher has said of a value, of which so many bytes are in the node and counted there.
///
/// If it has said nothing, as it has panicked, the size is not known to anybody: it is taken to be larger than any
/// limit, so that the value is returned and not stored. The computation has succeeded, and its callers are not to
/// blame.
pub(crate) fn weighed(inline: usize, said: Option<usize>) -> Heap {
    let bytes = match said {
        // As large as can be said stays larger than any limit.
        None | Some(usize::MAX) => u64::MAX,
        Some(all) => all.saturating_sub(inline) as u64,
    };
    Heap::new(bytes, SizeSource::Weigher)
}

/// The weigher of a cache, without its types.
#[derive(Clone)]
pub(crate) struct Weigher(Arc<Weigh>);

type Weigh = dyn Fn(&dyn Any, &dyn Any) -> usize + Send + Sync;

impl Weigher {
    pub(crate) fn new<K: 'static, V: 'static>(
        weigh: impl Fn(&K, &V) -> usize + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |key, value| {
            let (Some(key), Some(value)) = (key.downcast_ref(), value.downcast_ref()) else {
                unreachable!("a cache has entries of one type");
            };
            weigh(key, value)
        }))
    }

    /// What key and value take, both together; or the panic of the weigher.
    #[inline(never)]
    pub(crate) fn weigh(&self, key: &dyn Any, value: &dyn Any) -> std::thread::Result<usize> {
        catch_unwind(AssertUnwindSafe(|| (self.0)(key, value)))
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
        let bytes = |all| weighed(24, Some(all)).bytes;
        assert_eq!([bytes(0), bytes(24), bytes(124)], [0, 0, 100]);
        assert_eq!([bytes(usize::MAX), weighed(24, None).bytes], [u64::MAX; 2]);
        assert_eq!(bytes(usize::MAX - 1), usize::MAX as u64 - 25);
    }
}
