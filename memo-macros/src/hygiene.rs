//! Names: the path to the runtime, names of our own that meet nobody's, and spans.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Path, Type};

use crate::types::peel;

/// A struct of such a name would change the meaning of the primitive type around it.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f16", "f32", "f64", "f128",
];

pub(crate) fn is_primitive(name: &Ident) -> bool {
    PRIMITIVES.contains(&name.unraw().to_string().as_str())
}

/// The path to what expansions call, in the crate that the user knows the facade by.
pub(crate) fn runtime(krate: Option<&Path>) -> TokenStream {
    let krate = krate.map_or_else(|| quote!(::memokit), ToTokens::to_token_stream);
    quote!(#krate::__private)
}

/// A local variable that no name of the user's can meet.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// `wanted`, or the first of `wanted_`, `wanted__`, .. that is not taken.
pub(crate) fn fresh(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    while is_taken(&name) {
        name.push('_');
    }
    name
}

/// The token of a type that tells most about it.
///
/// An error about a type has room for one token's span, since stable Rust cannot join spans.
pub(crate) fn telling_span(ty: &Type) -> Span {
    match peel(ty) {
        Type::Reference(reference) => telling_span(&reference.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or_else(|| ty.span(), |last| last.ident.span()),
        ty => ty.span(),
    }
}

/// The same tokens, all at one place: the compiler shows its errors about them there.
pub(crate) fn respan(tokens: impl ToTokens, span: Span) -> TokenStream {
    let respanned = tokens.into_token_stream().into_iter().map(|mut tree| {
        tree.set_span(span);
        tree
    });
    respanned.collect()
}
