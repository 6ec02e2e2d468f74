//! The grammar of the attribute: options with commas between them.
//!
//! A mistake costs its own option only: reading goes on at the next comma, so that one build shows
//! all of them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Lit, Token, token};

use crate::errors::Errors;
use crate::options::{Input, LATER, Options, TABLE, names};
use crate::suggest;

const EXPECTED: &str = "options are written `name = value`, for example `maxsize = 1000`";

/// Reads what stands in the parentheses of `#[memoize(..)]`.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let list = |stream: ParseStream<'_>| {
        let mut list = List {
            stream,
            given: Vec::new(),
            options: &mut options,
        };
        while !stream.is_empty() {
            list.option(errors);
            list.comma(errors);
        }
        Ok(())
    };
    // What a reported mistake left unread in a list, syn reports once more, here.
    let unread = list.parse2(tokens).err();
    if errors.is_empty() {
        errors.extend(unread);
    }
    options
}

struct List<'a> {
    stream: ParseStream<'a>,
    /// The options so far, and whether as a list: `key = ..` and `key(..)` are two things.
    given: Vec<(String, bool)>,
    options: &'a mut Options,
}

impl List<'_> {
    fn option(&mut self, errors: &mut Errors) {
        if let Err(error) = self.try_option() {
            errors.push(error);
            self.skip_to_comma();
        }
    }

    fn try_option(&mut self) -> syn::Result<()> {
        if self.stream.peek(Lit) {
            return Err(self.stream.error(EXPECTED));
        }
        let key = self
            .stream
            .call(Ident::parse_any)
            .map_err(|error| Error::new(error.span(), EXPECTED))?;
        let name = key.to_string();
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            return self.no_such_option(&key, &name);
        };
        let given = (name, self.stream.peek(token::Paren));
        if self.given.contains(&given) {
            return Err(Error::new(
                key.span(),
                format!("option `{key}` is given twice"),
            ));
        }
        self.given.push(given);
        let input = Input {
            key: &key,
            example: row.example,
            stream: self.stream,
        };
        (row.parse)(self.options, &input).inspect_err(|_| {
            self.options.key_is_unsure |= matches!(row.name, "key" | "skip" | "floats");
        })
    }

    fn no_such_option(&mut self, key: &Ident, name: &str) -> syn::Result<()> {
        let message = if LATER.contains(&name) {
            format!("`{name}` is not available yet: leave it out")
        } else {
            self.options.key_is_unsure = true;
            format!("unknown option `{name}`{}", suggest::option(name, &names()))
        };
        Err(Error::new(key.span(), message))
    }

    /// The comma after an option. Where only the comma is missing, reading goes on at once.
    fn comma(&self, errors: &mut Errors) {
        if self.stream.is_empty() || self.stream.parse::<Token![,]>().is_ok() {
            return;
        }
        errors.push(self.stream.error("expected `,` between options"));
        if !self.stream.peek(syn::Ident::peek_any) {
            self.skip_to_comma();
            let _ = self.stream.parse::<Token![,]>();
        }
    }

    /// Leaves out the rest of a faulty option: its value, which may contain commas, or what stands
    /// before the next comma.
    fn skip_to_comma(&self) {
        let ahead = self.stream.fork();
        if ahead.parse::<Token![=]>().is_ok() && ahead.parse::<Expr>().is_ok() && at_end(&ahead) {
            syn::parse::discouraged::Speculative::advance_to(self.stream, &ahead);
        }
        while !at_end(self.stream) && self.stream.parse::<TokenTree>().is_ok() {}
    }
}

fn at_end(stream: ParseStream<'_>) -> bool {
    stream.is_empty() || stream.peek(Token![,])
}
