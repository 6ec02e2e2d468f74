//! Methods with every receiver.

use std::borrow::Cow;
use std::hash::Hash;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use memokit::memoize;

use crate::support::Runs;

static BY_VALUE: Runs = Runs::new();
static BY_REFERENCE: Runs = Runs::new();
static TYPED: Runs = Runs::new();
static POINTERS: Runs = Runs::new();
static PINNED: Runs = Runs::new();
static LOCAL: Runs = Runs::new();
static CHANGED: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Point {
    x: i32,
    y: i32,
}

impl Point {
    #[memoize]
    fn into_sum(self) -> i32 {
        BY_VALUE.add();
        self.x + self.y
    }

    #[memoize]
    fn moved(mut self, by: i32) -> Self {
        BY_VALUE.add();
        self.x += by;
        self
    }

    #[memoize]
    fn norm(&self) -> i32 {
        BY_REFERENCE.add();
        self.x * self.x + self.y * self.y
    }

    #[memoize]
    fn distance<'a>(&'a self, other: &'a Self) -> i32 {
        BY_REFERENCE.add();
        (self.x - other.x).abs() + (self.y - other.y).abs()
    }

    #[memoize]
    #[allow(
        clippy::needless_arbitrary_self_type,
        reason = "the form is what is tested"
    )]
    fn typed(self: &Self, by: i32) -> i32 {
        TYPED.add();
        self.x + by
    }

    #[memoize]
    #[allow(
        clippy::needless_arbitrary_self_type,
        reason = "the form is what is tested"
    )]
    fn typed_value(self: Self) -> i32 {
        TYPED.add();
        self.y
    }

    #[memoize]
    fn arc(self: Arc<Self>) -> i32 {
        POINTERS.add();
        self.x
    }

    #[memoize]
    fn by_arc(self: &Arc<Self>, n: i32) -> i32 {
        POINTERS.add();
        self.x + n
    }

    #[memoize]
    fn boxed(self: Box<Self>) -> Box<Self> {
        POINTERS.add();
        self
    }

    /// A pinned reference is no key; what it points to is.
    #[memoize(key(self = self.get_ref().clone()))]
    fn pinned(self: Pin<&Self>) -> i32 {
        PINNED.add();
        self.x
    }

    #[memoize(scope = thread)]
    fn rc(self: Rc<Self>) -> Rc<Self> {
        LOCAL.add();
        self
    }

    #[memoize(skip(self))]
    fn changed(&mut self, by: i32) -> i32 {
        CHANGED.add();
        self.x += by;
        self.x
    }

    #[memoize(key(self = (self.x, self.y)))]
    fn part(&self, text: &str) -> usize {
        BY_REFERENCE.add();
        text.len()
    }
}

fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

#[test]
fn by_value() {
    assert_eq!((point(1, 2).into_sum(), point(1, 2).into_sum()), (3, 3));
    assert_eq!(point(2, 1).into_sum(), 3);
    assert_eq!(BY_VALUE.get(), 2);
    assert_eq!(point(1, 2).moved(5), point(6, 2));
    assert_eq!(point(1, 2).moved(5), point(6, 2));
    assert_eq!(BY_VALUE.get(), 3);
}

#[test]
fn by_reference() {
    let (a, b) = (point(3, 4), point(0, 0));
    assert_eq!((a.norm(), a.norm(), b.norm()), (25, 25, 0));
    assert_eq!(BY_REFERENCE.get(), 2);
    assert_eq!(
        (a.distance(&b), a.clone().distance(&b), b.distance(&a)),
        (7, 7, 7)
    );
    assert_eq!(BY_REFERENCE.get(), 4);
    assert_eq!(
        (a.part("ab"), a.part("ab"), b.part("ab"), a.part("")),
        (2, 2, 2, 0)
    );
    assert_eq!(BY_REFERENCE.get(), 7);
}

#[test]
fn with_a_type() {
    let a = point(3, 4);
    assert_eq!((a.typed(1), a.typed(1), a.typed(2)), (4, 4, 5));
    assert_eq!((a.clone().typed_value(), a.typed_value()), (4, 4));
    assert_eq!(TYPED.get(), 3);
}

#[test]
fn pointers() {
    let arc = Arc::new(point(1, 0));
    assert_eq!(
        (Arc::clone(&arc).arc(), Arc::new(point(1, 0)).arc()),
        (1, 1)
    );
    assert_eq!(POINTERS.get(), 1);
    assert_eq!((arc.by_arc(1), arc.by_arc(1), arc.by_arc(2)), (2, 2, 3));
    assert_eq!(POINTERS.get(), 3);
    assert_eq!(*Box::new(point(1, 0)).boxed(), point(1, 0));
    assert_eq!(*Box::new(point(1, 0)).boxed(), point(1, 0));
    assert_eq!(POINTERS.get(), 4);

    let rc = Rc::new(point(1, 0));
    assert!(Rc::ptr_eq(&Rc::clone(&rc).rc(), &rc));
    assert!(Rc::ptr_eq(&Rc::new(point(1, 0)).rc(), &rc));
    assert_eq!(LOCAL.get(), 1);
}

#[test]
fn pinned() {
    let (a, b) = (point(1, 0), point(1, 0));
    assert_eq!(
        (Pin::new(&a).pinned(), Pin::new(&b).pinned(), PINNED.get()),
        (1, 1, 1)
    );
}

#[test]
fn a_change_that_is_left_out() {
    let (mut a, mut b) = (point(1, 0), point(10, 0));
    assert_eq!((a.changed(1), b.changed(1), a.changed(1)), (2, 2, 2));
    assert_eq!((a.x, b.x, CHANGED.get()), (2, 10, 1));
    assert_eq!((b.changed(2), b.x), (12, 12));
}

/// Types of other forms than a struct with names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Shape {
    Empty,
    Circle(u32),
    Rect { w: u32, h: u32 },
}

static SHAPES: Runs = Runs::new();

impl Shape {
    #[memoize(handle = area_cache)]
    fn area(self) -> u32 {
        SHAPES.add();
        match self {
            Self::Empty => 0,
            Self::Circle(r) => 3 * r * r,
            Self::Rect { w, h } => w * h,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Pair<T>(T, T);

impl<T: Clone + Eq + Hash + Send + Sync + std::fmt::Debug + 'static> Pair<T> {
    #[memoize(handle = text_cache)]
    fn text(&self, Self(first, _): &Self) -> String {
        SHAPES.add();
        format!("{:?} {first:?}", self.1)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Unit;

impl Unit {
    #[memoize(handle = name_cache)]
    fn name(self, (a, [b, _]): (u8, [u8; 2]), _: u8) -> u8 {
        SHAPES.add();
        a + b
    }
}

#[test]
fn enums_and_tuples() {
    for _ in 0..2 {
        assert_eq!(Shape::Empty.area(), 0);
        assert_eq!(Shape::Circle(2).area(), 12);
        assert_eq!(Shape::Rect { w: 4, h: 3 }.area(), 12);
        assert_eq!(Pair(1, 2).text(&Pair(3, 4)), "2 3");
        assert_eq!(Pair('a', 'b').text(&Pair('c', 'd')), "'b' 'c'");
        assert_eq!(Unit.name((1, [2, 3]), 4), 3);
    }
    assert_eq!(SHAPES.get(), 6);
    assert_eq!(Shape::area_cache().info().hits, 3);
    assert_eq!(Shape::area_cache().name(), "it::receivers::Shape::area");
    assert_eq!(
        Pair::<u8>::text_cache().info().misses,
        2,
        "of all instantiations"
    );
    assert_eq!(Unit::name_cache().clear(), 1);
}

/// A method of a type that borrows, with what it owns as its key.
struct View<'a> {
    text: Cow<'a, str>,
}

static VIEWS: Runs = Runs::new();

impl<'a> View<'a> {
    #[memoize(key(self = self.text.as_ref().to_owned()))]
    fn words(&self, longer_than: usize) -> usize {
        VIEWS.add();
        self.text
            .split(' ')
            .filter(|word| word.len() > longer_than)
            .count()
    }

    #[memoize]
    fn of(text: &'a str) -> usize {
        VIEWS.add();
        Self { text: text.into() }.text.len()
    }
}

#[test]
fn types_that_borrow() {
    let text = "a bc def".to_owned();
    let (one, two) = (
        View {
            text: Cow::Borrowed(&text),
        },
        View {
            text: Cow::Owned(text.clone()),
        },
    );
    assert_eq!((one.words(1), two.words(1), one.words(2)), (2, 2, 1));
    assert_eq!((View::of(&text), View::of("a bc def")), (8, 8));
    assert_eq!(VIEWS.get(), 3);
}
