//! The `#[memoize]` attribute of `memokit`.
//!
//! Use it through the facade crate, which holds the runtime that expansions call.
//!
//! An expansion is made in steps, a module each: `attr` reads the options by the table in
//! `options`, `item` and `signature` the function, `model` puts them together, `validate` reports
//! every broken rule, and `expand` writes the tokens, with the key from `key` and the other
//! attributes from `attrs`. On any error `fallback` gives the function back as it was.

mod attr;
mod attrs;
mod errors;
mod expand;
mod fallback;
mod hygiene;
mod item;
mod key;
mod literal;
mod model;
mod options;
mod signature;
mod suggest;
#[cfg(test)]
mod tests;
mod types;
mod validate;

use proc_macro::TokenStream;

use errors::Errors;
use item::Item;
use model::Model;

/// TODO
#[proc_macro_attribute]
pub fn memoize(options: TokenStream, item: TokenStream) -> TokenStream {
    expansion(options.into(), item.into()).into()
}

fn expansion(
    options: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = Errors::default();
    let item = item::ungrouped(item);
    let options = attr::parse(options, &mut errors);
    let Ok(function) = syn::parse2::<Item>(item.clone()) else {
        fallback::not_a_function(&item, &mut errors);
        return fallback::with_errors(&item, errors);
    };
    let model = Model::new(options, function);
    validate::check(&model, &mut errors);
    if errors.is_empty() {
        expand::expand(&model)
    } else {
        fallback::with_errors(&item, errors)
    }
}
