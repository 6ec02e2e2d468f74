//! What a computation can know of the value that it is to replace, and how it says that this is still good.
//!
//! The value is offered at the flight of the computation. So whoever asks is inside of that computation, and
//! has to be of the same function: the body of another one, called without its cache, gets nothing.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::handle::CacheHandle;
use crate::nesting;
use crate::outcome::Outcome;
use crate::singleflight::Handed;
use crate::store::Slot;

/// A value that is to be replaced.
pub(crate) struct Offer {
    /// The number of the function.
    function: u64,
    /// What is stored, as a copy.
    stored: Handed,
    /// Its entry.
    slot: Slot,
    answer: Answer,
}

/// What the computation has made of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answer {
    None,
    /// It has asked.
    Asked,
    /// The value is as good as a new one.
    NotModified,
}

impl Offer {
    pub(crate) fn new(function: u64, stored: Handed, slot: Slot) -> Self {
        Self {
            function,
            stored,
            slot,
            answer: Answer::None,
        }
    }

    /// The entry that is as good as a new one, if the computation has said so.
    pub(crate) fn not_modified(&self) -> Option<Slot> {
        (self.answer == Answer::NotModified).then_some(self.slot)
    }
}

/// The value that the innermost computation is to replace, if that is one of this function.
pub fn of<O: Outcome>(cache: CacheHandle, _: PhantomData<O>) -> Option<O::Ret> {
    let computation = nesting::innermost()?;
    let function = cache.function()?;
    let stored = {
        let mut offer = computation.offer().lock();
        let offer = offer.as_mut().filter(|offer| offer.function == function)?;
        offer.answer = Answer::Asked;
        Arc::clone(&offer.stored)
    };
    // User code, outside of the lock.
    let previous = O::give(stored.downcast_ref::<O::Stored>()?.clone());
    previous.filter(|previous| !O::is_failure(previous))
}

/// Says that the result which is being computed is the previous one, which `f::previous()` gave: that
/// stays, and lives as if it had been computed now. Gives back what it takes.
///
/// To be called in the body of a function with the option `keep_expired`, on the thread or task that runs
/// it, after it has asked for the previous result; elsewhere it does nothing. Callers get the previous result
/// then, whatever the function returns, unless that is an `Err`. If the result was invalidated meanwhile, or
/// had to give way, what the function returns goes to its caller and is not stored.
///
/// ```
/// use memokit::memoize;
///
/// #[derive(Clone)]
/// struct Page {
///     etag: String,
///     text: String,
/// }
///
/// /// `None` if the page still has this tag.
/// fn fetch(url: &str, etag: Option<&str>) -> Result<Option<Page>, String> {
///     let new = "v1"; // imagine a request with the header `If-None-Match`
///     Ok((etag != Some(new)).then(|| Page { etag: new.to_owned(), text: url.to_owned() }))
/// }
///
/// #[memoize(ttl = "1m", keep_expired = "1h")]
/// fn page(url: &str) -> Result<Page, String> {
///     if let Some(Ok(old)) = page::previous() {
///         let new = fetch(url, Some(&old.etag))?;
///         return Ok(new.unwrap_or_else(|| memokit::not_modified(old)));
///     }
///     fetch(url, None)?.ok_or_else(|| "no page".to_owned())
/// }
///
/// assert_eq!(page("/a").unwrap().text, "/a");
/// ```
pub fn not_modified<T>(previous: T) -> T {
    if let Some(computation) = nesting::innermost()
        && let Some(offer) = computation.offer().lock().as_mut()
        && offer.answer == Answer::Asked
    {
        offer.answer = Answer::NotModified;
    }
    previous
}
