//! Tags of single entries: a clear says "tag t is of generation g", and an entry with that tag whose
//! computation began in an earlier generation is gone.
//!
//! A clear takes the same time however many entries there are. Those with tags pay when they are read;
//! all others have nothing to do with it.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use dashmap::DashMap;
use foldhash::fast::RandomState;

use crate::expiry::Deadline;
use crate::isolation;
use crate::nesting;
use crate::sync::StaticMutex;

/// How many clears there have been.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// The tags in use, and those that were cleared of late: at most twice as many as are in use, and
/// [`FEW`] more.
static TAGS: LazyLock<DashMap<Box<str>, Arc<Tag>, RandomState>> = LazyLock::new(DashMap::default);
/// The latest generation at which a tag was cleared that is not listed any more. A tag that comes
/// anew may be one of those: a computation that began before counts as older than the clear.
static FORGOTTEN: AtomicU64 = AtomicU64::new(0);
/// Tags that have come since the list was last looked through, and at how many that is done next.
static COME: AtomicUsize = AtomicUsize::new(0);
static ROOM: AtomicUsize = AtomicUsize::new(FEW);
const FEW: usize = 1_024;

/// One tag.
pub(crate) struct Tag {
    /// The generation at which it was last cleared.
    cleared_at: AtomicU64,
    /// Entries that have it and were stored since.
    entries: StaticMutex<usize>,
}

/// The generation of what begins now.
#[inline]
pub(crate) fn generation() -> u64 {
    // Acquire, with the Release half in `clear`: whoever sees a generation sees what was changed before.
    GENERATION.load(Ordering::Acquire)
}

/// Gives the entry that is being computed a tag: [`clear_tag`](crate::clear_tag) with this tag removes
/// it.
///
/// To be called in the body of a memoized function, or in what a cache is given to compute a value, on
/// the thread or task that runs it; elsewhere it does nothing. The tag is for the innermost
/// computation: a result that was computed with the help of another one does not get that one's tags,
/// as it would not if that had been a hit.
///
/// ```
/// use memokit::memoize;
///
/// #[memoize]
/// fn page(path: &str) -> String {
///     let author = path.len(); // imagine a look into a database
///     memokit::tag(format!("author:{author}"));
///     format!("{path} by {author}")
/// }
///
/// page("/one");
/// page("/three");
/// assert_eq!(memokit::clear_tag("author:4"), 1);
/// assert!(!page::contains("/one") && page::contains("/three"));
/// ```
pub fn tag(tag: impl AsRef<str>) {
    if let Some(computation) = nesting::innermost() {
        computation.add_tag(Tag::named(tag.as_ref()));
    }
}

/// A tag's name where the calling thread is: an isolation has tags of its own.
fn named_here(name: &str) -> Cow<'_, str> {
    match isolation::number() {
        0 => Cow::Borrowed(name),
        number => Cow::Owned(format!("{number}\0{name}")),
    }
}

/// Clears a tag; the number of entries that had it.
pub(crate) fn clear(tag: &str) -> usize {
    Tag::named(tag).clear()
}

/// The same for models, which leave other models' caches alone.
#[cfg(shuttle)]
pub fn clear_entries(tag: &str) -> usize {
    clear(tag)
}

impl Tag {
    pub(crate) fn named(name: &str) -> Arc<Self> {
        let name = &*named_here(name);
        if let Some(known) = TAGS.get(name) {
            return Arc::clone(&known);
        }
        let new = || {
            COME.fetch_add(1, Ordering::Relaxed);
            // Acquire, with the Release in `tidy`. Under the lock of the tag's part of the list, as there.
            let cleared_at = AtomicU64::new(FORGOTTEN.load(Ordering::Acquire));
            Arc::new(Self {
                cleared_at,
                entries: StaticMutex::new(0),
            })
        };
        let tag = Arc::clone(&TAGS.entry(name.into()).or_insert_with(new));
        // Relaxed: when exactly this is done does not matter.
        if COME.load(Ordering::Relaxed) >= ROOM.load(Ordering::Relaxed) {
            tidy();
        }
        tag
    }

    fn clear(&self) -> usize {
        let mut entries = self.entries.lock();
        let generation = GENERATION.fetch_add(1, Ordering::AcqRel) + 1;
        // Release, with the Acquire in `is_newer_than`.
        self.cleared_at.fetch_max(generation, Ordering::Release);
        std::mem::take(&mut *entries)
    }

    fn is_newer_than(&self, began: u64) -> bool {
        self.cleared_at.load(Ordering::Acquire) > began
    }
}

/// Forgets the tags that nobody has.
#[cold]
fn tidy() {
    COME.store(0, Ordering::Relaxed);
    TAGS.retain(|_, tag| {
        // The list's own: whoever wants another one has to wait for the lock.
        let is_in_use = Arc::strong_count(tag) > 1;
        if !is_in_use {
            let cleared_at = tag.cleared_at.load(Ordering::Acquire);
            FORGOTTEN.fetch_max(cleared_at, Ordering::AcqRel);
        }
        is_in_use
    });
    let room = TAGS.len().max(FEW);
    if TAGS.capacity() > 4 * room {
        TAGS.shrink_to_fit();
    }
    ROOM.store(room, Ordering::Relaxed);
}

/// The tags of an entry.
pub(crate) struct EntryTags {
    /// When its computation began.
    began: u64,
    /// When there is something else to decide about it.
    deadline: AtomicU64,
    tags: Box<[Arc<Tag>]>,
}

impl EntryTags {
    /// Of an entry whose computation began in this generation; `None` without tags.
    pub(crate) fn new(began: u64, tags: Vec<Arc<Tag>>) -> Option<Arc<Self>> {
        if tags.is_empty() {
            return None;
        }
        for tag in &tags {
            let mut entries = tag.entries.lock();
            *entries += usize::from(!tag.is_newer_than(began));
        }
        Some(Arc::new(Self {
            began,
            deadline: AtomicU64::new(Deadline::NEVER.raw()),
            tags: tags.into(),
        }))
    }

    /// Whether one of them was cleared since.
    pub(crate) fn are_cleared(&self) -> bool {
        self.tags.iter().any(|tag| tag.is_newer_than(self.began))
    }

    pub(crate) fn list(&self) -> &[Arc<Tag>] {
        &self.tags
    }

    /// The entry's deadline, as it would be in its header without tags.
    pub(crate) fn deadline(&self) -> Deadline {
        // Relaxed: written before the entry can be found.
        Deadline::from_raw(self.deadline.load(Ordering::Relaxed))
    }

    pub(crate) fn set_deadline(&self, deadline: Deadline) {
        self.deadline.store(deadline.raw(), Ordering::Relaxed);
    }

    /// What they take of memory.
    pub(crate) fn bytes(&self) -> u64 {
        /// Address and reference in the list of a cache's entries with tags, and the counts of references.
        const PLACE: usize = 4 * size_of::<usize>();
        (size_of::<Self>() + size_of_val(&*self.tags) + PLACE) as u64
    }
}

impl Drop for EntryTags {
    fn drop(&mut self) {
        for tag in &self.tags {
            let mut entries = tag.entries.lock();
            if !tag.is_newer_than(self.began) {
                *entries = entries.saturating_sub(1);
            }
        }
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag").finish_non_exhaustive()
    }
}

/// Tags may be names of users: they are not shown.
impl fmt::Debug for EntryTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryTags")
            .field("tags", &self.tags.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::StaticMutex;

    /// The list is that of the program: held by tests that look at its size.
    static ALONE: StaticMutex<()> = StaticMutex::new(());

    #[test]
    fn the_list_is_bounded_and_forgets_no_clear() {
        let _alone = ALONE.lock();
        let kept = Tag::named("tags::kept");
        let began = generation();
        assert_eq!(clear("tags::forgotten"), 0);
        for n in 0..20_000 {
            clear(&format!("tags::{n}"));
        }
        assert!(TAGS.len() <= 3 * FEW, "{}", TAGS.len());
        assert!(TAGS.get("tags::forgotten").is_none());
        assert!(Arc::ptr_eq(&kept, &Tag::named("tags::kept")));
        // Somebody read before the clear, and says only now what tag that has.
        let late = EntryTags::new(began, vec![Tag::named("tags::forgotten")]);
        assert!(late.is_some_and(|late| late.are_cleared()));
        let new = EntryTags::new(generation(), vec![Tag::named("tags::forgotten")]);
        assert!(new.is_some_and(|new| !new.are_cleared()));
    }

    #[test]
    fn the_list_gives_back_what_it_had_for_more() {
        let _alone = ALONE.lock();
        let named = |n: usize| Tag::named(&format!("tags::many{n}"));
        let held: Vec<_> = (0..20_000).map(named).collect();
        let most = TAGS.capacity();
        assert!(most >= held.len());
        drop(held);
        (0..40_000).map(named).for_each(drop);
        assert!(TAGS.capacity() <= most / 2, "{} of {most}", TAGS.capacity());
    }

    #[test]
    fn entries_are_counted_once() {
        let tag = || vec![Tag::named("tags::counted")];
        let first = EntryTags::new(generation(), tag());
        let second = EntryTags::new(generation(), tag());
        drop(second);
        assert_eq!(clear("tags::counted"), 1);
        let third = EntryTags::new(generation(), tag());
        drop(first);
        assert_eq!(clear("tags::counted"), 1);
        drop(third);
        assert_eq!(clear("tags::counted"), 0);
    }
}
