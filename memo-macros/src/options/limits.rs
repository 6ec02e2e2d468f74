//! Values of the limits beside `maxsize`.

use std::time::Duration;

use syn::{Error, Expr, ExprLit, Lit, UnOp};

use super::value::{duration_literal, is_none};
use super::{Given, Input};
use crate::literal;

/// A number of bytes.
pub(crate) enum Bytes {
    Literal(u64),
    /// A constant `usize`.
    Constant(Expr),
}

/// A time span.
pub(crate) enum Span {
    Literal(Duration),
    /// A constant `Duration`.
    Constant(Expr),
}

impl Input<'_> {
    pub(crate) fn bytes(&self) -> syn::Result<Given<Bytes>> {
        const SIZE: &str = "is a size with a unit, or a number of bytes";
        let value = self.expr()?;
        let bytes = match &value {
            Expr::Lit(ExprLit { lit, .. }) => match lit {
                Lit::Str(text) => literal::bytes(&text.value())
                    .map(Bytes::Literal)
                    .map_err(|message| Error::new(text.span(), message))?,
                Lit::Int(number) if matches!(number.suffix(), "" | "usize") => {
                    Bytes::Literal(number.base10_parse()?)
                }
                Lit::Int(number) if literal::is_unit_of_memory(number.suffix()) => {
                    let message = format!(
                        "a size with a unit is a string: `{} = \"{number}\"`",
                        self.key
                    );
                    return Err(Error::new(number.span(), message));
                }
                _ => return Err(self.unfit(&value, SIZE)),
            },
            _ if !may_be_constant(&value) || is_none(&value) => {
                return Err(self.unfit(&value, SIZE));
            }
            _ => Bytes::Constant(value),
        };
        Ok(self.given(bytes))
    }

    /// A constant `usize`.
    pub(crate) fn count(&self) -> syn::Result<Given<Expr>> {
        let value = self.expr()?;
        let is_count = match &value {
            Expr::Lit(ExprLit { lit, .. }) => {
                matches!(lit, Lit::Int(number) if matches!(number.suffix(), "" | "usize"))
            }
            value => may_be_constant(value),
        };
        if is_count {
            Ok(self.given(value))
        } else {
            Err(self.unfit(&value, "is a count"))
        }
    }

    /// The name of a `static`; the compiler checks its type.
    pub(crate) fn budget(&self) -> syn::Result<Given<Expr>> {
        let value = self.expr()?;
        match &value {
            Expr::Path(_) => Ok(self.given(value)),
            _ => Err(self.unfit(&value, "is the name of a `static` with a `MemoryBudget`")),
        }
    }

    /// A constant `f64`; whole numbers need no point.
    pub(crate) fn weight(&self) -> syn::Result<Given<Expr>> {
        const NUMBER: &str = "is a number above 0";
        let value = self.expr()?;
        let weight = self.number(value, NUMBER, |weight| weight > 0.0 && weight.is_finite())?;
        Ok(self.given(weight))
    }

    pub(crate) fn span(&self) -> syn::Result<Given<Span>> {
        let value = self.expr()?;
        let span = match &value {
            Expr::Lit(ExprLit { lit, .. }) => match duration_literal(self.key, lit)? {
                Some(duration) => Span::Literal(duration),
                None => return Err(self.unfit(&value, "is a duration")),
            },
            _ if !may_be_constant(&value) => return Err(self.unfit(&value, "is a duration")),
            _ => Span::Constant(value),
        };
        Ok(self.given(span))
    }
}

pub(super) fn may_be_constant(value: &Expr) -> bool {
    match value {
        Expr::Closure(_) => false,
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Neg(_)),
        _ => true,
    }
}
