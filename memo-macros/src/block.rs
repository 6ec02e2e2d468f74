//! `#[memoize]` on an `impl` block: it makes the type known to the functions inside.
//!
//! Functions with a `#[memoize(..)]` of their own are expanded here, all others stay as they are.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, GenericParam, Generics, ImplItem, ItemImpl, Meta, Type, TypeParamBound,
    WherePredicate,
};

use crate::attrs::is_memoize;
use crate::errors::Errors;
use crate::expand::Expansion;
use crate::generics::{mentions, name, params};
use crate::item::{Item, find};
use crate::model::Model;
use crate::types::peel;
use crate::{attr, expand, fallback, hygiene, validate};

/// Types of the standard library that people implement traits for. Nobody else can give them
/// functions of their own.
const FOREIGN: &[&str] = &[
    "Arc", "BTreeMap", "BTreeSet", "Box", "Cow", "Duration", "HashMap", "HashSet", "Option",
    "Path", "PathBuf", "Pin", "Rc", "Result", "String", "Vec", "VecDeque",
];

/// An `impl` block.
pub(crate) struct Block {
    /// Everything but the items.
    header: ItemImpl,
    items: Group,
    params: Vec<GenericParam>,
}

/// One item of a block.
enum Part {
    /// A function with options of its own, of which the first attribute is removed.
    Memoized(Box<(Item, Attribute)>),
    Other(TokenStream),
}

impl Block {
    /// The block, if the item is one.
    pub(crate) fn parse(item: &TokenStream) -> Option<Self> {
        let mut trees: Vec<TokenTree> = item.clone().into_iter().collect();
        let Some(TokenTree::Group(items)) = trees.pop() else {
            return None;
        };
        if items.delimiter() != Delimiter::Brace {
            return None;
        }
        let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
        empty.set_span(items.span());
        trees.push(TokenTree::Group(empty));
        let header: ItemImpl = syn::parse2(trees.into_iter().collect()).ok()?;
        Some(Self {
            params: params(&header.generics),
            header,
            items,
        })
    }

    pub(crate) fn is_of_trait(&self) -> bool {
        self.header.trait_.is_some()
    }

    /// The type and constant parameters.
    pub(crate) fn params(&self) -> &[GenericParam] {
        &self.params
    }

    /// Whether the type can have functions beside those that are written here.
    pub(crate) fn takes_functions(&self) -> bool {
        if !self.is_of_trait() {
            return true;
        }
        let Type::Path(path) = peel(&self.header.self_ty) else {
            return false;
        };
        let last = path.path.segments.last();
        last.is_some_and(|last| {
            let is_foreign = FOREIGN.iter().any(|name| last.ident == name);
            let is_param = self.params.iter().any(|param| *name(param) == last.ident);
            !is_foreign && !is_param && !hygiene::is_primitive(&last.ident)
        })
    }

    /// The block with its memoized functions, and what belongs to them.
    pub(crate) fn expand(&self, options: &TokenStream) -> TokenStream {
        let mut errors = Errors::default();
        if let Some(first) = options.clone().into_iter().next() {
            errors.push(syn::Error::new(
                first.span(),
                "options go on the functions, each its own: `#[memoize] impl .. { \
                 #[memoize(maxsize = 100)] fn .. }`",
            ));
        }
        let Ok(parts) = parts.parse2(self.items.stream()) else {
            // The compiler reports it better.
            return self.with_items(&self.items.stream());
        };
        if !parts.iter().any(|part| matches!(part, Part::Memoized(_))) {
            errors.at(
                self.header.impl_token,
                "there is nothing to memoize in this block: put `#[memoize]` on its functions, too",
            );
        }
        let (mut written, mut items) = (TokenStream::new(), TokenStream::new());
        let mut beside = TokenStream::new();
        for part in parts {
            match part {
                Part::Other(tokens) => {
                    written.extend(tokens.clone());
                    items.extend(tokens);
                }
                Part::Memoized(function) => {
                    let (item, attr) = *function;
                    item.to_tokens(&mut written);
                    if let Some(expansion) = self.function(item, &attr, &mut errors) {
                        items.extend(expansion.function);
                        beside.extend(expansion.beside);
                    }
                }
            }
        }
        if !errors.is_empty() {
            return fallback::with_errors(&self.with_items(&written), errors);
        }
        if self.is_of_trait() {
            let block = self.with_items(&items);
            let own = self.inherent(&beside);
            quote!(#block #own)
        } else {
            self.with_items(&quote!(#items #beside))
        }
    }

    fn function(&self, item: Item, attr: &Attribute, errors: &mut Errors) -> Option<Expansion> {
        let options = match &attr.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(_) => {
                errors.at(
                    attr,
                    "options stand in parentheses: `#[memoize(maxsize = 100)]`",
                );
                return None;
            }
        };
        let mut own = Errors::default();
        let options = attr::parse(options, &mut own);
        let model = Model::new(options, item, Some(self), &mut own);
        validate::check(&model, &mut own);
        let expansion = own.is_empty().then(|| expand::expand(&model));
        errors.append(own);
        expansion
    }

    fn with_items(&self, items: &TokenStream) -> TokenStream {
        let mut braces = Group::new(Delimiter::Brace, items.clone());
        braces.set_span(self.items.span());
        self.header_with(&TokenTree::Group(braces))
    }

    fn header_with(&self, braces: &TokenTree) -> TokenStream {
        let header = self.header.to_token_stream();
        let mut trees: Vec<TokenTree> = header.into_iter().collect();
        trees.pop();
        trees.push(braces.clone());
        trees.into_iter().collect()
    }

    /// A block without the trait, for what is no part of it. Of the generics it has those that the
    /// type has.
    fn inherent(&self, items: &TokenStream) -> Option<TokenStream> {
        if items.is_empty() {
            return None;
        }
        let ty = &self.header.self_ty;
        let generics = used_generics(&self.header.generics, &ty.to_token_stream());
        let (declared, _, conditions) = generics.split_for_impl();
        let attrs = self.header.attrs.iter();
        let attrs = attrs.filter(|attr| {
            ["cfg", "allow"]
                .iter()
                .any(|name| attr.path().is_ident(name))
        });
        Some(quote!(#(#attrs)* impl #declared #ty #conditions { #items }))
    }
}

fn parts(input: ParseStream<'_>) -> syn::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        let Ok(mut item) = Item::parse_first(&ahead) else {
            parts.push(Part::Other(input.parse::<ImplItem>()?.into_token_stream()));
            continue;
        };
        syn::parse::discouraged::Speculative::advance_to(input, &ahead);
        parts.push(match item.attrs.iter().position(is_memoize) {
            Some(place) => {
                let attr = item.attrs.remove(place);
                Part::Memoized(Box::new((item, attr)))
            }
            None => Part::Other(item.into_token_stream()),
        });
    }
    Ok(parts)
}

/// The parameters that occur in `ty`, with the bounds that speak of no others.
fn used_generics(written: &Generics, ty: &TokenStream) -> Generics {
    let is_used = |param: &GenericParam| match param {
        GenericParam::Lifetime(param) => find(
            ty.clone(),
            &|tree| matches!(tree, TokenTree::Ident(ident) if *ident == param.lifetime.ident),
        )
        .is_some(),
        param => mentions(ty.clone(), name(param)),
    };
    let (used, unused): (Vec<_>, Vec<_>) = written.params.iter().cloned().partition(is_used);
    let speaks_of_used = |tokens: TokenStream| {
        !unused
            .iter()
            .any(|param| mentions(tokens.clone(), name(param)))
    };
    let mut generics = written.clone();
    generics.params = used.into_iter().collect();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            let bounds = std::mem::take(&mut param.bounds);
            let kept = |bound: &TypeParamBound| speaks_of_used(bound.to_token_stream());
            param.bounds = bounds.into_iter().filter(kept).collect();
        }
    }
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates);
        let kept = |predicate: &WherePredicate| {
            let tokens = predicate.to_token_stream();
            let of_self = mentions(tokens.clone(), &quote::format_ident!("Self"));
            speaks_of_used(tokens) && !of_self
        };
        clause.predicates = predicates.into_iter().filter(kept).collect();
    }
    generics
}
