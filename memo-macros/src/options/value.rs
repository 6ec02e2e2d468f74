//! What an option's value may be, and how it is read.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprClosure, ExprLit, Lit, LitInt, LitStr, Path, Token, UnOp, token};

use super::Given;
use crate::{item, literal};

/// `maxsize`.
pub(crate) enum Maxsize {
    Unbounded,
    /// A `usize`, as the compiler will check.
    Bound(Expr),
}

/// `ttl`, `tti`.
pub(crate) enum Ttl {
    Literal(Duration, Span),
    /// A `Duration`, asked for when the program runs.
    Expression(Expr),
    /// The same, as a closure.
    Closure(ExprClosure),
}

/// `scope`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Global,
    Thread,
}

/// `handle`.
pub(crate) enum HandleName {
    Absent,
    Named(Ident),
}

/// `x = expr` in `key(..)`.
pub(crate) struct KeyPart {
    pub(crate) argument: Ident,
    pub(crate) value: Expr,
}

impl Parse for KeyPart {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let argument = input.call(Ident::parse_any)?;
        if !input.peek(Token![=]) {
            let message = format!(
                "`key(..)` says what counts of an argument: `key({argument} = {argument}.id)`"
            );
            return Err(Error::new(argument.span(), message));
        }
        input.parse::<Token![=]>()?;
        Ok(Self {
            argument,
            value: input.parse().map(item::plain_value)?,
        })
    }
}

/// What follows the name of an option.
pub(crate) struct Input<'a> {
    pub(crate) key: &'a Ident,
    pub(crate) example: &'static str,
    pub(crate) stream: ParseStream<'a>,
}

impl Input<'_> {
    pub(crate) fn given<T>(&self, value: T) -> Given<T> {
        Given {
            key: self.key.clone(),
            value,
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        self.stream.peek(token::Paren)
    }

    /// `= expression`.
    pub(crate) fn expr(&self) -> syn::Result<Expr> {
        self.equals()?;
        let value = self.stream.parse().map(item::plain_value);
        value.map_err(|error| {
            if self.stream.is_empty() {
                // The end has no place of its own.
                return self.misused("has half a value");
            }
            error
        })
    }

    /// `(a, b)`, not empty.
    pub(crate) fn list<T: Parse>(&self) -> syn::Result<Vec<T>> {
        self.list_of(T::parse)
    }

    /// `(a, b)`, names of arguments, of which `self` may be one.
    pub(crate) fn names(&self) -> syn::Result<Vec<Ident>> {
        self.list_of(Ident::parse_any)
    }

    fn list_of<T>(&self, item: fn(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<Vec<T>> {
        if !self.is_list() {
            return Err(self.misused("is a list"));
        }
        let content;
        syn::parenthesized!(content in self.stream);
        if content.is_empty() {
            return Err(self.misused("is empty"));
        }
        let items = Punctuated::<T, Token![,]>::parse_terminated_with(&content, item)?;
        Ok(items.into_iter().collect())
    }

    /// The same as [`Self::boolean`], but the name alone is `true`: for options that are `false` otherwise.
    pub(crate) fn switch(&self) -> syn::Result<Given<bool>> {
        if self.stream.peek(Token![=]) || self.is_list() {
            return self.boolean();
        }
        Ok(self.given(true))
    }

    pub(crate) fn boolean(&self) -> syn::Result<Given<bool>> {
        let value = self.expr()?;
        match bool_literal(&value) {
            Some(value) => Ok(self.given(value)),
            None => Err(self.unfit(&value, "is `true` or `false`")),
        }
    }

    /// Nothing: the name says it all.
    pub(crate) fn flag(&self) -> syn::Result<Given<()>> {
        if self.stream.peek(Token![=]) || self.is_list() {
            return Err(self.misused("takes no value"));
        }
        Ok(self.given(()))
    }

    pub(crate) fn maxsize(&self) -> syn::Result<Given<Maxsize>> {
        const COUNT: &str = "is a count of results, or `None` for no bound";
        let value = self.expr()?;
        let is_count = match &value {
            Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            }) => {
                matches!(number.suffix(), "" | "usize")
            }
            Expr::Lit(_) | Expr::Closure(_) => false,
            Expr::Call(call) => !is_path(&call.func, "Some"),
            Expr::Unary(unary) => !matches!(unary.op, UnOp::Neg(_)),
            _ => true,
        };
        if !is_count {
            return Err(self.unfit(&value, COUNT));
        }
        Ok(self.given(if is_none(&value) {
            Maxsize::Unbounded
        } else {
            Maxsize::Bound(value)
        }))
    }

    /// A function of the result, by name or as a closure.
    pub(crate) fn predicate(&self) -> syn::Result<Given<Expr>> {
        let value = self.expr()?;
        match &value {
            Expr::Path(_) => Ok(self.given(value)),
            Expr::Closure(closure) if closure.inputs.len() == 1 => Ok(self.given(value)),
            _ => Err(self.unfit(
                &value,
                "is a closure with the result as its argument, or the name of a function",
            )),
        }
    }

    /// A string that is not empty.
    pub(crate) fn text(&self) -> syn::Result<Given<LitStr>> {
        let value = self.expr()?;
        match text_literal(&value) {
            Some(text) if !text.value().trim().is_empty() => Ok(self.given(text.clone())),
            _ => Err(self.unfit(&value, "is a string literal that is not empty")),
        }
    }

    /// A number or a text: constants have no value yet when code is told apart.
    pub(crate) fn version(&self) -> syn::Result<Given<Lit>> {
        let value = self.expr()?;
        match item::plain_value(value.clone()) {
            Expr::Lit(ExprLit {
                lit: lit @ (Lit::Int(_) | Lit::Str(_)),
                ..
            }) => Ok(self.given(lit)),
            _ => Err(self.unfit(&value, "is a number or a text, as a literal")),
        }
    }

    pub(crate) fn tags(&self) -> syn::Result<Given<Vec<LitStr>>> {
        let tags = self.list::<Expr>()?;
        let tags: Vec<Expr> = tags.into_iter().map(item::plain_value).collect();
        let texts = tags.iter().map(|tag| match text_literal(tag) {
            Some(text) if !text.value().trim().is_empty() => Ok(text.clone()),
            _ => Err(self.unfit(tag, "are string literals that are not empty")),
        });
        Ok(self.given(texts.collect::<syn::Result<_>>()?))
    }

    pub(crate) fn scope(&self) -> syn::Result<Given<Scope>> {
        let value = self.expr()?;
        match () {
            () if is_path(&value, "global") => Ok(self.given(Scope::Global)),
            () if is_path(&value, "thread") => Ok(self.given(Scope::Thread)),
            () => Err(self.unfit(&value, "is `global` or `thread`")),
        }
    }

    pub(crate) fn handle(&self) -> syn::Result<Given<HandleName>> {
        let value = self.expr()?;
        let name = match &value {
            Expr::Path(path) => path.path.get_ident().cloned().map(HandleName::Named),
            value if bool_literal(value) == Some(false) => Some(HandleName::Absent),
            _ => None,
        };
        match name {
            Some(name) => Ok(self.given(name)),
            None => Err(self.unfit(&value, "is a name for the handle, or `false` for none")),
        }
    }

    /// The name of an argument, or nothing.
    pub(crate) fn argument(&self) -> syn::Result<Given<Option<Ident>>> {
        if !self.stream.peek(Token![=]) {
            return Ok(self.given(None));
        }
        let value = self.expr()?;
        match &value {
            Expr::Path(path) if path.path.get_ident().is_some() => {
                Ok(self.given(path.path.get_ident().cloned()))
            }
            _ => Err(self.unfit(&value, "takes the name of an argument, or nothing")),
        }
    }

    /// The name of a field of `self`, or a way to it: `inner.memo`.
    pub(crate) fn field(&self) -> syn::Result<Given<Expr>> {
        let value = self.expr()?;
        if is_field(&value) {
            Ok(self.given(value))
        } else {
            Err(self.unfit(&value, "is the name of a field of `self`"))
        }
    }

    pub(crate) fn path(&self) -> syn::Result<Given<Path>> {
        self.equals()?;
        let span = self.stream.span();
        let path = self.stream.call(Path::parse_mod_style);
        path.map(|path| self.given(path)).map_err(|_| {
            let message = format!("`{}` is a path: write `{}`", self.key, self.example);
            Error::new(span, message)
        })
    }

    pub(crate) fn floats(&self) -> syn::Result<Given<()>> {
        let value = self.expr()?;
        match text_literal(&value) {
            Some(text) if text.value() == "bits" => Ok(self.given(())),
            _ => Err(self.unfit(&value, "can be compared by their bits only")),
        }
    }

    fn equals(&self) -> syn::Result<()> {
        let is_given = self.stream.peek(Token![=]) && {
            self.stream.parse::<Token![=]>()?;
            !self.stream.is_empty() && !self.stream.peek(Token![,])
        };
        if is_given {
            Ok(())
        } else {
            Err(self.misused("needs a value"))
        }
    }

    fn misused(&self, how: &str) -> Error {
        let message = format!("`{}` {how}: write `{}`", self.key, self.example);
        Error::new(self.key.span(), message)
    }

    pub(super) fn unfit(&self, value: &Expr, what: &str) -> Error {
        let message = format!("`{}` {what}: write `{}`", self.key, self.example);
        Error::new_spanned(value, message)
    }
}

fn is_field(value: &Expr) -> bool {
    match value {
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| name != "self"),
        Expr::Field(field) => is_field(&field.base),
        // A tuple's.
        Expr::Lit(ExprLit {
            lit: Lit::Int(_), ..
        }) => true,
        _ => false,
    }
}

pub(super) fn text_literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

pub(super) fn bool_literal(value: &Expr) -> Option<bool> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(literal),
            ..
        }) => Some(literal.value),
        _ => None,
    }
}

fn is_path(value: &Expr, name: &str) -> bool {
    matches!(value, Expr::Path(path) if path.path.is_ident(name))
}

/// `None`, with or without a path before it.
pub(super) fn is_none(value: &Expr) -> bool {
    let Expr::Path(path) = value else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == "None")
}

/// A duration from a string, or from a number of seconds.
pub(super) fn duration_literal(key: &Ident, literal: &Lit) -> syn::Result<Option<Duration>> {
    let at = |message: String| Error::new(literal.span(), message);
    match literal {
        Lit::Str(text) => literal::duration(&text.value()).map(Some).map_err(at),
        Lit::Int(number) if literal::is_unit(number.suffix()) => Err(at(unquoted(key, literal))),
        Lit::Float(number) if literal::is_unit(number.suffix()) => Err(at(unquoted(key, literal))),
        Lit::Int(number) => seconds(number).map(Some),
        Lit::Float(number) => Duration::try_from_secs_f64(number.base10_parse()?)
            .map(Some)
            .map_err(|error| at(format!("`{key}`: {error}"))),
        _ => Ok(None),
    }
}

fn seconds(number: &LitInt) -> syn::Result<Duration> {
    number.base10_parse().map(Duration::from_secs)
}

fn unquoted(key: &Ident, literal: &Lit) -> String {
    let literal = quote::ToTokens::to_token_stream(literal);
    format!("a duration with a unit is a string: `{key} = \"{literal}\"`")
}
