//! A call of a function whose results are computed anew before they are missed.
//!
//! That runs elsewhere, so it needs arguments of its own: owned ones as they are, copies of what is
//! borrowed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::TypeReference;

use super::drive::{Entry, future};
use crate::flavor::Flavor;
use crate::hygiene::local;
use crate::model::Model;
use crate::types::as_reference;

/// A call of the body that runs elsewhere.
pub(super) struct Apart {
    /// Statements that make what it needs of the arguments, and leave these alone.
    pub(super) copies: TokenStream,
    pub(super) call: TokenStream,
}

impl Apart {
    /// By way of `owner`.
    pub(super) fn new(model: &Model<'_>, owner: &TokenStream) -> Self {
        let args = &model.signature.args;
        let copies = args.iter().filter(|arg| as_reference(&arg.ty).is_some());
        let copies = copies.map(|arg| {
            let name = &arg.name;
            quote!(let #name = ::std::borrow::ToOwned::to_owned(#name);)
        });
        let given = args.iter().map(|arg| {
            let name = &arg.name;
            if let Some(TypeReference { elem, .. }) = as_reference(&arg.ty) {
                quote!(<_ as ::core::borrow::Borrow<#elem>>::borrow(&#name))
            } else {
                quote!(#name)
            }
        });
        let turbofish = model.signature.generics.turbofish_of_body();
        Self {
            copies: quote!(#(#copies)*),
            call: quote!(#owner::uncached #turbofish (#(#given),*)),
        }
    }
}

/// A call which computes by `body`: a result, or a future for one.
pub(super) fn call(
    model: &Model<'_>,
    owner: &TokenStream,
    entry: &Entry<'_>,
    body: &TokenStream,
) -> TokenStream {
    let runtime = entry.runtime;
    let (begun, value, lead, due) = (local("begun"), local("value"), local("lead"), local("due"));
    let Apart {
        copies,
        call: again,
    } = Apart::new(model, owner);
    if model.signature.flavor == Flavor::Sync {
        let (look, hit) = (local("look"), (entry.ask)(quote!(#runtime::Hit::now())));
        let asked = (entry.ask)(quote!(#runtime::BeginOrRenew));
        return quote! {
            let #look = #hit;
            #look.or_else(move |_| {
                let #begun = #asked;
                match #begun {
                    ::core::result::Result::Ok(#value) => #value,
                    ::core::result::Result::Err(#runtime::ToDo::Compute(#lead)) => #lead.finish(#body),
                    ::core::result::Result::Err(#runtime::ToDo::Renew(#due)) => {
                        #copies
                        #due.renew(move || #again)
                    }
                }
            })
        };
    }
    let turn = local("turn");
    let asked = (entry.ask)(quote!(#runtime::BeginOrRenewAsync));
    // As in `drive::call`: no result and no borrowed argument is there at an `await`.
    let call = quote! {
        let #turn = {
            let #begun = #asked;
            match #begun {
                ::core::result::Result::Ok(#value) => return #value,
                ::core::result::Result::Err(#runtime::ToDo::Compute(#turn)) => #turn,
                ::core::result::Result::Err(#runtime::ToDo::Renew(#due)) => {
                    #copies
                    return #due.renew_by(async move { #again.await });
                }
            }
        };
        let #lead = match #turn.await {
            ::core::result::Result::Ok(#value) => return #value,
            ::core::result::Result::Err(#lead) => #lead,
        };
        #lead.run(#body).await
    };
    future(model.signature.flavor, call)
}
