//! Results that are held weakly: the cache keeps none of them from being dropped.
//!
//! Of an `Arc<T>`, also inside an `Option` or a `Result`, a `Weak<T>` is stored. A value that nobody
//! else holds any more is gone, and its entry as good as expired.

use std::fmt;
use std::marker::PhantomData;
use std::rc::{self, Rc};
use std::sync::{self, Arc};

use super::{BadOutcome, HandOver, Outcome};
use crate::accounting::{Heap, SizeSource};
use crate::singleflight::Handed;

/// A pointer that counts who holds what it points to.
pub trait Counted: Clone + 'static {
    /// One that does not count.
    type Weak: Clone + 'static;
    /// The same without counting.
    fn downgrade(&self) -> Self::Weak;
    /// The same, counted, if it is still there.
    fn upgrade(weak: &Self::Weak) -> Option<Self>;
    /// Whether it is not, which stays so: nobody is left who could clone it.
    fn is_gone(weak: &Self::Weak) -> bool;
}

impl<T: ?Sized + 'static> Counted for Arc<T> {
    type Weak = sync::Weak<T>;

    fn downgrade(&self) -> sync::Weak<T> {
        Arc::downgrade(self)
    }

    fn upgrade(weak: &sync::Weak<T>) -> Option<Self> {
        weak.upgrade()
    }

    fn is_gone(weak: &sync::Weak<T>) -> bool {
        weak.strong_count() == 0
    }
}

impl<T: ?Sized + 'static> Counted for Rc<T> {
    type Weak = rc::Weak<T>;

    fn downgrade(&self) -> rc::Weak<T> {
        Rc::downgrade(self)
    }

    fn upgrade(weak: &rc::Weak<T>) -> Option<Self> {
        weak.upgrade()
    }

    fn is_gone(weak: &rc::Weak<T>) -> bool {
        weak.strong_count() == 0
    }
}

/// What a weak pointer has on the heap belongs to those who hold it.
fn nothing() -> Heap {
    Heap::new(0, SizeSource::Known)
}

/// An `Arc<T>`.
pub struct Pointer<P, H>(PhantomData<fn() -> (P, H)>);

impl<P: Counted, H: HandOver<P> + 'static> Outcome for Pointer<P, H> {
    type Ret = P;
    type Stored = P::Weak;
    const IS_WEAK: bool = true;

    fn is_failure(_: &P) -> bool {
        false
    }

    fn keep(ret: &P) -> Option<P::Weak> {
        Some(ret.downgrade())
    }

    fn give(stored: P::Weak) -> Option<P> {
        P::upgrade(&stored)
    }

    fn is_gone(stored: &P::Weak) -> bool {
        P::is_gone(stored)
    }

    fn heap(_: &P::Weak) -> Heap {
        nothing()
    }

    fn hand(ret: &P) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<P> {
        H::receive(handed)
    }
}

/// An `Option<Arc<T>>`; `None` is a value like any other, and never gone.
pub struct OptionOf<P, H>(PhantomData<fn() -> (P, H)>);

impl<P: Counted, H: HandOver<Option<P>> + 'static> Outcome for OptionOf<P, H> {
    type Ret = Option<P>;
    type Stored = Option<P::Weak>;
    const IS_WEAK: bool = true;

    fn is_failure(_: &Option<P>) -> bool {
        false
    }

    fn keep(ret: &Option<P>) -> Option<Option<P::Weak>> {
        Some(ret.as_ref().map(P::downgrade))
    }

    fn give(stored: Option<P::Weak>) -> Option<Option<P>> {
        match stored {
            Some(weak) => P::upgrade(&weak).map(Some),
            None => Some(None),
        }
    }

    fn is_gone(stored: &Option<P::Weak>) -> bool {
        stored.as_ref().is_some_and(P::is_gone)
    }

    fn heap(_: &Option<P::Weak>) -> Heap {
        nothing()
    }

    fn hand(ret: &Option<P>) -> Option<Handed> {
        H::hand(ret)
    }

    fn receive(handed: &Handed) -> Option<Option<P>> {
        H::receive(handed)
    }
}

/// A `Result<Arc<T>, E>`, of which errors are not stored. `H` hands over what is, `I` the rest.
pub struct OkOf<P, E, H, I>(PhantomData<fn() -> (P, E)>, PhantomData<fn() -> (H, I)>);

impl<P, E, H, I> Outcome for OkOf<P, E, H, I>
where
    P: Counted,
    E: 'static,
    H: HandOver<P> + 'static,
    I: HandOver<Result<P, E>> + 'static,
{
    type Ret = Result<P, E>;
    type Stored = P::Weak;
    const IS_WEAK: bool = true;

    fn is_failure(ret: &Result<P, E>) -> bool {
        ret.is_err()
    }

    fn keep(ret: &Result<P, E>) -> Option<P::Weak> {
        ret.as_ref().ok().map(P::downgrade)
    }

    fn give(stored: P::Weak) -> Option<Result<P, E>> {
        P::upgrade(&stored).map(Ok)
    }

    fn is_gone(stored: &P::Weak) -> bool {
        P::is_gone(stored)
    }

    fn heap(_: &P::Weak) -> Heap {
        nothing()
    }

    fn hand(ret: &Result<P, E>) -> Option<Handed> {
        match ret {
            Ok(value) => H::hand(value),
            Err(_) => I::hand(ret),
        }
    }

    fn receive(handed: &Handed) -> Option<Result<P, E>> {
        match H::receive(handed) {
            Some(value) => Some(Ok(value)),
            None => I::receive(handed),
        }
    }
}

macro_rules! debug_by_name {
    ($($name:ident<$($param:ident),+>;)*) => {$(
        impl<$($param),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
debug_by_name! {
    Pointer<P, H>;
    OptionOf<P, H>;
    OkOf<P, E, H, I>;
}

/// Asked for by `weak` where nothing counts who holds the result.
#[diagnostic::on_unimplemented(
    message = "`weak` needs a function that returns an `Arc`, this one returns `{Self}`",
    label = "not an `Arc` of something that is `Send + Sync + 'static`",
    note = "return `Arc<T>`, `Option<Arc<T>>` or `Result<Arc<T>, E>`, or remove `weak`",
    note = "a cache for each thread also holds an `Rc` weakly: `scope = thread`"
)]
pub trait SharedWeakly {}

/// The same for caches of one thread.
#[diagnostic::on_unimplemented(
    message = "`weak` needs a function that returns an `Arc` or an `Rc`, this one returns `{Self}`",
    label = "neither an `Arc` nor an `Rc`",
    note = "return `Rc<T>`, `Option<Rc<T>>` or `Result<Rc<T>, E>`, or remove `weak`"
)]
pub trait LocalWeakly {}

/// What a result that cannot be held weakly resolves to.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module above tells how"
)]
pub trait SharedMissingWeak {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: SharedWeakly;
}

/// The same for caches of one thread.
#[allow(
    missing_docs,
    reason = "called by expansions only; the module above tells how"
)]
pub trait LocalMissingWeak {
    type R;
    fn __outcome(&self) -> PhantomData<BadOutcome<Self::R>>
    where
        Self::R: LocalWeakly;
}

macro_rules! probes {
    ($(#[$doc:meta])* $module:ident, [$($shared:tt)*], $missing:ident, $by_clone:ident) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "called by expansions only; the module above tells how")]
        pub(crate) mod $module {
            use std::fmt;
            use std::marker::PhantomData;

            pub use super::$missing as MissingWeak;
            use super::super::{BadOutcome, Never, $by_clone as ByClone};
            use super::{Counted, OkOf, OptionOf, Pointer};

            /// `weak`. Asked as `(&&WeakProbe::<R>::NEW).__outcome()`, in this order: a `Result` whose
            /// error can be handed over; any other `Result`, an `Option`, or a pointer; an error
            /// message.
            pub struct WeakProbe<R>(PhantomData<fn() -> R>);

            impl<R> WeakProbe<R> {
                pub const NEW: Self = Self(PhantomData);
            }

            impl<R> fmt::Debug for WeakProbe<R> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("WeakProbe")
                }
            }

            pub trait WeakResult {
                type P;
                type E;
                fn __outcome(&self) -> PhantomData<OkOf<Self::P, Self::E, ByClone, ByClone>>;
            }

            impl<P, E> WeakResult for &WeakProbe<Result<P, E>>
            where
                P: Counted + $($shared)* 'static,
                E: Clone + $($shared)* 'static,
            {
                type P = P;
                type E = E;

                fn __outcome(&self) -> PhantomData<OkOf<P, E, ByClone, ByClone>> {
                    PhantomData
                }
            }

            impl<P: Counted + $($shared)* 'static, E: 'static> WeakProbe<Result<P, E>> {
                pub fn __outcome(&self) -> PhantomData<OkOf<P, E, ByClone, Never>> {
                    PhantomData
                }
            }

            impl<P: Counted + $($shared)* 'static> WeakProbe<Option<P>> {
                pub fn __outcome(&self) -> PhantomData<OptionOf<P, ByClone>> {
                    PhantomData
                }
            }

            impl<P: Counted + $($shared)* 'static> WeakProbe<P> {
                pub fn __outcome(&self) -> PhantomData<Pointer<P, ByClone>> {
                    PhantomData
                }
            }

            impl<R> MissingWeak for WeakProbe<R> {
                type R = R;

                fn __outcome(&self) -> PhantomData<BadOutcome<R>> {
                    PhantomData
                }
            }
        }
    };
}

probes! {
    /// For caches that all threads share.
    global, [Send + Sync +], SharedMissingWeak, ByClone
}
probes! {
    /// For caches of one thread, where nobody ever waits.
    local, [], LocalMissingWeak, Never
}
