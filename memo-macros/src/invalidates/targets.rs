//! What stands in the parentheses of `#[invalidates(..)]`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprCall, Path, PathArguments, Token, parenthesized, token};

use crate::errors::Errors;

const EXPECTED: &str = "expected what becomes stale: an entry, `users::by_id(id)`; all of a function's, \
    `all(users::list)`; those whose key matches, `matching(users::by_name, \"a*\")`; or a group, \
    `tag = \"users\"`";

/// All that a function makes stale.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) list: Vec<Target>,
    pub(super) krate: Option<Path>,
}

pub(super) enum Target {
    /// `users::by_id(id)`
    Entry(Entry),
    /// `matching(users::by_name, "a*")`
    Matching(Path, Expr),
    /// One of `all(users::list, users::count)`.
    All(Path),
    /// `tag = "users"`
    Tag(Expr),
}

/// A memoized function with arguments.
pub(super) struct Entry {
    function: Path,
    pub(super) arguments: Vec<Expr>,
}

impl Entry {
    /// The function's handle, and the parameters of an instantiation, which go to what the handle has.
    pub(super) fn handle(&self) -> (Path, TokenStream) {
        let mut handle = self.function.clone();
        let mut generics = TokenStream::new();
        if let Some(last) = handle.segments.last_mut()
            && let PathArguments::AngleBracketed(given) = std::mem::take(&mut last.arguments)
        {
            let given = given.args;
            generics = quote!(::<#given>);
        }
        (handle, generics)
    }

    pub(super) fn span(&self) -> Span {
        let last = self.function.segments.last();
        last.map_or_else(Span::call_site, |last| last.ident.span())
    }
}

impl Targets {
    pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut targets = Self::default();
        if tokens.is_empty() {
            errors.push(Error::new(Span::call_site(), EXPECTED));
            return targets;
        }
        let list = |stream: ParseStream<'_>| {
            while !stream.is_empty() {
                if let Err(error) = targets.target(stream) {
                    errors.push(error);
                    skip_to_comma(stream);
                }
                if !stream.is_empty() && stream.parse::<Token![,]>().is_err() {
                    errors.push(stream.error("expected `,` between what becomes stale"));
                    skip_to_comma(stream);
                    let _ = stream.parse::<Token![,]>();
                }
            }
            Ok(())
        };
        // What a reported mistake left unread, syn reports once more, here.
        let unread = list.parse2(tokens).err();
        if errors.is_empty() {
            errors.extend(unread);
        }
        targets
    }

    fn target(&mut self, stream: ParseStream<'_>) -> syn::Result<()> {
        if stream.peek(Ident::peek_any) && stream.peek2(Token![=]) && !stream.peek2(Token![==]) {
            return self.named(stream);
        }
        if stream.peek(Ident::peek_any) && stream.peek2(token::Paren) {
            let name = stream.fork().call(Ident::parse_any)?;
            if name == "all" {
                return self.all(stream);
            }
            if name == "matching" {
                return self.matching(stream);
            }
        }
        let entry = entry(stream)?;
        self.list.push(Target::Entry(entry));
        Ok(())
    }

    /// `tag = "users"`
    fn named(&mut self, stream: ParseStream<'_>) -> syn::Result<()> {
        let name = stream.call(Ident::parse_any)?;
        stream.parse::<Token![=]>()?;
        if name == "tag" {
            self.list.push(Target::Tag(stream.parse()?));
        } else if name == "crate" {
            self.krate = Some(Path::parse_mod_style(stream)?);
        } else {
            let message = format!("unknown option `{name}`: `tag` is meant, or `crate`");
            return Err(Error::new(name.span(), message));
        }
        Ok(())
    }

    fn all(&mut self, stream: ParseStream<'_>) -> syn::Result<()> {
        let name = stream.parse::<Ident>()?;
        let paths;
        parenthesized!(paths in stream);
        let paths = Punctuated::<Path, Token![,]>::parse_terminated_with(&paths, |path| {
            Path::parse_mod_style(path).map_err(|error| {
                Error::new(
                    error.span(),
                    "expected memoized functions: `all(users::list)`",
                )
            })
        })?;
        if paths.is_empty() {
            let message = "expected memoized functions: `all(users::list)`";
            return Err(Error::new(name.span(), message));
        }
        self.list.extend(paths.into_iter().map(Target::All));
        Ok(())
    }

    fn matching(&mut self, stream: ParseStream<'_>) -> syn::Result<()> {
        stream.parse::<Ident>()?;
        let inner;
        parenthesized!(inner in stream);
        let message =
            "expected a memoized function and a pattern: `matching(users::by_name, \"a*\")`";
        let wrong = |error: Error| Error::new(error.span(), message);
        let function = Path::parse_mod_style(&inner).map_err(wrong)?;
        inner.parse::<Token![,]>().map_err(wrong)?;
        let pattern = inner.parse::<Expr>()?;
        inner.parse::<Option<Token![,]>>()?;
        if !inner.is_empty() {
            return Err(inner.error(message));
        }
        self.list.push(Target::Matching(function, pattern));
        Ok(())
    }
}

fn entry(stream: ParseStream<'_>) -> syn::Result<Entry> {
    let span = stream.span();
    match stream.parse::<Expr>() {
        Ok(Expr::Call(ExprCall { func, args, .. })) if matches!(*func, Expr::Path(_)) => {
            let Expr::Path(function) = *func else {
                unreachable!("just looked at")
            };
            Ok(Entry {
                function: function.path,
                arguments: args.into_iter().collect(),
            })
        }
        Ok(Expr::Path(path)) => {
            let name = path.to_token_stream().to_string().replace(' ', "");
            let message = format!(
                "which entries of `{name}`: `{name}(..)` with its arguments, or `all({name})`?"
            );
            Err(Error::new(path.span(), message))
        }
        Ok(other) => Err(Error::new(other.span(), EXPECTED)),
        Err(_) => Err(Error::new(span, EXPECTED)),
    }
}

fn skip_to_comma(stream: ParseStream<'_>) {
    while !stream.is_empty() && !stream.peek(Token![,]) {
        if stream.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
