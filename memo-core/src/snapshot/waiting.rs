//! Entries whose cache is not there yet.
//!
//! A memoized function is not known before it is used for the first time. Until then what a snapshot has
//! of it is kept as it was read. Whoever uses the function first restores it, before anything else happens
//! to its cache; others wait for that, since what they remove must not come back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};
use std::thread::{self, ThreadId};

use super::format::{self, Entry, Identity};
use super::{Loaded, restore};
use crate::clock::wall_now;
use crate::common::Common;
use crate::engine::Restored;
use crate::registry;
use crate::site::without_generics;
use crate::sync::Mutex;

/// Tags that are remembered beside entries whose tags are not known yet.
const MOST_TAGS: usize = 256;

/// A section of a snapshot.
pub(super) struct Waiting {
    pub(super) identity: Identity,
    /// When it was saved.
    pub(super) saved_at: u64,
    /// How many entries it says it has.
    pub(super) count: usize,
    /// The entries, one after the other.
    pub(super) data: Box<[u8]>,
}

impl Waiting {
    /// The entries and where they are, as far as they can be told from each other.
    pub(super) fn entries(&self) -> impl Iterator<Item = (usize, Entry)> + '_ {
        let mut next = 0;
        std::iter::from_fn(move || {
            let at = next;
            Some((at, format::next_entry(&self.data, &mut next)?))
        })
    }

    /// What is to be noted of an entry when it is taken now; `None` if it has expired.
    pub(super) fn now(&self, entry: &Entry, now: u64) -> Option<Restored> {
        // A clock that went back makes nothing younger.
        let passed = now.saturating_sub(self.saved_at);
        let Restored { age, left, .. } = entry.restored;
        let left = match left {
            Some(left) => Some(left.checked_sub(passed).filter(|left| *left > 0)?),
            None => None,
        };
        Some(Restored {
            age: age.saturating_add(passed),
            left,
            ..entry.restored
        })
    }
}

#[derive(Default)]
struct State {
    waiting: Vec<Arc<Waiting>>,
    /// What was cleared by tags since something waits.
    tags: Vec<String>,
    restoring: Vec<Restoration>,
}

/// A cache whose entries are being restored.
struct Restoration {
    /// The address of what is its own.
    cache: usize,
    thread: ThreadId,
    is_over: Arc<OnceLock<()>>,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(|| Mutex::new(State::default()));

/// What waits and what is being restored, for those who need not ask if it is nothing.
static ACTIVE: AtomicUsize = AtomicUsize::new(0);

/// Changes the state.
fn with_state<R>(f: impl FnOnce(&mut State) -> R) -> R {
    let mut state = STATE.lock();
    let result = f(&mut state);
    if state.waiting.is_empty() {
        state.tags = Vec::new();
    }
    // Release, with the Acquire in `is_active`: who sees the number finds the sections.
    ACTIVE.store(
        state.waiting.len() + state.restoring.len(),
        Ordering::Release,
    );
    result
}

fn is_active() -> bool {
    ACTIVE.load(Ordering::Acquire) > 0
}

/// Keeps sections; those of the same caches that are there already are dropped.
pub(super) fn keep(sections: Vec<Waiting>) {
    let dropped = with_state(|state| {
        let is_new = |old: &Arc<Waiting>| sections.iter().all(|new| new.identity != old.identity);
        let (kept, dropped) = std::mem::take(&mut state.waiting)
            .into_iter()
            .partition(is_new);
        state.waiting = kept;
        state.waiting.extend(sections.into_iter().map(Arc::new));
        let dropped: Vec<Arc<Waiting>> = dropped;
        dropped
    });
    drop(dropped);
}

/// All sections that wait.
pub(super) fn all() -> Vec<Arc<Waiting>> {
    with_state(|state| state.waiting.clone())
}

/// Entries that wait.
pub(super) fn count() -> usize {
    sum(&all())
}

fn sum(sections: &[Arc<Waiting>]) -> usize {
    let counts = sections.iter().map(|waiting| waiting.count);
    counts.fold(0, usize::saturating_add)
}

/// Drops what waits for caches with such names; the number of entries.
pub(crate) fn forget_named(is_meant: impl Fn(&str) -> bool) -> usize {
    if !is_active() {
        return 0;
    }
    sum(&with_state(|state| {
        let meant = |waiting: &mut Arc<Waiting>| {
            let name = &waiting.identity.name;
            is_meant(name) || is_meant(&without_generics(name))
        };
        state.waiting.extract_if(.., meant).collect::<Vec<_>>()
    }))
}

/// What waits for a cache with this tag is not to come back.
pub(crate) fn clear_tag(tag: &str) {
    if !is_active() {
        return;
    }
    let too_many = with_state(|state| {
        if state.waiting.is_empty() || state.tags.iter().any(|known| known == tag) {
            return false;
        }
        state.tags.push(tag.to_owned());
        state.tags.len() > MOST_TAGS
    });
    if too_many {
        forget_named(|_| true);
    }
}

/// What is to be done for a cache.
enum Turn {
    /// Somebody else does it.
    Wait(Arc<OnceLock<()>>),
    /// Entries for it, with the tags that were cleared.
    Take(Vec<Arc<Waiting>>, Vec<String>),
    Nothing,
}

/// A cache is about to be used whose types are known: it gets what waits for it.
#[cold]
pub(crate) fn arrive(common: &Common) -> Loaded {
    let mut loaded = Loaded::default();
    loop {
        match turn(common) {
            Turn::Nothing => {
                common.settle();
                return loaded;
            }
            Turn::Wait(is_over) => {
                is_over.wait();
            }
            Turn::Take(sections, tags) => {
                let _end = End(common);
                let control = registry::controls()
                    .into_iter()
                    .find(|control| std::ptr::eq(control.common(), common));
                for waiting in sections {
                    loaded.add(restore::section(
                        control.as_deref(),
                        &waiting,
                        &tags,
                        wall_now(),
                    ));
                }
            }
        }
    }
}

fn turn(common: &Common) -> Turn {
    if !is_active() {
        return Turn::Nothing;
    }
    let cache = std::ptr::from_ref(common).addr();
    let me = thread::current().id();
    with_state(|state| {
        if let Some(other) = state.restoring.iter().find(|other| other.cache == cache) {
            // A type that uses the cache while it is read sees it as it is.
            return if other.thread == me {
                Turn::Nothing
            } else {
                Turn::Wait(Arc::clone(&other.is_over))
            };
        }
        let is_of = |waiting: &mut Arc<Waiting>| restore::is_of(common, &waiting.identity);
        let sections: Vec<_> = state.waiting.extract_if(.., is_of).collect();
        if sections.is_empty() {
            return Turn::Nothing;
        }
        state.restoring.push(Restoration {
            cache,
            thread: me,
            is_over: Arc::default(),
        });
        Turn::Take(sections, state.tags.clone())
    })
}

/// Ends a restoration, also when a type panics in a way that nobody caught.
struct End<'a>(&'a Common);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let cache = std::ptr::from_ref(self.0).addr();
        with_state(|state| {
            for over in state.restoring.extract_if(.., |other| other.cache == cache) {
                over.is_over.get_or_init(|| ());
            }
        });
    }
}
