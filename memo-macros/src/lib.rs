//! The attributes of `memokit`: `#[memoize]`, and `#[invalidates]` for functions that write.
//!
//! Use it through the facade crate, which holds the runtime that expansions call.
//!
//! An expansion is made in steps, a module each: `attr` reads the options by the table in
//! `options`, `item` and `signature` the function, `model` puts them together, `validate` reports
//! every broken rule, and `expand` writes the tokens, with the key from `key` and the other
//! attributes from `attrs`. `invalidates` has its own, smaller way. On any error `fallback` gives the function back as it was.
#![forbid(unsafe_code)]

mod attr;
mod attrs;
mod block;
mod bulk;
mod code;
mod errors;
mod expand;
mod fallback;
mod flavor;
mod generics;
mod hygiene;
mod invalidates;
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

use block::Block;
use errors::Errors;
use item::Item;
use model::Model;

/// Caches the results of a function: the same arguments are computed once.
///
/// ```
/// use memokit::memoize;
///
/// /// At most 1,024 results, each for five minutes.
/// #[memoize(maxsize = 1024, ttl = "5m")]
/// fn calibration(sensor: &str) -> f64 {
///     sensor.bytes().map(f64::from).sum() // imagine a slow lookup
/// }
///
/// calibration("S0");                         // a call is a call
/// println!("{}", calibration::cache_info()); // CacheInfo(hits=0, misses=1, maxsize=1024, currsize=1)
/// calibration::invalidate("S0");
/// ```
///
/// The function keeps its name, signature and visibility. Beside it stands its *handle*, a type of
/// the same name with `cache_info()`, `cache_clear()`, `invalidate(..)`, `peek(..)`,
/// `uncached(..)` and more, all imported by the same `use`.
///
/// # Arguments and results
///
/// Every argument is part of the key. It needs `Hash`, `Eq`, `Clone`, `Send` and `Sync`;
/// references are looked up as they are, and their targets are copied when a result is stored.
/// `Option`s and tuples of references, `Cow`, slices of `&str` and the like are fine.
///
/// The result needs `Clone`, `Send` and `Sync`, and cannot borrow. Of a `Result`, under whatever
/// alias, only `Ok` is stored; `None` is a value like any other.
///
/// # Options
///
/// Each is given at most once, as `name = value` or `name(list)`.
///
/// | option | value | default |
/// |---|---|---|
/// | `maxsize` | how many results are kept: an integer, a constant expression, or `None` for no bound; `0` stores nothing but counts | 128 |
/// | `ttl` | how long a result is good: `"250ms"`, `"5m"`, `"1h30m"`, a number of seconds, or an expression for a `Duration`, asked once when the first result is stored | for ever |
/// | `tti` | `"10m"`, or an expression for a `Duration`, asked once when the cache is first used: what was not used for so long is computed again | never |
/// | `jitter` | `0.1`, or `"30s"`: each time to live is longer by a part that is drawn, up to this | 0 |
/// | `refresh_ahead` | `0.8`: after this part of its life a result that is used is computed anew in the background | never |
/// | `early` | `1.0`: the same at a moment that is drawn, on average so many times what it has cost before its end | never |
/// | `stale_while_revalidate` | `"30s"`: for so long after its end a result is served while that happens | not served |
/// | `stale_if_error` | `"1h"`: for so long after its end a result is served if computing it anew gives an `Err` | not served |
/// | `keep_expired` | `"1h"`: for so long after its end, the function can ask for it by `f::previous()`, and say that it is still good by `memokit::not_modified(..)` | not kept |
/// | `soft_timeout` | `"200ms"`, for async functions: a call that computes waits so long if there is an older result; then it gets that, and the computation goes on in the background | it waits |
/// | `hard_timeout` | `"2s"`, for async functions: no call waits longer; it gets an older result that `stale_if_error` keeps, or the error `memokit::TimedOut`, made into the function's own by `From` | it waits |
/// | `err_ttl` | `"10s"`: an `Err` is stored, for so long | not stored |
/// | `expires` | `\|result: &R\| ..`, or a function's name: how long a result lives, or `None` for as long as others | as `ttl` says |
/// | `adaptive_ttl` | `("10s", "1h")`: twice as long as the one before if it is the same, half as long if not | as `ttl` says |
/// | `max_bytes` | what all results together may take of memory: `"64MiB"`, or a number of bytes | no bound of its own |
/// | `max_entry_bytes` | the same for one result: a larger one is returned and not stored | no bound |
/// | `max_depth` | of computations inside of each other on a thread, so many are stored; deeper ones are computed only | all |
/// | `min_cost` | `"1ms"`, or a constant `Duration`: what is computed faster is not stored | all |
/// | `budget` | the name of a `static` of type `memokit::memory::MemoryBudget`: a budget for this and some other caches | the program's |
/// | `min_bytes` | `"1MiB"`, or a number of bytes: so much is left to it when all caches together hold too much | 0 |
/// | `weight` | how much more its results are worth then than others that have cost the same | 1 |
/// | `weigher` | `\|result: &R\| ..`, or a function's name: the bytes that a result takes, what it points to included | what is known of its type, or measured |
/// | `policy` | what gives way when the cache is full: `lru` (exact), `adaptive`, `s3_fifo`, `tiny_lfu`, `sieve`, `fifo`, `lfu`, or the path of a type of one's own | `lru` |
/// | `oom_protection` | `balanced` for the same bounds without measuring: each result counts as its place in the cache, without what it has on the heap; `false` for the bare store: no bound, no eviction, and nothing to pay for them; a constant `bool`, such as `cfg!(feature = "safe")`, chooses when the program is built | `true` |
/// | `leak` | beside `oom_protection = false`: results are never freed, and `f::get_ref(args)` gives `&'static` references to them | freed when they leave |
/// | `skip(a, b)` | arguments that do not change the result | none |
/// | `key(a = a.id)` | what counts of an argument | all of it |
/// | `key = expression` | the whole key; every argument has to occur in it or in `skip` | all arguments |
/// | `cache_err` | alone or with `= true`: stores `Err` too | `false` |
/// | `cache_none` | `false` does not store `None` | `true` |
/// | `cache_if` | `\|result: &R\| ..`, or a function's name: which results are stored | all |
/// | `name` | the name in reports and for `clear_matching` | `module::function` |
/// | `tags("a", "b")` | groups for `clear_tag` | none |
/// | `scope` | `global`, or `thread` for a cache in each thread, without locks, `Send` and `Sync` | `global` |
/// | `stats` | `false` counts nothing | `true` |
/// | `version` | a number or a text, as a literal: results of another version are not taken from a snapshot | the code alone |
/// | `handle` | another name for the handle, where a module or type has the function's; `false` for none | the function's |
/// | `field` | on a method, a field of type `memokit::Memo`: each object keeps its own results | one cache for all objects |
/// | `bulk` | on a function over a slice of keys that returns a `Vec` or a map: only the missing ones are computed; `bulk = ids` names the slice | one key a call |
/// | `floats` | `"bits"` compares floats by their bits | floats are refused |
/// | `crate` | the path of `memokit`, where it has another name | `::memokit` |
///
/// In `key`, an argument is what the function takes if it is `Copy`, otherwise (and for arrays) a
/// reference to it. What the key takes of it is borrowed, `key(user = &user.name)`, or computed. An
/// argument with a pattern is called by its position: `arg0`, `arg1`.
///
/// # Kinds of functions
///
/// - **`async fn`**, `-> impl Future`, `-> Pin<Box<dyn Future>>` (feature `async`): the output is
///   cached, on any executor.
/// - **Generic functions**: a cache for each instantiation.
/// - **Methods**: `self` is an argument like any other; where it is no key, say what it is with
///   `key(self = ..)`, `skip(self)` or `field = memo`. A method's cache is reached by the associated
///   function that `handle = NAME` names.
/// - **Blocks**: `#[memoize] impl T { .. }`, without options, lets the functions in it that are
///   annotated know their type: each has its cache in `NAME_cache()`, and functions without `self`
///   work, too.
///
/// `memokit::guide` has a page on each.
///
/// # Other attributes
///
/// An attribute macro above `#[memoize]` lands inside the cache and acts when a result is computed;
/// one below it acts on every call. `#[cfg]`, lints, `#[deprecated]`, `#[must_use]` and the rest
/// keep their meaning. With `#[track_caller]`, results carry the location of the first caller.
///
/// # What cannot be memoized
///
/// `const fn`, `&mut` arguments that are not skipped, results that borrow or are `impl Trait`. The
/// message says what to write instead. A function that is called with the arguments that it is being
/// computed for panics: its result would depend on itself.
#[proc_macro_attribute]
pub fn memoize(options: TokenStream, item: TokenStream) -> TokenStream {
    expansion(options.into(), item.into()).into()
}

/// Removes what a function makes stale, when it has succeeded.
///
/// ```
/// use memokit::{invalidates, memoize};
/// # mod db {
/// #     #[derive(Clone, PartialEq, Debug)] pub struct User { name: String }
/// #     #[derive(Debug)] pub struct NotFound;
/// #     pub fn load(_: u64) -> User { User { name: "Ada".into() } }
/// #     pub fn rename(id: u64, _: String) -> Result<(), NotFound> {
/// #         if id == 0 { Err(NotFound) } else { Ok(()) }
/// #     }
/// # }
/// # use db::{NotFound, User};
///
/// #[memoize]
/// fn user(id: u64) -> User { db::load(id) }
///
/// #[memoize(tags("lists"))]
/// fn user_count() -> usize { 1 }
///
/// #[invalidates(user(id), tag = "lists")]
/// fn rename(id: u64, name: String) -> Result<(), NotFound> {
///     db::rename(id, name)
/// }
///
/// user(7);
/// rename(7, "Grace".to_owned()).unwrap();
/// assert!(!user::contains(&7));
/// user(0);
/// rename(0, String::new()).unwrap_err();
/// assert!(user::contains(&0), "nothing was written");
/// ```
///
/// # What becomes stale
///
/// | written | removed |
/// |---|---|
/// | `users::by_id(id)` | the entry of a memoized function with these arguments |
/// | `all(users::list, users::count)` | all entries of these functions |
/// | `matching(users::by_name, format!("{group}:*"))` | those whose key matches a pattern, as by `f::invalidate_matching` |
/// | `tag = "users"` | as by `memokit::clear_tag` |
/// | `crate = path` | nothing: where `memokit` has another name |
///
/// Arguments, patterns and tags are expressions over the arguments of the function, by name. They are
/// evaluated before its body runs and have to be `Clone`. A function with an argument of type `&str`
/// takes a `String` there, too.
///
/// # When
///
/// After the body has returned and before the caller goes on. Not after a panic, and not when the
/// result is an `Err`: that is decided by the type, under whatever alias. `None` is a success. Of an
/// asynchronous function, when its future is done; one that is dropped before removes nothing.
#[proc_macro_attribute]
pub fn invalidates(targets: TokenStream, item: TokenStream) -> TokenStream {
    invalidates::expansion(targets.into(), item.into()).into()
}

fn expansion(
    options: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = Errors::default();
    let item = item::ungrouped(item);
    if let Some(block) = Block::parse(&item) {
        return block.expand(&options);
    }
    let options = attr::parse(options, &mut errors);
    let Ok(function) = syn::parse2::<Item>(item.clone()) else {
        fallback::not_a_function(&item, &mut errors);
        return fallback::with_errors(&item, errors);
    };
    let model = Model::new(options, function, None, &mut errors);
    validate::check(&model, &mut errors);
    if errors.is_empty() {
        expand::expand(&model).function
    } else {
        fallback::with_errors(&item, errors)
    }
}
