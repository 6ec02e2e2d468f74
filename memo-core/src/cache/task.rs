//! What tasks do with a [`Cache`] that threads do otherwise.

use std::future::Future;
use std::hash::Hash;
use std::marker::PhantomData;

use crate::cache::Cache;
use crate::call::{Ask, BeginAsync, Query, Rules};
use crate::key::ByBorrow;
use crate::outcome::{ByClone, Whole};
use crate::protection::Protection;

impl<K, V, P> Cache<K, V, P>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// The value of a key, computed by the future that `load` makes if there is none. Needs the
    /// feature `async`, and no particular executor.
    ///
    /// Callers of one missing key meet, tasks and the threads in
    /// [`get_or_insert_with`](Self::get_or_insert_with) alike: one of them computes, the others wait
    /// for its value. If the one that computes is dropped or panics, one of the others computes.
    ///
    /// A thread that waits in `get_or_insert_with` waits with all of its tasks. If one of them is the
    /// one that computes, that is for ever: use this function inside of tasks.
    ///
    /// # Panics
    /// When the computation asks, directly or over others, for the key that it computes.
    ///
    /// # Examples
    /// ```
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     match std::pin::pin!(future).poll(&mut context) {
    /// #         std::task::Poll::Ready(value) => value,
    /// #         std::task::Poll::Pending => unreachable!(),
    /// #     }
    /// # }
    /// # block_on(async {
    /// let cache: memokit::Cache<String, usize> = memokit::Cache::builder().build();
    /// let length = cache.get_or_insert_with_async("memo", async || "memo".len()).await;
    /// assert_eq!(length, 4);
    /// assert_eq!(cache.get("memo"), Some(4));
    /// # });
    /// ```
    pub async fn get_or_insert_with_async<Q, F>(&self, key: &Q, load: impl FnOnce() -> F) -> V
    where
        Q: ?Sized + Hash + Eq + ToOwned<Owned = K>,
        F: Future<Output = V>,
    {
        let turn = {
            let outcome = PhantomData::<Whole<V, ByClone>>;
            let entry = Query::new(self.core(), ByBorrow(key), outcome, Rules::new());
            match BeginAsync.ask(entry) {
                Ok(value) => return value,
                Err(turn) => turn,
            }
        };
        match turn.await {
            Ok(value) => value,
            Err(duty) => duty.run(load()).await,
        }
    }
}
