//! A call: begin, and on a miss compute and finish. The same for functions and methods.

use proc_macro2::TokenStream;
use quote::quote;

use crate::flavor::Flavor;
use crate::hygiene::local;

/// A call of the entry `at`, which computes by `body`: a result, or a future for one.
pub(super) fn call(flavor: Flavor, at: &TokenStream, body: &TokenStream) -> TokenStream {
    let (begun, value, lead, turn) = (local("begun"), local("value"), local("lead"), local("turn"));
    if flavor == Flavor::Sync {
        // Two statements: a scrutinee's temporaries would borrow the arguments for too long.
        return quote! {
            let #begun = #at.begin();
            match #begun {
                ::core::result::Result::Ok(#value) => #value,
                ::core::result::Result::Err(#lead) => #lead.finish(#body),
            }
        };
    }
    // No result and no borrowed argument is there at an `await`: the future would be larger, and
    // not `Send` where only they are not.
    let call = quote! {
        let #turn = {
            let #begun = #at.begin_async();
            match #begun {
                ::core::result::Result::Ok(#value) => return #value,
                ::core::result::Result::Err(#turn) => #turn,
            }
        };
        let #lead = match #turn.await {
            ::core::result::Result::Ok(#value) => return #value,
            ::core::result::Result::Err(#lead) => #lead,
        };
        #lead.run(#body).await
    };
    future(flavor, call)
}

/// Computes anew by `body`.
pub(super) fn refresh(flavor: Flavor, at: &TokenStream, body: &TokenStream) -> TokenStream {
    let lead = local("lead");
    if flavor == Flavor::Sync {
        return quote! {
            let #lead = #at.supersede();
            #lead.finish(#body)
        };
    }
    future(
        flavor,
        quote! {
            let #lead = #at.supersede_async();
            #lead.run(#body).await
        },
    )
}

/// The statements of an async function as the declared type has them.
pub(super) fn future(flavor: Flavor, statements: TokenStream) -> TokenStream {
    match flavor {
        Flavor::Sync | Flavor::Async => statements,
        Flavor::Boxed => quote!(::std::boxed::Box::pin(async move { #statements })),
        Flavor::Opaque => quote!(async move { #statements }),
    }
}
