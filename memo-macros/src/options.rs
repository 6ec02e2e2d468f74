//! The options of the attribute: one table, one row for each.
//!
//! A new option is a row here, a field of [`Options`], perhaps a rule in `validate`, and a setter
//! call in `expand`.

mod freshness;
mod limits;
mod policy;
mod protection;
mod value;

use std::time::Duration;

use proc_macro2::Ident;
use syn::{Expr, Lit, LitStr, Path};

pub(crate) use freshness::Jitter;
pub(crate) use limits::{Bytes, Span};
pub(crate) use policy::Policy;
pub(crate) use protection::Protection;
pub(crate) use value::{HandleName, Input, KeyPart, Maxsize, Scope, Ttl};

/// A value with the name that it was given under, whose span is where its setter is called.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// What the attribute says; `None` is "not mentioned".
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) maxsize: Option<Given<Maxsize>>,
    pub(crate) max_bytes: Option<Given<Bytes>>,
    pub(crate) max_entry_bytes: Option<Given<Bytes>>,
    pub(crate) max_depth: Option<Given<Expr>>,
    pub(crate) min_cost: Option<Given<Span>>,
    pub(crate) budget: Option<Given<Expr>>,
    pub(crate) min_bytes: Option<Given<Bytes>>,
    pub(crate) weight: Option<Given<Expr>>,
    pub(crate) weigher: Option<Given<Expr>>,
    pub(crate) policy: Option<Given<Policy>>,
    pub(crate) ttl: Option<Given<Ttl>>,
    pub(crate) tti: Option<Given<Ttl>>,
    pub(crate) jitter: Option<Given<Jitter>>,
    pub(crate) refresh_ahead: Option<Given<Expr>>,
    pub(crate) early: Option<Given<Expr>>,
    pub(crate) stale_while_revalidate: Option<Given<Span>>,
    pub(crate) stale_if_error: Option<Given<Span>>,
    pub(crate) err_ttl: Option<Given<Span>>,
    pub(crate) keep_expired: Option<Given<Span>>,
    pub(crate) soft_timeout: Option<Given<Span>>,
    pub(crate) hard_timeout: Option<Given<Span>>,
    pub(crate) expires: Option<Given<Expr>>,
    pub(crate) adaptive_ttl: Option<Given<(Duration, Duration)>>,
    pub(crate) oom_protection: Option<Given<Protection>>,
    pub(crate) leak: Option<Given<()>>,
    pub(crate) skip: Vec<Ident>,
    /// `key = ..`: the whole key.
    pub(crate) key: Option<Given<Expr>>,
    /// `key(x = ..)`: parts of it.
    pub(crate) key_parts: Vec<KeyPart>,
    pub(crate) weak: Option<Given<()>>,
    pub(crate) cache_err: Option<Given<bool>>,
    pub(crate) cache_none: Option<Given<bool>>,
    pub(crate) cache_if: Option<Given<Expr>>,
    pub(crate) name: Option<Given<LitStr>>,
    pub(crate) tags: Option<Given<Vec<LitStr>>>,
    pub(crate) scope: Option<Given<Scope>>,
    pub(crate) stats: Option<Given<bool>>,
    pub(crate) entry_stats: Option<Given<()>>,
    pub(crate) version: Option<Given<Lit>>,
    pub(crate) handle: Option<Given<HandleName>>,
    /// The argument with the keys, if it is named.
    pub(crate) bulk: Option<Given<Option<Ident>>>,
    /// The place of the results in `self`.
    pub(crate) field: Option<Given<Expr>>,
    pub(crate) krate: Option<Given<Path>>,
    pub(crate) float_bits: Option<Given<()>>,
    /// An option that may have been about the key could not be read: what the arguments lack for a
    /// key is not to be reported then, it may be just what that option cures.
    pub(crate) key_is_unsure: bool,
}

/// One option.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// As it is written, for messages.
    pub(crate) example: &'static str,
    /// Reads what follows the name into its field.
    pub(crate) parse: fn(&mut Options, &Input<'_>) -> syn::Result<()>,
}

/// Every option that there is.
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "maxsize",
        example: "maxsize = 1000",
        parse: |options, input| input.maxsize().map(|value| options.maxsize = Some(value)),
    },
    Row {
        name: "max_bytes",
        example: "max_bytes = \"64MiB\"",
        parse: |options, input| input.bytes().map(|value| options.max_bytes = Some(value)),
    },
    Row {
        name: "max_entry_bytes",
        example: "max_entry_bytes = \"1MiB\"",
        parse: |options, input| {
            input
                .bytes()
                .map(|value| options.max_entry_bytes = Some(value))
        },
    },
    Row {
        name: "max_depth",
        example: "max_depth = 100",
        parse: |options, input| input.count().map(|value| options.max_depth = Some(value)),
    },
    Row {
        name: "min_cost",
        example: "min_cost = \"1ms\"",
        parse: |options, input| input.span().map(|value| options.min_cost = Some(value)),
    },
    Row {
        name: "budget",
        example: "budget = IMAGES",
        parse: |options, input| input.budget().map(|value| options.budget = Some(value)),
    },
    Row {
        name: "min_bytes",
        example: "min_bytes = \"1MiB\"",
        parse: |options, input| input.bytes().map(|value| options.min_bytes = Some(value)),
    },
    Row {
        name: "weight",
        example: "weight = 2.0",
        parse: |options, input| input.weight().map(|value| options.weight = Some(value)),
    },
    Row {
        name: "weigher",
        example: "weigher = |result: &Vec<u8>| result.capacity()",
        parse: |options, input| input.predicate().map(|value| options.weigher = Some(value)),
    },
    Row {
        name: "policy",
        example: "policy = sieve",
        parse: |options, input| input.policy().map(|value| options.policy = Some(value)),
    },
    Row {
        name: "ttl",
        example: "ttl = \"5m\"",
        parse: |options, input| input.ttl().map(|value| options.ttl = Some(value)),
    },
    Row {
        name: "tti",
        example: "tti = \"10m\"",
        parse: |options, input| input.tti().map(|value| options.tti = Some(value)),
    },
    Row {
        name: "jitter",
        example: "jitter = 0.1",
        parse: |options, input| input.jitter().map(|value| options.jitter = Some(value)),
    },
    Row {
        name: "refresh_ahead",
        example: "refresh_ahead = 0.8",
        parse: |options, input| {
            input
                .part()
                .map(|value| options.refresh_ahead = Some(value))
        },
    },
    Row {
        name: "early",
        example: "early = 1.0",
        parse: |options, input| input.times().map(|value| options.early = Some(value)),
    },
    Row {
        name: "stale_while_revalidate",
        example: "stale_while_revalidate = \"30s\"",
        parse: |options, input| {
            input
                .span()
                .map(|value| options.stale_while_revalidate = Some(value))
        },
    },
    Row {
        name: "stale_if_error",
        example: "stale_if_error = \"1h\"",
        parse: |options, input| {
            input
                .span()
                .map(|value| options.stale_if_error = Some(value))
        },
    },
    Row {
        name: "err_ttl",
        example: "err_ttl = \"10s\"",
        parse: |options, input| input.span().map(|value| options.err_ttl = Some(value)),
    },
    Row {
        name: "keep_expired",
        example: "keep_expired = \"1h\"",
        parse: |options, input| input.span().map(|value| options.keep_expired = Some(value)),
    },
    Row {
        name: "soft_timeout",
        example: "soft_timeout = \"200ms\"",
        parse: |options, input| {
            input
                .timeout()
                .map(|value| options.soft_timeout = Some(value))
        },
    },
    Row {
        name: "hard_timeout",
        example: "hard_timeout = \"2s\"",
        parse: |options, input| {
            input
                .timeout()
                .map(|value| options.hard_timeout = Some(value))
        },
    },
    Row {
        name: "expires",
        example: "expires = |result: &Token| Some(result.lifetime)",
        parse: |options, input| input.predicate().map(|value| options.expires = Some(value)),
    },
    Row {
        name: "adaptive_ttl",
        example: "adaptive_ttl = (\"10s\", \"1h\")",
        parse: |options, input| {
            input
                .range()
                .map(|value| options.adaptive_ttl = Some(value))
        },
    },
    Row {
        name: "oom_protection",
        example: "oom_protection = true",
        parse: |options, input| {
            input
                .protection()
                .map(|value| options.oom_protection = Some(value))
        },
    },
    Row {
        name: "leak",
        example: "leak",
        parse: |options, input| input.flag().map(|value| options.leak = Some(value)),
    },
    Row {
        name: "skip",
        example: "skip(log)",
        parse: |options, input| input.names().map(|value| options.skip = value),
    },
    Row {
        name: "key",
        example: "key = user.id` or `key(user = user.id)",
        parse: |options, input| {
            if input.is_list() {
                input.list().map(|value| options.key_parts = value)
            } else {
                input
                    .expr()
                    .map(|value| options.key = Some(input.given(value)))
            }
        },
    },
    Row {
        name: "weak",
        example: "weak",
        parse: |options, input| input.flag().map(|value| options.weak = Some(value)),
    },
    Row {
        name: "cache_err",
        example: "cache_err = true",
        parse: |options, input| input.switch().map(|value| options.cache_err = Some(value)),
    },
    Row {
        name: "cache_none",
        example: "cache_none = false",
        parse: |options, input| {
            input
                .boolean()
                .map(|value| options.cache_none = Some(value))
        },
    },
    Row {
        name: "cache_if",
        example: "cache_if = |result: &Vec<u8>| !result.is_empty()",
        parse: |options, input| {
            input
                .predicate()
                .map(|value| options.cache_if = Some(value))
        },
    },
    Row {
        name: "name",
        example: "name = \"prices\"",
        parse: |options, input| input.text().map(|value| options.name = Some(value)),
    },
    Row {
        name: "tags",
        example: "tags(\"run\", \"user\")",
        parse: |options, input| input.tags().map(|value| options.tags = Some(value)),
    },
    Row {
        name: "scope",
        example: "scope = thread",
        parse: |options, input| input.scope().map(|value| options.scope = Some(value)),
    },
    Row {
        name: "stats",
        example: "stats = false",
        parse: |options, input| input.boolean().map(|value| options.stats = Some(value)),
    },
    Row {
        name: "entry_stats",
        example: "entry_stats",
        parse: |options, input| input.flag().map(|value| options.entry_stats = Some(value)),
    },
    Row {
        name: "version",
        example: "version = 2",
        parse: |options, input| input.version().map(|value| options.version = Some(value)),
    },
    Row {
        name: "handle",
        example: "handle = area_cache",
        parse: |options, input| input.handle().map(|value| options.handle = Some(value)),
    },
    Row {
        name: "field",
        example: "field = memo",
        parse: |options, input| input.field().map(|value| options.field = Some(value)),
    },
    Row {
        name: "bulk",
        example: "bulk` or `bulk = ids",
        parse: |options, input| input.argument().map(|value| options.bulk = Some(value)),
    },
    Row {
        name: "crate",
        example: "crate = ::memokit",
        parse: |options, input| input.path().map(|value| options.krate = Some(value)),
    },
    Row {
        name: "floats",
        example: "floats = \"bits\"",
        parse: |options, input| input.floats().map(|value| options.float_bits = Some(value)),
    },
];

impl Options {
    /// The names of the options by which results are computed anew where no caller waits.
    pub(crate) fn renewing(&self) -> impl Iterator<Item = &Ident> {
        let ahead = self.refresh_ahead.as_ref().map(|given| &given.key);
        let early = self.early.as_ref().map(|given| &given.key);
        let stale = self.stale_while_revalidate.as_ref().map(|given| &given.key);
        ahead.into_iter().chain(early).chain(stale)
    }

    /// The names of the options by which calls wait no longer than some time.
    pub(crate) fn timeouts(&self) -> impl Iterator<Item = &Ident> {
        let soft = self.soft_timeout.as_ref().map(|given| &given.key);
        let hard = self.hard_timeout.as_ref().map(|given| &given.key);
        soft.into_iter().chain(hard)
    }
}

/// Names that are reserved for options to come, so that they are not taken for slips.
pub(crate) const LATER: &[&str] = &["backend", "compress"];

/// The names in the table.
pub(crate) fn names() -> Vec<&'static str> {
    TABLE.iter().map(|row| row.name).collect()
}
