//! The value of `policy`: a name, or the type of one's own.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Error, Expr, ExprPath};

use super::{Given, Input};
use crate::suggest;

/// `policy`.
pub(crate) enum Policy {
    /// One of [`BUILT_IN`].
    BuiltIn(Ident),
    /// A type that implements the trait.
    Own(ExprPath),
}

/// Each is a function of the runtime's `EvictionPolicy`.
const BUILT_IN: &[&str] = &[
    "lru", "adaptive", "s3_fifo", "tiny_lfu", "sieve", "fifo", "lfu",
];

impl Input<'_> {
    pub(crate) fn policy(&self) -> syn::Result<Given<Policy>> {
        let value = self.expr()?;
        let Expr::Path(path) = value else {
            return Err(self.unfit(&value, "is a name without quotes, or the type of your own"));
        };
        let Some(name) = path.path.get_ident() else {
            return Ok(self.given(Policy::Own(path)));
        };
        let written = name.to_string();
        if BUILT_IN.contains(&written.as_str()) {
            let name = name.clone();
            return Ok(self.given(Policy::BuiltIn(name)));
        }
        if written.starts_with(|first: char| first.is_uppercase()) && !is_meant(&written) {
            return Ok(self.given(Policy::Own(path)));
        }
        Err(Error::new_spanned(
            name.to_token_stream(),
            unknown(&written),
        ))
    }
}

/// Whether a type's name is that of a policy which is there under its own: `Lru`, `TinyLFU`.
fn is_meant(name: &str) -> bool {
    BUILT_IN
        .iter()
        .any(|known| *known == plain(name) || known.replace('_', "") == plain(name))
}

fn plain(name: &str) -> String {
    name.to_lowercase()
}

fn unknown(name: &str) -> String {
    let lower = plain(name);
    let known = || BUILT_IN.iter().copied();
    let same = known().find(|known| known.replace('_', "") == lower.replace('_', ""));
    match same.or_else(|| suggest::closest(&lower, known())) {
        Some(close) => format!("no policy is called `{name}`, did you mean `{close}`?"),
        None => format!(
            "no policy is called `{name}`; there are {}, or the path of a type that implements \
             `memokit::policy::Policy` and `Default`",
            suggest::listed(known())
        ),
    }
}
