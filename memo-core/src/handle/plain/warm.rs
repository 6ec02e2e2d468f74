//! Warming a plain function: its arguments come in owned form, so that other threads can have them.

use std::borrow::Borrow;

use super::arguments::{Argument, Arguments, ByRef, ByValue, arities};
use super::function::{Function, Types};
use super::{Handle, Hold, Plain, at};
use crate::call::Again;
use crate::protection::Protection;
use crate::site::Shared;
use crate::warm::{Warmed, processors, warm};

/// An argument with an owned form.
pub trait OwnedArgument: Argument {
    /// That form.
    type Owned: Send;
    /// The argument as the function takes it. What it refers to is put into `kept`.
    fn lend(owned: Self::Owned, kept: &mut Option<Self::Owned>) -> Self::Declared<'_>;
}

impl<T: Send + 'static> OwnedArgument for ByValue<T> {
    type Owned = T;

    fn lend(owned: T, _: &mut Option<T>) -> T {
        owned
    }
}

impl<T: ?Sized + ToOwned<Owned: Send> + 'static> OwnedArgument for ByRef<T> {
    type Owned = T::Owned;

    fn lend(owned: T::Owned, kept: &mut Option<T::Owned>) -> &T {
        (*kept.insert(owned)).borrow()
    }
}

/// All arguments in owned form: a tuple, or the argument if there is but one.
pub trait OwnedArguments<H: Hold, R>: Arguments + Sized {
    /// That form.
    type Owned: Send;
    /// Calls the function; whether its body had to run.
    fn compute(
        function: &'static Function<H, Self, R>,
        types: impl Types<H, Self, R>,
        owned: Self::Owned,
    ) -> bool;
}

macro_rules! arity {
    (@[$($A:ident $a:ident $K:ident),*] $Owned:ty, $owned:pat) => {
        #[allow(non_snake_case, clippy::unused_unit, reason = "what is kept is named as keys are; there may be no arguments")]
        impl<H: Hold, $($A: OwnedArgument,)* R: 'static> OwnedArguments<H, R> for ($($A,)*) {
            type Owned = $Owned;

            fn compute(
                function: &'static Function<H, Self, R>,
                types: impl Types<H, Self, R>,
                $owned: $Owned,
            ) -> bool {
                let mut kept = ($(None::<<$A as OwnedArgument>::Owned>,)*);
                let ($($K,)*) = &mut kept;
                $(let $a = $A::lend($a, $K);)*
                match at(function, types, ($($A::borrow(&$a),)*), Again::EVERYWHERE).or_lead() {
                    Ok(_) => false,
                    Err(lead) => {
                        lead.finish((function.uncached)($($a),*));
                        true
                    }
                }
            }
        }
    };
    // One argument is no tuple.
    ($A:ident $a:ident $K:ident) => {
        arity! { @[$A $a $K] <$A as OwnedArgument>::Owned, $a }
    };
    ($($A:ident $a:ident $K:ident),*) => {
        arity! { @[$($A $a $K),*] ($(<$A as OwnedArgument>::Owned,)*), ($($a,)*) }
    };
}

arities!(arity);

#[allow(clippy::must_use_candidate, reason = "called for the effect")]
impl<F, P, A, R> Handle<F, Shared<P>, A, R>
where
    F: Plain<Shared<P>, A, R>,
    P: Protection,
    A: OwnedArguments<Shared<P>, R>,
    R: 'static,
{
    /// Computes and stores the results for these arguments, on as many threads as there are
    /// processors. Several arguments are a tuple, those that are references in owned form. A panic
    /// in the function is counted; one in the iterator goes on to the caller.
    pub fn warm(arguments: impl IntoIterator<Item = A::Owned>) -> Warmed {
        Self::warm_with(arguments, |_| ())
    }

    /// The same; `progress` is told after each of the arguments, on the calling thread.
    pub fn warm_with(
        arguments: impl IntoIterator<Item = A::Owned>,
        progress: impl FnMut(Warmed),
    ) -> Warmed {
        Self::warm_on(processors(), arguments, progress)
    }

    /// The same on so many threads.
    pub fn warm_on(
        threads: usize,
        arguments: impl IntoIterator<Item = A::Owned>,
        progress: impl FnMut(Warmed),
    ) -> Warmed {
        let compute = |arguments| A::compute(F::function(), F::types(), arguments);
        warm(threads, arguments, compute, progress)
    }
}
