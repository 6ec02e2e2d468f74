//! Closures of zero to six arguments: what they have in common, for each number of them.

use std::hash::Hash;
use std::sync::Arc;

use crate::cache::Cache;
use crate::protection::Protection;

mod sealed {
    /// Any arguments, fit for a key or not: which closure fits is decided first, so that a complaint
    /// about an argument names the argument.
    pub trait Signature<R> {
        /// The closure without its own type: `dyn Fn(A, ..) -> R + Send + Sync`.
        type Function: ?Sized + Send + Sync;
    }
}
use sealed::Signature;

/// What can be an argument of a memoized closure: `Hash + Eq + Clone + Send + Sync + 'static`.
///
/// Every such type is one. A `&str` is one only if it is `'static`; otherwise let the closure take
/// a `String` or an `Arc<str>`, which clones without copying the text. Floating-point numbers have no
/// `Eq` and `Hash`, but their bits do: let the closure take `x.to_bits()`.
///
/// # Examples
/// ```
/// fn is_argument<A: memokit::Argument>(_: A) {}
/// is_argument(7);
/// is_argument("memo");
/// is_argument(vec![1, 2, 3]);
///
/// let root = memokit::memoize_fn(|bits: u64| f64::from_bits(bits).sqrt());
/// assert_eq!(root(2.25_f64.to_bits()), 1.5);
/// ```
pub trait Argument: Hash + Eq + Clone + Send + Sync + 'static {}

impl<A: Hash + Eq + Clone + Send + Sync + 'static> Argument for A {}

/// The arguments of a memoized closure that returns `R`, as a tuple: `(A,)`, `(A, B)` and so on.
///
/// Implemented for tuples of zero to six [`Argument`]s, and only for those.
///
/// # Examples
/// ```
/// use memokit::{Arguments, Cache};
///
/// // One argument is its own key, several are a tuple.
/// type Key<Args> = <Args as Arguments<bool>>::Key;
/// let _: Cache<Key<(u64,)>, bool> = Cache::<u64, bool>::builder().build();
/// let _: Cache<Key<(u64, char)>, bool> = Cache::<(u64, char), bool>::builder().build();
/// ```
pub trait Arguments<R>: Signature<R> + 'static {
    /// The key in the cache: `()`, the argument, or the tuple of several arguments.
    type Key: Argument;

    /// A function that asks `cache` first and runs `body` on a miss.
    #[doc(hidden)]
    fn through<P: Protection>(
        cache: Cache<Self::Key, R, P>,
        body: Arc<Self::Function>,
    ) -> Arc<Self::Function>;
}

/// Functions and closures that can be memoized: `Fn + Send + Sync + 'static`, of up to six
/// [`Argument`]s, with a result that is `Clone + Send + Sync + 'static`.
///
/// # Examples
/// A function of one's own that memoizes what it is given:
/// ```
/// use memokit::{Arguments, Memoizable, Memoized, memoize_fn};
///
/// fn twice<F, Args, R>(f: F) -> (Memoized<Args, R>, Memoized<Args, R>)
/// where
///     F: Memoizable<Args, R> + Clone,
///     Args: Arguments<R>,
/// {
///     (memoize_fn(f.clone()), memoize_fn(f))
/// }
///
/// let (one, other) = twice(|n: u64| n * n);
/// assert_eq!(one(3), other(3));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be memoized",
    label = "not a closure that can be memoized",
    note = "a closure to memoize is `Fn + Send + Sync + 'static` and takes up to six arguments that \
            are `Hash + Eq + Clone + Send + Sync + 'static`",
    note = "write the types of its parameters, `|n: u64| ..`, and `move` if it borrows"
)]
pub trait Memoizable<Args: Signature<R>, R>: Send + Sync + 'static {
    /// The closure without its own type.
    #[doc(hidden)]
    fn into_function(self) -> Arc<Args::Function>;
}

macro_rules! arities {
    ($(($($A:ident $a:ident),*))*) => {$(
        impl<R, $($A),*> Signature<R> for ($($A,)*) {
            type Function = dyn Fn($($A),*) -> R + Send + Sync;
        }

        #[allow(unused_parens, reason = "a key of one argument is no tuple, without a case of its own")]
        impl<R, $($A: Argument),*> Arguments<R> for ($($A,)*)
        where
            R: Clone + Send + Sync + 'static,
        {
            type Key = ($($A),*);

            fn through<P: Protection>(
                cache: Cache<Self::Key, R, P>,
                body: Arc<Self::Function>,
            ) -> Arc<Self::Function> {
                Arc::new(move |$($a: $A),*| {
                    let key = ($($a),*);
                    cache.get_or_call(&key, || {
                        let ($($a),*) = key.clone();
                        body($($a),*)
                    })
                })
            }
        }

        impl<F, R, $($A),*> Memoizable<($($A,)*), R> for F
        where
            F: Fn($($A),*) -> R + Send + Sync + 'static,
        {
            fn into_function(self) -> Arc<dyn Fn($($A),*) -> R + Send + Sync> {
                Arc::new(self)
            }
        }
    )*};
}

arities! {
    ()
    (A a)
    (A a, B b)
    (A a, B b, C c)
    (A a, B b, C c, D d)
    (A a, B b, C c, D d, E e)
    (A a, B b, C c, D d, E e, G g)
}
