//! Functions over many keys: which argument has them, and what the parts of the expansion see of
//! it.
//!
//! For the cache, such a function is one over a single key: its argument is an element of the
//! slice, and its result the value of one key. Only the call is another one; `expand::bulk` has it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Type, parse_quote_spanned};

use crate::errors::Errors;
use crate::options::Options;
use crate::signature::{Arg, Signature};
use crate::suggest;
use crate::types::{as_reference, peel};

/// Takes one element for the slice of keys, and the value of one key for the result. `None` if the
/// function is called with one key at a time; a mistake goes to `errors`.
pub(crate) fn apply(
    options: &Options,
    signature: &mut Signature,
    runtime: &TokenStream,
    errors: &mut Errors,
) -> Option<Ident> {
    let given = options.bulk.as_ref()?;
    let named = given.value.as_ref();
    let keys = match keys(named, options, signature) {
        Ok(keys) => keys,
        Err(message) => {
            errors.push(Error::new(named.unwrap_or(&given.key).span(), message));
            return None;
        }
    };
    for arg in &mut signature.args {
        if let Some(element) = element(arg).cloned()
            && arg.name == keys
        {
            arg.ty = element;
            arg.is_one_of_many = true;
        }
    }
    let declared = &signature.returns;
    if is_single(declared) {
        errors.at(declared, RESULT);
        return None;
    }
    let span = declared.span();
    let output = crate::hygiene::respan(quote!(#runtime::BulkOutput), span);
    signature.returns = parse_quote_spanned!(span=> <#declared as #output>::Value);
    Some(keys)
}

const RESULT: &str = "a function with `bulk` returns a value for each key, `Vec<V>`, or a map of those \
                      that have one, `HashMap<K, V>` or `BTreeMap<K, V>`, or a `Result` of these";

/// Whether this is surely one value. What is behind other names, the compiler finds out.
fn is_single(ty: &Type) -> bool {
    match peel(ty) {
        Type::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|name| name == "String" || crate::hygiene::is_primitive(name)),
        Type::Tuple(_) | Type::Reference(_) | Type::Array(_) | Type::Slice(_) => true,
        _ => false,
    }
}

/// The argument with the keys.
fn keys(named: Option<&Ident>, options: &Options, signature: &Signature) -> Result<Ident, String> {
    const EXAMPLE: &str = "`fn users(ids: &[u64]) -> Vec<User>`";
    let is_looked_up = |arg: &&Arg| !options.skip.contains(&arg.name);
    let slices = signature.args.iter().filter(is_looked_up);
    let slices: Vec<&Arg> = slices.filter(|arg| element(arg).is_some()).collect();
    if let Some(named) = named {
        let keys = slices.iter().find(|arg| arg.name == *named);
        return keys.map(|arg| arg.name.clone()).ok_or_else(|| {
            format!("`{named}` has no keys for `bulk`: that is an argument of type `&[K]`, as in {EXAMPLE}")
        });
    }
    match slices[..] {
        [keys] => Ok(keys.name.clone()),
        [] => Err(format!(
            "`bulk` is for functions that take their keys as a slice, as in {EXAMPLE}"
        )),
        [first, ..] => {
            let all: Vec<_> = slices.iter().map(|arg| arg.name.to_string()).collect();
            Err(format!(
                "{} are slices: say which one has the keys, `bulk = {}`",
                suggest::listed(all.iter().map(String::as_str)),
                first.name
            ))
        }
    }
}

/// `K` of `&[K]`.
fn element(arg: &Arg) -> Option<&Type> {
    match peel(&as_reference(&arg.ty)?.elem) {
        Type::Slice(slice) => Some(&slice.elem),
        _ => None,
    }
}

/// Each run of the body has arguments of its own: clones of those that it would use up.
pub(crate) fn own_arguments(signature: &Signature) -> TokenStream {
    let args = signature.args.iter();
    let args = args.filter(|arg| !arg.is_self() && !arg.is_one_of_many);
    args.map(|Arg { name, ty, .. }| match peel(ty) {
        Type::Reference(reference) if reference.mutability.is_none() => TokenStream::new(),
        Type::Reference(_) => quote!(let #name = &mut *#name;),
        ty => {
            let span = ty.span();
            quote_spanned!(span=> let #name = ::core::clone::Clone::clone(&#name);)
        }
    })
    .collect()
}
