//! A call for many keys: begin all of them, and compute those that are missing until none is.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::drive::{self, Entry};
use crate::bulk::own_arguments;
use crate::flavor::Flavor;
use crate::hygiene::{local, telling_span};
use crate::model::Model;

/// A call for the keys in the argument `keys`, each with an entry of its own, computed by `body`.
/// All of them are computed if it is `anew`.
pub(super) fn call(
    model: &Model<'_>,
    keys: &Ident,
    anew: bool,
    entry: &Entry<'_>,
    body: &TokenStream,
) -> TokenStream {
    let (bulk, batch, value, early) = (
        local("bulk"),
        local("batch"),
        local("value"),
        local("early"),
    );
    let (signature, runtime) = (&model.signature, model.runtime());
    let begin = (entry.ask)(quote!(#runtime::InBulk::new(&mut #bulk, #anew)));
    let own = own_arguments(signature);
    let element = signature.args.iter().find(|arg| arg.name == *keys);
    let each = match element {
        Some(element) if element.is_reference() => quote!(&#keys),
        _ => quote!(#keys),
    };
    // What the type of a key lacks is reported there.
    let span = element.map_or_else(|| keys.span(), |element| telling_span(&element.ty));
    // And what the result lacks, there.
    let (finish, output) = (
        Ident::new("finish", signature.returns_span),
        Ident::new("output", signature.returns_span),
    );
    let (next, run) = if signature.flavor == Flavor::Sync {
        (
            quote_spanned!(span=> #bulk.next(#keys)),
            quote!(#batch.run(|| #body)),
        )
    } else {
        (
            quote_spanned!(span=> #bulk.next_async(#keys).await),
            quote!(#batch.run_async(#body).await),
        )
    };
    drive::future(
        signature.flavor,
        quote! {
            let mut #bulk = #runtime::Bulk::with_capacity(#keys.len());
            for #each in #keys {
                #begin;
            }
            while let ::core::option::Option::Some(#batch) = #next {
                let #value = {
                    let #keys = #batch.keys();
                    #own
                    #run
                };
                if let ::core::result::Result::Err(#early) = #bulk.#finish(#batch, #value) {
                    return #early;
                }
            }
            #bulk.#output(#keys)
        },
    )
}
