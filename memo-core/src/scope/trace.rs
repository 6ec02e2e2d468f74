//! Which calls were answered by which cache.

use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use super::Active;
use crate::common::Common;
use crate::sync::{Mutex, thread_local};

/// Runs `f` and tells which memoized calls it made and how they were answered.
///
/// Seen are the calls that [`bypass`](crate::bypass) would act on, at any depth, on this thread.
/// Traces nest: inner calls are in the outer trace too. If `f` panics, its trace is lost. For
/// futures there is `trace_async`.
///
/// # Examples
/// ```
/// use memokit::{Answer, memoize};
///
/// #[memoize(name = "square")]
/// fn square(n: u64) -> u64 { n * n }
///
/// let (sum, trace) = memokit::trace(|| square(3) + square(3));
/// assert_eq!(sum, 18);
/// let answers: Vec<Answer> = trace.calls.iter().map(|call| call.answer).collect();
/// assert_eq!(answers, [Answer::Miss, Answer::Hit]);
/// println!("{trace}");
/// // cache   hits  misses  coalesced  bypassed
/// // -----------------------------------------
/// // square     1       1          0         0
/// ```
pub fn trace<T>(f: impl FnOnce() -> T) -> (T, Trace) {
    let record = Record::new();
    let value = {
        let _recording = Recording::new(&record);
        f()
    };
    (value, record.take())
}

/// What a trace has seen; see [`trace()`].
///
/// It holds neither keys nor values. Shown with `{}` it is a table of the caches in the order in
/// which they were first called.
///
/// ```
/// assert_eq!(memokit::Trace::default().to_string(), "no calls");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Trace {
    /// The calls, in the order in which they began: the first [`Trace::MAX_CALLS`] of them. Calls
    /// that got no answer, as they panicked or were cancelled before, are left out.
    pub calls: Vec<TracedCall>,
    /// The number of calls beyond those.
    pub dropped: u64,
}

/// A call in a [`Trace`].
///
/// ```
/// let cache: memokit::Cache<u32, u32> = memokit::Cache::builder().name("squares").build();
/// let (_, trace) = memokit::trace(|| cache.get_or_insert_with(&3, || 9));
/// assert_eq!(trace.calls[0].cache, "squares");
/// assert_eq!(trace.calls[0].answer, memokit::Answer::Miss);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TracedCall {
    /// The name of the cache that was asked.
    pub cache: String,
    /// How the call was answered.
    pub answer: Answer,
}

/// How a call was answered.
///
/// ```
/// assert_eq!(memokit::Answer::Hit.to_string(), "hit");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// From the cache.
    Hit,
    /// By running the function.
    Miss,
    /// By another call's computation of the same key, for which it waited.
    Coalesced,
    /// By running the function, as caching was off for this call.
    Bypassed,
}

impl Answer {
    /// In the order of the variants, of which the place here is the number.
    const ALL: [Self; 4] = [Self::Hit, Self::Miss, Self::Coalesced, Self::Bypassed];
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Coalesced => "coalesced",
            Self::Bypassed => "bypassed",
        })
    }
}

impl Trace {
    /// Calls that a trace keeps at most.
    ///
    /// ```
    /// assert_eq!(memokit::Trace::MAX_CALLS, 10_000);
    /// ```
    pub const MAX_CALLS: usize = 10_000;

    /// The number of calls for each cache and answer.
    fn counts(&self) -> Vec<(&str, [u64; Answer::ALL.len()])> {
        let mut counts: Vec<(&str, [u64; Answer::ALL.len()])> = Vec::new();
        for call in &self.calls {
            let known = counts.iter().position(|(cache, _)| *cache == call.cache);
            let row = known.unwrap_or_else(|| {
                counts.push((&call.cache, [0; Answer::ALL.len()]));
                counts.len() - 1
            });
            counts[row].1[call.answer as usize] += 1;
        }
        counts
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEAD: [&str; Answer::ALL.len()] = ["hits", "misses", "coalesced", "bypassed"];
        if self.calls.is_empty() && self.dropped == 0 {
            return f.write_str("no calls");
        }
        let counts = self.counts();
        let names = counts.iter().map(|(cache, _)| cache.chars().count());
        let name_width = names.max().unwrap_or(0).max("cache".len());
        let widths: [usize; HEAD.len()] = std::array::from_fn(|column| {
            let cells = counts.iter().map(|(_, row)| row[column].to_string().len());
            cells.max().unwrap_or(0).max(HEAD[column].len())
        });
        write!(f, "{:<name_width$}", "cache")?;
        for (head, width) in HEAD.iter().zip(widths) {
            write!(f, "  {head:>width$}")?;
        }
        let rule = "-".repeat(name_width + widths.iter().map(|width| width + 2).sum::<usize>());
        write!(f, "\n{rule}")?;
        for (cache, row) in &counts {
            write!(f, "\n{cache:<name_width$}")?;
            for (cell, width) in row.iter().zip(widths) {
                write!(f, "  {cell:>width$}")?;
            }
        }
        if self.dropped > 0 {
            write!(f, "\nand {} later calls", self.dropped)?;
        }
        Ok(())
    }
}

thread_local! {
    /// The traces that run on this thread, the innermost last.
    static RECORDS: RefCell<Vec<Arc<Record>>> = const { RefCell::new(Vec::new()) };
}

/// A trace that runs. Behind a lock, as a task may go on in another thread.
pub(super) struct Record(Mutex<Recorded>);

#[derive(Default)]
struct Recorded {
    calls: Vec<Arc<Seen>>,
    dropped: u64,
}

/// A call that has begun, shared by all traces around it.
struct Seen {
    cache: String,
    answer: OnceLock<Answer>,
}

impl Record {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Recorded::default())))
    }

    /// What has been recorded; the record is empty afterwards.
    pub(super) fn take(&self) -> Trace {
        let Recorded { calls, dropped } = std::mem::take(&mut *self.0.lock());
        let calls = calls.iter().filter_map(|seen| {
            Some(TracedCall {
                cache: seen.cache.clone(),
                answer: *seen.answer.get()?,
            })
        });
        Trace {
            calls: calls.collect(),
            dropped,
        }
    }

    fn add(&self, seen: &Arc<Seen>) {
        let mut recorded = self.0.lock();
        if recorded.calls.len() < Trace::MAX_CALLS {
            recorded.calls.push(Arc::clone(seen));
        } else {
            recorded.dropped += 1;
        }
    }
}

/// While it lives, this thread's calls are recorded.
pub(super) struct Recording {
    _active: Active,
    /// It has to end on the thread where it began.
    _of_thread: PhantomData<*const ()>,
}

impl Recording {
    pub(super) fn new(record: &Arc<Record>) -> Self {
        // While the thread is torn down there is nothing to record in: the trace stays empty.
        let _ = RECORDS.try_with(|records| records.borrow_mut().push(Arc::clone(record)));
        Self {
            _active: Active::new(),
            _of_thread: PhantomData,
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = RECORDS.try_with(|records| records.borrow_mut().pop());
    }
}

/// Whether this thread's calls are recorded.
pub(super) fn is_open() -> bool {
    let is_open = RECORDS.try_with(|records| !records.borrow().is_empty());
    is_open.unwrap_or(false)
}

/// A call's place in the traces around it, if there are any; its answer is noted when it is known.
#[must_use]
pub(crate) struct Ticket(Option<Arc<Seen>>);

impl Ticket {
    /// That of a call that nobody traces.
    pub(crate) const NONE: Self = Self(None);

    /// For a call of this cache that begins now.
    pub(super) fn draw(common: &Common) -> Self {
        let draw = |records: &RefCell<Vec<Arc<Record>>>| {
            let records = records.borrow();
            if records.is_empty() {
                return None;
            }
            let seen = Arc::new(Seen {
                cache: common.name().to_owned(),
                answer: OnceLock::new(),
            });
            records.iter().for_each(|record| record.add(&seen));
            Some(seen)
        };
        Self(RECORDS.try_with(draw).ok().flatten())
    }

    /// Each call has one answer: the first.
    #[inline]
    pub(crate) fn answer(&self, answer: Answer) {
        if let Some(seen) = &self.0 {
            let _ = seen.answer.set(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbered_as_listed() {
        for (n, answer) in Answer::ALL.into_iter().enumerate() {
            assert_eq!(answer as usize, n);
        }
    }
}
