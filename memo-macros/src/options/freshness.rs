//! Values of the options about how long results are good.

use std::time::Duration;

use proc_macro2::Literal;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprLit, Lit, UnOp};

use super::limits::{Span, may_be_constant};
use super::value::{Ttl, duration_literal};
use super::{Given, Input};

/// `jitter`.
pub(crate) enum Jitter {
    /// A part of the time to live: a constant `f64`.
    Part(Expr),
    Span(Duration),
}

impl Input<'_> {
    pub(crate) fn ttl(&self) -> syn::Result<Given<Ttl>> {
        let value = self.expr()?;
        let is_zero = match &value {
            Expr::Lit(ExprLit { lit, .. }) => {
                duration_literal(self.key, lit)?.is_some_and(|literal| literal.is_zero())
            }
            Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)),
            _ => false,
        };
        if is_zero {
            let message = "`ttl` must be more than zero; to store nothing use `maxsize = 0`";
            return Err(Error::new_spanned(&value, message));
        }
        self.life(value)
    }

    pub(crate) fn tti(&self) -> syn::Result<Given<Ttl>> {
        self.life(self.expr()?)
    }

    /// A duration, perhaps known only when the program runs.
    fn life(&self, value: Expr) -> syn::Result<Given<Ttl>> {
        let span = value.span();
        let life = match value {
            Expr::Lit(ExprLit { ref lit, .. }) => match duration_literal(self.key, lit)? {
                Some(duration) => Ttl::Literal(duration, span),
                None => return Err(self.unfit(&value, "is a duration")),
            },
            Expr::Closure(closure) if closure.inputs.is_empty() => Ttl::Closure(closure),
            Expr::Closure(closure) => {
                let key = self.key;
                let message =
                    format!("a computed `{key}` takes no arguments: `{key} = || settings().{key}`");
                return Err(Error::new_spanned(&closure.inputs, message));
            }
            value if !may_be_constant(&value) => return Err(self.unfit(&value, "is a duration")),
            value => Ttl::Expression(value),
        };
        Ok(self.given(life))
    }

    /// A part of something: a constant `f64` between 0 and 1.
    pub(crate) fn part(&self) -> syn::Result<Given<Expr>> {
        const PART: &str = "is a part of the time to live, between 0 and 1";
        let value = self.expr()?;
        let part = self.number(value, PART, |part| part > 0.0 && part < 1.0)?;
        Ok(self.given(part))
    }

    /// A multiple of something: a constant `f64` above 0.
    pub(crate) fn times(&self) -> syn::Result<Given<Expr>> {
        const TIMES: &str = "is how many times its cost before its end a result is computed anew, on average: a \
                             number above 0";
        let value = self.expr()?;
        let times = self.number(value, TIMES, |times| times > 0.0 && times.is_finite())?;
        Ok(self.given(times))
    }

    /// A pair of durations, the first of which is not the longer one.
    pub(crate) fn range(&self) -> syn::Result<Given<(Duration, Duration)>> {
        const RANGE: &str = "is the least and the most time to live, in that order";
        let value = self.expr()?;
        let Expr::Tuple(tuple) = &value else {
            return Err(self.unfit(&value, RANGE));
        };
        let mut limits = Vec::new();
        for limit in &tuple.elems {
            let Expr::Lit(ExprLit { lit, .. }) = limit else {
                return Err(self.unfit(limit, RANGE));
            };
            match duration_literal(self.key, lit)? {
                Some(limit) => limits.push(limit),
                None => return Err(self.unfit(limit, RANGE)),
            }
        }
        match limits[..] {
            [least, most] if least <= most && !least.is_zero() => Ok(self.given((least, most))),
            _ => Err(self.unfit(&value, RANGE)),
        }
    }

    /// A time to wait: more than none.
    pub(crate) fn timeout(&self) -> syn::Result<Given<Span>> {
        let given = self.span()?;
        match given.value {
            Span::Literal(span) if span.is_zero() => {
                let message = format!(
                    "`{}` is a time to wait, so it must be more than zero: write `{}`",
                    self.key, self.example
                );
                Err(Error::new(self.key.span(), message))
            }
            _ => Ok(given),
        }
    }

    pub(crate) fn jitter(&self) -> syn::Result<Given<Jitter>> {
        const JITTER: &str = "is a part of the time to live, or a duration";
        let value = self.expr()?;
        if let Expr::Lit(ExprLit {
            lit: lit @ Lit::Str(_),
            ..
        }) = &value
            && let Some(span) = duration_literal(self.key, lit)?
        {
            return Ok(self.given(Jitter::Span(span)));
        }
        let part = self.number(value, JITTER, |part| part >= 0.0 && part.is_finite())?;
        Ok(self.given(Jitter::Part(part)))
    }

    /// A constant `f64`; a whole number needs no point.
    pub(super) fn number(
        &self,
        value: Expr,
        what: &str,
        is_fit: fn(f64) -> bool,
    ) -> syn::Result<Expr> {
        let Expr::Lit(ExprLit { lit, .. }) = &value else {
            return if may_be_constant(&value) {
                Ok(value)
            } else {
                Err(self.unfit(&value, what))
            };
        };
        let (digits, suffix) = match lit {
            Lit::Int(number) => (number.base10_digits(), number.suffix()),
            Lit::Float(number) => (number.base10_digits(), number.suffix()),
            _ => return Err(self.unfit(&value, what)),
        };
        let number: f64 = digits.parse().unwrap_or(f64::NAN);
        if !is_fit(number) || !matches!(suffix, "" | "f64") {
            return Err(self.unfit(&value, what));
        }
        let mut literal = Literal::f64_suffixed(number);
        literal.set_span(lit.span());
        Ok(Expr::Verbatim(literal.into_token_stream()))
    }
}
