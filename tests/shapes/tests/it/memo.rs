//! Caches that live as long as an object.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Barrier, Weak};

use memokit::{Memo, memoize};

use crate::support::{Runs, caches_of, names_of};

static WORDS: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Text {
    text: String,
    memo: Memo,
}

impl Text {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            memo: Memo::new(),
        }
    }

    #[memoize(field = memo)]
    fn words(&self) -> Vec<String> {
        WORDS.add();
        self.text.split(' ').map(str::to_owned).collect()
    }

    #[memoize(field = memo)]
    fn find(&self, word: &str, from: usize) -> Option<usize> {
        WORDS.add();
        self.text[from..].find(word)
    }

    #[memoize(field = memo, maxsize = 2)]
    fn nth(&self, n: usize) -> Option<String> {
        WORDS.add();
        self.words().get(n).cloned()
    }

    #[memoize(field = memo)]
    fn count(&self, c: char) -> usize {
        self.text.matches(c).count()
    }

    fn push(&mut self, word: &str) {
        self.text.push(' ');
        self.text.push_str(word);
        self.memo.clear();
    }
}

#[test]
fn several_methods_on_one_field() {
    let (mut a, b) = (Text::new("one two"), Text::new("three"));
    for _ in 0..2 {
        assert_eq!(a.nth(1).as_deref(), Some("two"));
        assert_eq!(a.find("two", 0), Some(4));
        assert_eq!(a.find("two", 4), Some(0));
        assert_eq!(b.words(), ["three"]);
    }
    assert_eq!(WORDS.get(), 5);
    assert_eq!((a.memo.len(), b.memo.len()), (4, 1));

    a.push("three");
    assert!(a.memo.is_empty());
    assert_eq!(
        (a.nth(2).as_deref(), a.words().len(), b.memo.len()),
        (Some("three"), 3, 1)
    );
    for n in 0..5 {
        a.nth(n);
    }
    assert_eq!(a.memo.len(), 3, "two of `nth`, one of `words`");
    assert_eq!(a.memo.clear(), 3);
}

/// The field stands aside of what derives look at.
#[test]
fn derives() {
    let hash = |text: &Text| {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        hasher.finish()
    };
    let (used, fresh) = (Text::new("a b"), Text::new("a b"));
    assert_eq!(used.count('b'), 1);
    assert_eq!(used, fresh);
    assert_eq!(hash(&used), hash(&fresh));
    assert!(HashSet::from([fresh]).contains(&used));
    let copy = used.clone();
    assert_eq!((copy.memo.len(), used.memo.len()), (0, 1));
    assert_eq!(
        format!("{used:?}"),
        "Text { text: \"a b\", memo: Memo { len: 1 } }"
    );
    assert_eq!(Text::default().count('x'), 0);
}

/// Tells by its drop that results are gone.
#[derive(Clone, Debug)]
struct Held(Arc<()>);

#[derive(Default)]
struct Owner {
    memo: Memo,
}

impl Owner {
    #[memoize(field = memo, handle = held_cache)]
    fn held(&self, n: u8) -> Held {
        let _ = n;
        Held(Arc::new(()))
    }

    /// The object goes, its results with it.
    #[memoize(field = memo, handle = taken_cache)]
    fn taken(self, n: u8) -> Held {
        self.held(n)
    }
}

#[test]
fn nothing_outlives_the_object() {
    let watched: Vec<Weak<()>> = {
        let owner = Owner::default();
        let watched = (0..3).map(|n| Arc::downgrade(&owner.held(n).0)).collect();
        assert_eq!(owner.memo.len(), 3);
        assert_eq!(Owner::held_cache().info().currsize, 3);
        watched
    };
    assert!(watched.iter().all(|held| held.strong_count() == 0));
    assert_eq!(Owner::held_cache().info().currsize, 0);
    assert_eq!(
        caches_of("it::memo::Owner::held").len(),
        1,
        "the method's, not the object's"
    );

    let held = Owner::default().taken(1);
    assert_eq!(Arc::strong_count(&held.0), 1);
    assert_eq!(Owner::taken_cache().info().currsize, 0);
    assert_eq!(Owner::taken_cache().info().misses, 1);
}

#[test]
fn many_objects() {
    let owners: Vec<_> = (0..50).map(|_| Many::default()).collect();
    for owner in &owners {
        assert_eq!(
            (owner.double(1), owner.double(1), owner.double(2)),
            (2, 2, 4)
        );
    }
    let info = Many::double_cache().info();
    assert_eq!((info.misses, info.hits, info.currsize), (100, 50, 100));
    drop(owners);
    let info = Many::double_cache().info();
    assert_eq!((info.misses, info.currsize), (100, 0));
    let alive = Many::default();
    alive.double(1);
    assert_eq!(Many::double_cache().clear(), 1);
    assert!(alive.memo.is_empty());
}

#[derive(Default)]
struct Many {
    memo: Memo,
}

#[memoize]
impl Many {
    #[memoize(field = memo)]
    fn double(&self, n: u32) -> u32 {
        n * 2
    }
}

static GENERIC: Runs = Runs::new();

/// A field inside of another, in a generic type that is no key.
struct Wrapper<T> {
    value: T,
    inner: Inner,
}

#[derive(Default)]
struct Inner {
    memo: Memo,
}

#[memoize]
impl<T: Debug> Wrapper<T> {
    #[memoize(field = inner.memo)]
    fn text(&self, times: usize) -> String {
        GENERIC.add();
        format!("{:?}", self.value).repeat(times)
    }

    #[memoize(field = inner.memo)]
    fn with<U: Debug + Hash + Eq + Clone + Send + Sync + 'static>(&self, other: U) -> String {
        GENERIC.add();
        format!("{:?} {other:?}", self.value)
    }
}

#[test]
fn generic_owners() {
    let local = "x".to_owned();
    let (floats, texts) = (
        Wrapper {
            value: 1.5,
            inner: Inner::default(),
        },
        Wrapper {
            value: &local,
            inner: Inner::default(),
        },
    );
    for _ in 0..2 {
        assert_eq!(
            (floats.text(1), texts.text(2)),
            ("1.5".into(), "\"x\"\"x\"".into())
        );
        assert_eq!(
            (floats.with(1), floats.with('a')),
            ("1.5 1".into(), "1.5 'a'".into())
        );
    }
    assert_eq!((GENERIC.get(), floats.inner.memo.len()), (4, 3));
    assert_eq!(names_of("it::memo::Wrapper<f64>::").len(), 3);
}

static SHARED: Runs = Runs::new();

struct Shared {
    memo: Memo,
    barrier: Barrier,
}

impl Shared {
    #[memoize(field = memo)]
    fn squared(&self, n: u64) -> u64 {
        SHARED.add();
        n * n
    }

    #[memoize(field = memo)]
    fn by_arc(self: Arc<Self>, n: u64) -> u64 {
        SHARED.add();
        n + 1
    }
}

#[test]
fn an_object_shared_by_threads() {
    let shared = Arc::new(Shared {
        memo: Memo::new(),
        barrier: Barrier::new(4),
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                shared.barrier.wait();
                for n in 0..100 {
                    assert_eq!(shared.squared(n), n * n);
                    assert_eq!(Arc::clone(&shared).by_arc(n), n + 1);
                }
            });
        }
    });
    assert_eq!(SHARED.get(), 200);
    assert_eq!(shared.memo.len(), 200);
    assert_eq!(Arc::strong_count(&shared), 1, "no result holds its object");
}
