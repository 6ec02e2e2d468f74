//! A call: begin, and on a miss compute and finish. The same for functions and methods.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::flavor::Flavor;
use crate::hygiene::local;

/// How the entry of a call's arguments is asked a question.
pub(super) struct Entry<'a> {
    pub(super) runtime: &'a TokenStream,
    pub(super) ask: &'a dyn Fn(TokenStream) -> TokenStream,
}

impl Entry<'_> {
    /// Asks a question of the runtime's that has this name.
    fn ask(&self, question: &str) -> TokenStream {
        let (runtime, question) = (self.runtime, Ident::new(question, Span::call_site()));
        (self.ask)(quote!(#runtime::#question))
    }
}

/// A call of an entry, which computes by `body`: a result, or a future for one.
pub(super) fn call(flavor: Flavor, entry: &Entry<'_>, body: &TokenStream) -> TokenStream {
    let (begun, value, lead, turn) = (local("begun"), local("value"), local("lead"), local("turn"));
    if flavor == Flavor::Sync {
        let asked = entry.ask("Begin");
        // Two statements: a scrutinee's temporaries would borrow the arguments for too long.
        return quote! {
            let #begun = #asked;
            match #begun {
                ::core::result::Result::Ok(#value) => #value,
                ::core::result::Result::Err(#lead) => #lead.finish(#body),
            }
        };
    }
    let asked = entry.ask("BeginAsync");
    // No result and no borrowed argument is there at an `await`: the future would be larger, and
    // not `Send` where only they are not.
    let call = quote! {
        let #turn = {
            let #begun = #asked;
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

/// The same with a first look that runs in the function itself: all that a hit needs. What a miss
/// takes is in a function of its own, which has the arguments.
pub(super) fn call_after_look(entry: &Entry<'_>, body: &TokenStream) -> TokenStream {
    let (look, begun, again) = (local("look"), local("begun"), local("again"));
    let runtime = entry.runtime;
    let asked = (entry.ask)(quote!(#runtime::Hit::now()));
    let asked_again = (entry.ask)(quote!(#again));
    // The arguments are not borrowed any more when they are moved.
    quote! {
        let #look = #asked;
        #look.or_else(move |#again| {
            let #begun = #asked_again;
            #begun.or_compute(|| #body)
        })
    }
}

/// Computes anew by `body`.
pub(super) fn refresh(flavor: Flavor, entry: &Entry<'_>, body: &TokenStream) -> TokenStream {
    let lead = local("lead");
    if flavor == Flavor::Sync {
        let supersede = entry.ask("Supersede");
        return quote! {
            let #lead = #supersede;
            #lead.finish(#body)
        };
    }
    let supersede = entry.ask("SupersedeAsync");
    future(
        flavor,
        quote! {
            let #lead = #supersede;
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
