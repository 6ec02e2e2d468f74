//! Closures memoized at run time.
//!
//! A closure and its cache become two functions without types of their own: one that asks the cache
//! first, and the closure itself. [`Memoized`] derefs to the former, which is what makes a call a
//! call. How callers meet, panics and recursion are the matter of [`Cache::get_or_insert_with`].

mod arity;

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

pub use arity::{Argument, Arguments, Memoizable};

use crate::cache::Cache;
use crate::protection::{Protected, Protection};
use crate::settings::CacheParameters;
use crate::stats::CacheInfo;

/// Memoizes a closure or a function, with the default settings: the 128 results that were used
/// last. For other settings see [`CacheBuilder::memoize`](crate::CacheBuilder::memoize), for
/// recursion [`memoize_rec`].
///
/// The closure takes up to six arguments, which say their types: `|n: u64| ..`.
///
/// Whatever it returns is stored, `None` and `Err` too (`#[memoize]` keeps no `Err`). Errors are
/// forgotten by `f.invalidate(&n)`, or all by `f.cache().remove_if(|_, result, _| result.is_err())`.
///
/// # Examples
/// ```
/// let factor = 3;
/// let scale = memokit::memoize_fn(move |n: u64| n * factor);
/// assert_eq!(scale(2), 6);
/// assert_eq!(scale(2), 6);
/// println!("{}", scale.cache_info()); // CacheInfo(hits=1, misses=1, maxsize=128, currsize=1)
/// ```
///
/// Several closures of one kind share a type, so that they can be kept together:
/// ```
/// use std::collections::HashMap;
/// use memokit::{Memoized, memoize_fn};
///
/// let mut rules: HashMap<&str, Memoized<(u32, u32), u32>> = HashMap::new();
/// rules.insert("sum", memoize_fn(|a: u32, b: u32| a + b));
/// rules.insert("product", memoize_fn(|a: u32, b: u32| a * b));
/// assert_eq!(rules["product"](6, 7), 42);
/// ```
pub fn memoize_fn<F, Args, R>(f: F) -> Memoized<Args, R>
where
    F: Memoizable<Args, R>,
    Args: Arguments<R>,
{
    Cache::builder().memoize(f)
}

/// Memoizes a recursive closure, with the default settings. The closure is given itself, memoized,
/// as its first argument.
///
/// It has one argument of its own; several are one tuple, in calls too. Results that were dropped are
/// computed again: if the recursion comes back for more than 128, give a larger
/// [`maxsize`](crate::CacheBuilder::maxsize). Each level of a small closure takes about 300 bytes of
/// stack in a release build, 550 in a debug build (x86-64).
///
/// The first argument is a plain reference, on the stack: the closure does not keep itself alive.
/// As it is `Send + Sync`, the closure can ask for several results on several threads.
///
/// # Panics
/// A call panics if the recursion comes to a result that needs itself. Over a thread that the closure
/// starts and waits for, that cannot be seen: it hangs.
///
/// # Examples
/// ```
/// let fib = memokit::memoize_rec(|fib, n: u64| {
///     if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
/// });
/// assert_eq!(fib(90), 2_880_067_194_370_816_120);
/// assert_eq!(fib.cache_info().misses, 91);
/// ```
///
/// Two arguments, over data that is known only at run time:
/// ```
/// use memokit::Cache;
///
/// let (one, other) = ("memory".as_bytes(), "memoize".as_bytes());
/// let common = Cache::builder()
///     .maxsize(one.len() * other.len())
///     .memoize_rec(move |common, (i, j): (usize, usize)| -> usize {
///         match (one.get(i), other.get(j)) {
///             (Some(a), Some(b)) if a == b => 1 + common((i + 1, j + 1)),
///             (Some(_), Some(_)) => common((i + 1, j)).max(common((i, j + 1))),
///             _ => 0,
///         }
///     });
/// assert_eq!(common((0, 0)), 4, "the longest common subsequence is `memo`");
/// ```
pub fn memoize_rec<F, A, R>(f: F) -> Memoized<(A,), R>
where
    F: Fn(&(dyn Fn(A) -> R + Send + Sync), A) -> R + Send + Sync + 'static,
    A: Argument,
    R: Clone + Send + Sync + 'static,
{
    Cache::builder().memoize_rec(f)
}

/// A memoized closure: what [`memoize_fn`], [`memoize_rec`] and the builder's
/// [`memoize`](crate::CacheBuilder::memoize) return.
///
/// `Args` is the tuple of the arguments, also of a single one: `Memoized<(u64,), String>`. A call is
/// a call, `f(3)`; where a function is asked for, it is `&*f`, which is a
/// `&(dyn Fn(u64) -> String + Send + Sync)`.
///
/// The methods take one argument by reference, `f.peek(&3)`, and several as a reference to a tuple,
/// `f.peek(&(3, 4))`; in borrowed form where a `HashMap` would. [`cache`](Self::cache) has the rest.
///
/// Clones share the cache. The last one drops the closure and the results.
///
/// # Panics
/// A call panics when the closure does; nothing is stored then, and the next caller runs it again.
/// It also panics if the closure asks, directly or over other threads, for the result that it is
/// computing.
///
/// # Examples
/// ```
/// use std::thread;
/// use memokit::{Memoized, memoize_fn};
///
/// struct Shop { price: Memoized<(u32,), u64> }
///
/// let shop = Shop { price: memoize_fn(|item: u32| u64::from(item) * 100) };
/// let price = shop.price.clone();
/// thread::spawn(move || price(7)).join().unwrap();
/// assert_eq!((shop.price)(7), 700);
/// assert_eq!(shop.price.cache_info().misses, 1);
///
/// let prices: Vec<u64> = [7, 8].into_iter().map(&*shop.price).collect();
/// assert_eq!(prices, [700, 800]);
/// ```
pub struct Memoized<Args: Arguments<R>, R, P: Protection = Protected> {
    cached: Arc<Args::Function>,
    body: Arc<Args::Function>,
    cache: Cache<Args::Key, R, P>,
}

impl<Args: Arguments<R>, R, P: Protection> Memoized<Args, R, P> {
    pub(crate) fn new(cache: Cache<Args::Key, R, P>, body: Arc<Args::Function>) -> Self {
        Self {
            cached: Args::through(cache.clone(), Arc::clone(&body)),
            body,
            cache,
        }
    }

    /// Hits, misses, entries and the rest.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// (square(3), square(3));
    /// assert_eq!(square.cache_info().hits, 1);
    /// ```
    pub fn cache_info(&self) -> CacheInfo {
        self.cache.here().stats()
    }

    /// Removes all results and zeroes the counters; returns the number of results removed. A result
    /// that is being computed is not stored.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// square(3);
    /// assert_eq!(square.cache_clear(), 1);
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn cache_clear(&self) -> usize {
        self.cache.here().clear()
    }

    /// The settings in force.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// assert_eq!(square.cache_parameters().maxsize, Some(128));
    /// ```
    pub fn cache_parameters(&self) -> CacheParameters {
        self.cache.here().parameters()
    }

    /// The cache, for all else that can be done with it.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// square(3);
    /// assert_eq!(square.cache().iter().collect::<Vec<_>>(), [(3, 9)]);
    /// ```
    pub fn cache(&self) -> &Cache<Args::Key, R, P> {
        &self.cache
    }

    /// The closure itself: a call runs it and leaves the cache as it is. In a recursive closure,
    /// the inner calls go to the cache.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// assert_eq!(square.uncached()(3), 9);
    /// assert_eq!(square.cache_info().misses, 0);
    /// ```
    pub fn uncached(&self) -> &Args::Function {
        &self.body
    }
}

impl<Args, R, P> Memoized<Args, R, P>
where
    Args: Arguments<R>,
    R: Clone + Send + Sync + 'static,
    P: Protection,
{
    /// Removes the result for these arguments; returns whether there was one. A result that is being
    /// computed is not stored: no call that starts after this one returned sees it.
    ///
    /// ```
    /// let area = memokit::memoize_fn(|width: u64, height: u64| width * height);
    /// area(2, 3);
    /// assert!(area.invalidate(&(2, 3)));
    /// assert!(!area.invalidate(&(2, 3)));
    /// ```
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn invalidate<Q>(&self, args: &Q) -> bool
    where
        Args::Key: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        self.cache.here().remove(args).is_some()
    }

    /// Whether there is a result for these arguments, without effect on statistics or on the order
    /// of eviction.
    ///
    /// ```
    /// let length = memokit::memoize_fn(|text: String| text.len());
    /// length("memo".to_owned());
    /// assert!(length.contains("memo"));
    /// ```
    pub fn contains<Q>(&self, args: &Q) -> bool
    where
        Args::Key: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        self.cache.here().contains(args)
    }

    /// The result for these arguments if there is one, without effect on statistics or on the order
    /// of eviction.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// assert_eq!(square.peek(&3), None);
    /// square(3);
    /// assert_eq!(square.peek(&3), Some(9));
    /// ```
    pub fn peek<Q>(&self, args: &Q) -> Option<R>
    where
        Args::Key: Borrow<Q>,
        Q: ?Sized + Hash + Eq,
    {
        self.cache.here().peek(args)
    }

    /// Stores a result in the place of the one for these arguments. A computation that is under way
    /// does not overwrite it.
    ///
    /// ```
    /// let square = memokit::memoize_fn(|n: u64| n * n);
    /// square.prime(&3, 9);
    /// assert_eq!(square(3), 9);
    /// assert_eq!(square.cache_info().misses, 0);
    /// ```
    pub fn prime<Q>(&self, args: &Q, result: R)
    where
        Q: ?Sized + ToOwned<Owned = Args::Key>,
    {
        self.cache.here().insert(args.to_owned(), result);
    }
}

impl<A, R, P> Memoized<(A,), R, P>
where
    A: Argument,
    R: Clone + Send + Sync + 'static,
    P: Protection,
{
    pub(crate) fn recursive(
        cache: Cache<A, R, P>,
        f: impl Fn(&(dyn Fn(A) -> R + Send + Sync), A) -> R + Send + Sync + 'static,
    ) -> Self {
        let (inner, body) = (cache.clone(), Arc::new(f));
        let body = Arc::new(move |arg| run(&inner, &*body, arg));
        Self::new(cache, body)
    }
}

/// A recursive closure: what it calls for inner results, and its argument.
type Recursive<A, R> = dyn Fn(&(dyn Fn(A) -> R + Send + Sync), A) -> R + Send + Sync;

/// Runs a recursive closure, whose inner calls go to the cache.
///
/// What it is given as itself lives on the stack: nothing that the cache or the closure owns leads
/// back to them, so there is no circle to leak.
fn run<A, R, P>(cache: &Cache<A, R, P>, body: &Recursive<A, R>, arg: A) -> R
where
    A: Argument,
    R: Clone + Send + Sync + 'static,
    P: Protection,
{
    let own = |arg: A| cache.get_or_call(&arg, || run(cache, body, arg.clone()));
    body(&own, arg)
}

/// A call asks the cache first.
impl<Args: Arguments<R>, R, P: Protection> Deref for Memoized<Args, R, P> {
    type Target = Args::Function;

    fn deref(&self) -> &Self::Target {
        &self.cached
    }
}

impl<Args: Arguments<R>, R, P: Protection> Clone for Memoized<Args, R, P> {
    fn clone(&self) -> Self {
        Self {
            cached: Arc::clone(&self.cached),
            body: Arc::clone(&self.body),
            cache: self.cache.clone(),
        }
    }
}

/// A panic leaves the cache usable; what else a `Sync` closure changes is behind locks and atomics.
impl<Args: Arguments<R>, R, P: Protection> UnwindSafe for Memoized<Args, R, P> {}
impl<Args: Arguments<R>, R, P: Protection> RefUnwindSafe for Memoized<Args, R, P> {}

impl<Args: Arguments<R>, R, P: Protection> fmt::Debug for Memoized<Args, R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memoized")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
