//! Options and signature together: all that the rules and the expansion see.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{Expr, Visibility};

use crate::attrs::Attributes;
use crate::block::Block;
use crate::bulk;
use crate::errors::Errors;
use crate::generics;
use crate::hygiene;
use crate::item::{Item, find_self};
use crate::options::{HandleName, KeyPart, Options, Scope};
use crate::signature::{Arg, Signature};

/// A function to memoize.
pub(crate) struct Model<'a> {
    pub(crate) options: Options,
    pub(crate) place: Place<'a>,
    pub(crate) attributes: Attributes,
    pub(crate) vis: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
    /// The argument with the keys of a bulk call.
    pub(crate) keys: Option<Ident>,
}

/// Where a function stands.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// Outside of every `impl`.
    Free,
    /// In an `impl` or a trait, of which only this function is known.
    Method,
    /// In an `impl` that is known.
    Block(&'a Block),
}

/// What of an argument is part of the key.
pub(crate) enum KeySource<'a> {
    /// Nothing: `skip(x)`.
    Skipped,
    /// What `key = ..` takes of it.
    Whole,
    /// An expression: `key(x = ..)`.
    Part(&'a Expr),
    /// All of it.
    Argument,
}

impl<'a> Model<'a> {
    /// Whether results are computed anew where no caller waits.
    pub(crate) fn is_renewed(&self) -> bool {
        self.options.renewing().next().is_some()
    }

    /// Whether calls wait no longer than some time.
    pub(crate) fn has_timeouts(&self) -> bool {
        self.options.timeouts().next().is_some()
    }

    /// What is wrong with the options in view of the signature goes to `errors`.
    pub(crate) fn new(
        options: Options,
        item: Item,
        block: Option<&'a Block>,
        errors: &mut Errors,
    ) -> Self {
        let uses_self = || find_self(item.sig.to_token_stream()).or(find_self(item.body.stream()));
        let place = match block {
            Some(block) => Place::Block(block),
            None if item.sig.receiver().is_some() || uses_self().is_some() => Place::Method,
            None => Place::Free,
        };
        let mut signature = Signature::new(item.sig);
        let runtime = hygiene::runtime(options.krate.as_ref().map(|krate| &krate.value));
        let keys = bulk::apply(&options, &mut signature, &runtime, errors);
        let mut model = Self {
            options,
            place,
            attributes: Attributes::new(&item.attrs),
            vis: item.vis,
            signature,
            body: item.body,
            keys,
        };
        let (mut skipped, mut used) = (TokenStream::new(), TokenStream::new());
        for arg in &model.signature.args {
            match model.key_source(arg) {
                KeySource::Skipped => arg.ty.to_tokens(&mut skipped),
                _ => arg.ty.to_tokens(&mut used),
            }
        }
        model.signature.returns.to_tokens(&mut used);
        model.signature.generics.leave_out(&skipped, &used);
        model
    }

    pub(crate) fn is_free(&self) -> bool {
        matches!(self.place, Place::Free)
    }

    pub(crate) fn key_source(&self, arg: &Arg) -> KeySource<'_> {
        let is_arg = |part: &&KeyPart| part.argument == arg.name;
        match self.options.key_parts.iter().find(is_arg) {
            _ if self.options.skip.contains(&arg.name) => KeySource::Skipped,
            // The cache is the object's own.
            None if arg.is_self() && self.options.field.is_some() => KeySource::Skipped,
            _ if self.options.key.is_some() => KeySource::Whole,
            Some(part) => KeySource::Part(&part.value),
            None => KeySource::Argument,
        }
    }

    /// The arguments that the by-reference forms have.
    pub(crate) fn looked_up(&self) -> impl Iterator<Item = &Arg> {
        let args = self.signature.args.iter();
        args.filter(|arg| !matches!(self.key_source(arg), KeySource::Skipped))
    }

    /// The name of the handle's type.
    pub(crate) fn handle(&self) -> Ident {
        let name = &self.signature.written.ident;
        match self.options.handle.as_ref().map(|handle| &handle.value) {
            None => name.clone(),
            Some(HandleName::Named(handle)) => handle.clone(),
            Some(HandleName::Absent) => {
                format_ident!("__memo_{}", name.unraw(), span = name.span())
            }
        }
    }

    /// The name of the function that users call: that of the item, not of an argument.
    pub(crate) fn visible(&self) -> Ident {
        let mut name = self.signature.written.ident.clone();
        name.set_span(name.span().resolved_at(Span::mixed_site()));
        name
    }

    /// The name of the function beside a method that gives its cache.
    pub(crate) fn method_handle(&self) -> Option<Ident> {
        let name = &self.signature.written.ident;
        match (
            self.options.handle.as_ref().map(|handle| &handle.value),
            self.place,
        ) {
            (Some(HandleName::Named(handle)), _) => Some(handle.clone()),
            (None, Place::Block(block)) if block.takes_functions() => {
                Some(format_ident!("{}_cache", name.unraw(), span = name.span()))
            }
            _ => None,
        }
    }

    /// Whether the handle is for the user, not for the expansion alone.
    pub(crate) fn has_handle(&self) -> bool {
        let handle = self.options.handle.as_ref().map(|handle| &handle.value);
        !matches!(handle, Some(HandleName::Absent))
    }

    /// The names of all known parameters that stand for types and constants.
    pub(crate) fn params(&self) -> Vec<Ident> {
        let own = generics::params(&self.signature.written.generics);
        let around = match self.place {
            Place::Block(block) => block.params(),
            Place::Free | Place::Method => &[],
        };
        own.iter()
            .chain(around)
            .map(|param| generics::name(param).clone())
            .collect()
    }

    pub(crate) fn is_unsafe(&self) -> bool {
        self.signature.written.unsafety.is_some()
    }

    pub(crate) fn scope(&self) -> Scope {
        self.options
            .scope
            .as_ref()
            .map_or(Scope::Global, |scope| scope.value)
    }

    /// The path to what the expansion calls.
    pub(crate) fn runtime(&self) -> TokenStream {
        hygiene::runtime(self.options.krate.as_ref().map(|krate| &krate.value))
    }
}
