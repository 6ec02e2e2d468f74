//! Which [`Outcome`](super::Outcome) a return type has: method probes, in the way of [`crate::key`]'s.

macro_rules! probes {
    ($(#[$doc:meta])* $module:ident, [$($shared:tt)*], $missing:ident, $by_clone:ident) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "called by expansions only; the module tells how")]
        pub(crate) mod $module {
            use std::fmt;
            use std::marker::PhantomData;

            pub use crate::outcome::weak::$module::*;
            use crate::outcome::{
                BadOutcome, Never, OkOnly, SomeOnly, WithErr, Whole, $by_clone as ByClone,
            };
            pub use crate::outcome::missing::{
                $missing as MissingOutcome, MissingErr, MissingNone, MissingWhole,
            };

            macro_rules! probe {
                ($name:ident) => {
                    pub struct $name<R>(PhantomData<fn() -> R>);

                    impl<R> $name<R> {
                        pub const NEW: Self = Self(PhantomData);
                    }

                    impl<R> fmt::Debug for $name<R> {
                        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                            f.write_str(stringify!($name))
                        }
                    }
                };
            }
            // Asked as `(&&OutcomeProbe::<R>::NEW).__outcome()`, in this order: a `Result` whose
            // error can be handed over, any other `Result`, any value, an error message.
            probe!(OutcomeProbe);
            // `cache_err = true`
            probe!(ErrProbe);
            // `cache_none = false`
            probe!(NoneProbe);
            // `leak`: a `Result`, any value, an error message.
            probe!(LeakProbe);

            pub trait ResultOutcome {
                type T;
                type E;
                fn __outcome(&self) -> PhantomData<OkOnly<Self::T, Self::E, ByClone>>;
            }

            impl<T, E> ResultOutcome for &OutcomeProbe<Result<T, E>>
            where
                T: Clone + $($shared)* 'static,
                E: Clone + $($shared)* 'static,
            {
                type T = T;
                type E = E;

                #[inline]
                fn __outcome(&self) -> PhantomData<OkOnly<T, E, ByClone>> {
                    PhantomData
                }
            }

            pub trait OkOutcome {
                type T;
                type E;
                fn __outcome(&self) -> PhantomData<OkOnly<Self::T, Self::E, Never>>;
            }

            impl<T, E> OkOutcome for &&OutcomeProbe<Result<T, E>>
            where
                T: Clone + $($shared)* 'static,
                E: 'static,
            {
                type T = T;
                type E = E;

                #[inline]
                fn __outcome(&self) -> PhantomData<OkOnly<T, E, Never>> {
                    PhantomData
                }
            }

            impl<R: Clone + $($shared)* 'static> OutcomeProbe<R> {
                #[inline]
                pub fn __outcome(&self) -> PhantomData<Whole<R, ByClone>> {
                    PhantomData
                }
            }

            impl<R> MissingOutcome for OutcomeProbe<R> {
                type R = R;

                fn __outcome(&self) -> PhantomData<BadOutcome<R>> {
                    PhantomData
                }
            }

            impl<T, E> ErrProbe<Result<T, E>>
            where
                T: Clone + $($shared)* 'static,
                E: Clone + $($shared)* 'static,
            {
                #[inline]
                pub fn __outcome(&self) -> PhantomData<WithErr<T, E, ByClone>> {
                    PhantomData
                }
            }

            impl<T, E> MissingWhole for &LeakProbe<Result<T, E>> {
                type R = Result<T, E>;

                fn __outcome(&self) -> PhantomData<BadOutcome<Result<T, E>>> {
                    PhantomData
                }
            }

            impl<R: Clone + $($shared)* 'static> LeakProbe<R> {
                #[inline]
                pub fn __outcome(&self) -> PhantomData<Whole<R, ByClone>> {
                    PhantomData
                }
            }

            impl<R> MissingOutcome for LeakProbe<R> {
                type R = R;

                fn __outcome(&self) -> PhantomData<BadOutcome<R>> {
                    PhantomData
                }
            }

            impl<R> MissingErr for ErrProbe<R> {
                type R = R;

                fn __outcome(&self) -> PhantomData<BadOutcome<R>> {
                    PhantomData
                }
            }

            impl<T: Clone + $($shared)* 'static> NoneProbe<Option<T>> {
                #[inline]
                pub fn __outcome(&self) -> PhantomData<SomeOnly<T, ByClone>> {
                    PhantomData
                }
            }

            impl<R> MissingNone for NoneProbe<R> {
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
    global, [Send + Sync +], SharedMissingOutcome, ByClone
}
probes! {
    /// For caches of one thread, where nobody ever waits.
    local, [], LocalMissingOutcome, Never
}
