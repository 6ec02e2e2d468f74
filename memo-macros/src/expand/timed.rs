//! A call of an async function that waits no longer than that says.
//!
//! Its computation may go on without it, elsewhere, so that has arguments of its own, as in [`renew`](super::renew).

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::drive::{Entry, future};
use super::renew::Apart;
use crate::hygiene::{local, respan};
use crate::model::Model;

/// A call, which computes by way of `owner`: a future for a result.
pub(super) fn call(model: &Model<'_>, owner: &TokenStream, entry: &Entry<'_>) -> TokenStream {
    let runtime = entry.runtime;
    let (begun, value, lead, turn) = (local("begun"), local("value"), local("lead"), local("turn"));
    let Apart { copies, call: body } = Apart::new(model, owner);
    let fail = fail(model, runtime);
    let (asked, otherwise) = if model.is_renewed() {
        let due = local("due");
        let asked = (entry.ask)(quote!(#runtime::BeginOrRenewTimed));
        let otherwise = quote! {
            ::core::result::Result::Err(#runtime::ToDo::Compute(#turn)) => #turn,
            ::core::result::Result::Err(#runtime::ToDo::Renew(#due)) => {
                #copies
                return #due.renew_by(async move { #body.await });
            }
        };
        (asked, otherwise)
    } else {
        let asked = (entry.ask)(quote!(#runtime::BeginTimed));
        (asked, quote!(::core::result::Result::Err(#turn) => #turn,))
    };
    // As in `drive::call`: no result and no borrowed argument is there at an `await`.
    let call = quote! {
        let #turn = {
            let #begun = #asked;
            match #begun {
                ::core::result::Result::Ok(#value) => return #value,
                #otherwise
            }
        };
        let #lead = match #turn #fail.await {
            ::core::result::Result::Ok(#value) => return #value,
            ::core::result::Result::Err(#lead) => #lead,
        };
        #copies
        #lead.run(async move { #body.await }).await
    };
    future(model.signature.flavor, call)
}

/// Computes anew, by way of `owner`.
pub(super) fn refresh(model: &Model<'_>, owner: &TokenStream, entry: &Entry<'_>) -> TokenStream {
    let (runtime, lead) = (entry.runtime, local("lead"));
    let Apart { copies, call: body } = Apart::new(model, owner);
    let fail = fail(model, runtime);
    let asked = (entry.ask)(quote!(#runtime::SupersedeTimed));
    let refresh = quote! {
        let #lead = #asked;
        let #lead = #lead #fail;
        #copies
        #lead.run(async move { #body.await }).await
    };
    future(model.signature.flavor, refresh)
}

/// How the function says that the time is up, decided by the type of its result. What that lacks is reported
/// there.
fn fail(model: &Model<'_>, runtime: &TokenStream) -> Option<TokenStream> {
    model.options.hard_timeout.as_ref()?;
    let (span, returns) = (model.signature.returns_span, &model.signature.returns);
    let runtime = respan(runtime, span);
    let (probe, ask) = (Ident::new("TimeoutProbe", span), Ident::new("__fail", span));
    let probed = quote_spanned!(span=> #runtime::#probe::<#returns>::NEW.#ask());
    Some(quote! {
        .or_fail({
            #[allow(unused_imports)]
            use #runtime::MissingTimeout as _;
            #probed
        })
    })
}
