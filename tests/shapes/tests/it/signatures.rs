//! Signatures of methods: further receivers, patterns, `Self` inside of types, ways to return.
#![allow(
    clippy::borrowed_box,
    clippy::needless_arbitrary_self_type,
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "signatures are what is tested"
)]

use std::borrow::Cow;
use std::fmt::Debug;
use std::num::ParseIntError;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use memokit::memoize;

use crate::support::Runs;

static RECEIVERS: Runs = Runs::new();
static ARGUMENTS: Runs = Runs::new();
static RETURNS: Runs = Runs::new();
static OPTIONS: Runs = Runs::new();

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Item(u8);

impl Item {
    #[memoize(skip(self))]
    fn by_mutable(self: &mut Self, n: u8) -> u8 {
        RECEIVERS.add();
        self.0 += n;
        self.0
    }

    #[memoize(skip(self))]
    fn by_pinned_mutable(mut self: Pin<&mut Self>, n: u8) -> u8 {
        RECEIVERS.add();
        self.0 += n;
        self.0
    }

    #[memoize(scope = thread)]
    fn by_rc(self: &Rc<Self>, n: u8) -> u8 {
        RECEIVERS.add();
        self.0 + n
    }

    #[memoize]
    fn by_box(self: &Box<Self>, n: u8) -> u8 {
        RECEIVERS.add();
        self.0 + n
    }

    #[memoize]
    fn by_pinned_box(self: Pin<Box<Self>>) -> u8 {
        RECEIVERS.add();
        self.0
    }

    #[memoize]
    fn by_pinned_arc(self: Pin<Arc<Self>>) -> u8 {
        RECEIVERS.add();
        self.0
    }

    #[memoize]
    fn patterns(
        &self,
        both @ (first, _): (u8, u8),
        [head, .., last]: [u8; 4],
        Self(inner): Self,
        &by_reference: &u8,
        mut sum: u8,
    ) -> u8
    where
        Self: Sized,
    {
        ARGUMENTS.add();
        sum += both.0 + first + head + last + inner + by_reference;
        sum + self.0
    }

    #[memoize]
    fn selves(
        array: [Self; 2],
        boxed: Box<[Self]>,
        pair: (Self, &Self),
        option: Option<&Self>,
        slice: &[Self],
    ) -> Vec<Self> {
        ARGUMENTS.add();
        let from_pair = [pair.0, pair.1.clone()].into_iter();
        let mut all: Vec<_> = array.into_iter().chain(boxed).chain(from_pair).collect();
        all.extend(option.cloned());
        all.extend_from_slice(slice);
        all
    }

    #[memoize]
    fn borrowed(&self, names: &[&str], tagged: (&str, u8), text: Cow<'_, str>) -> usize {
        ARGUMENTS.add();
        names.concat().len() + tagged.0.len() + text.len()
    }

    #[memoize]
    fn returns(&self, text: &str) -> Result<Option<u8>, ParseIntError> {
        RETURNS.add();
        if text.is_empty() {
            return Ok(None);
        }
        let parsed = text.split(' ').map(|part| {
            let n: u8 = part.parse()?;
            Ok(n + self.0)
        });
        let parsed: Result<Vec<u8>, ParseIntError> = parsed.collect();
        Ok(parsed?.first().copied())
    }

    #[memoize]
    fn next(&self) -> Option<Self> {
        RETURNS.add();
        self.0.checked_add(1).map(Self)
    }

    #[memoize]
    fn checked(&self, limit: u8) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        RETURNS.add();
        if self.0 > limit {
            Err("too large")?;
        }
        Ok(self.clone())
    }

    #[memoize(cache_if = |item: &Option<Self>| item.as_ref().is_some_and(|item| item.0 > 5))]
    fn kept(&self) -> Option<Self> {
        OPTIONS.add();
        Some(self.clone())
    }

    #[memoize(ttl = || Duration::from_secs(3_600), maxsize = Item::BOUND, skip(self))]
    fn bounded(&self, n: u8) -> u8 {
        OPTIONS.add();
        n + self.0
    }

    const BOUND: usize = 2;
}

#[test]
fn receivers() {
    let mut item = Item(1);
    assert_eq!((item.by_mutable(1), item.by_mutable(1), item.0), (2, 2, 2));
    assert_eq!(Pin::new(&mut item).by_pinned_mutable(1), 3);
    assert_eq!((Pin::new(&mut item).by_pinned_mutable(1), item.0), (3, 3));
    for _ in 0..2 {
        assert_eq!(
            (
                Rc::new(item.clone()).by_rc(1),
                Box::new(item.clone()).by_box(1)
            ),
            (4, 4)
        );
        assert_eq!(
            (
                Box::pin(item.clone()).by_pinned_box(),
                Arc::pin(item.clone()).by_pinned_arc()
            ),
            (3, 3)
        );
    }
    assert_eq!(RECEIVERS.get(), 6);
}

#[test]
fn arguments() {
    let item = Item(1);
    for _ in 0..2 {
        assert_eq!(item.patterns((1, 9), [1, 0, 0, 2], Item(3), &4, 5), 18);
        let (one, two) = (Item(1), Item(2));
        let all = Item::selves(
            [one.clone(), two.clone()],
            Box::new([two.clone()]),
            (one.clone(), &two),
            Some(&one),
            &[],
        );
        assert_eq!(
            all.iter().map(|item| item.0).collect::<Vec<_>>(),
            [1, 2, 2, 1, 2, 1]
        );
        assert_eq!(item.borrowed(&["a", "bc"], ("d", 1), "e".into()), 5);
    }
    assert_eq!(item.borrowed(&["ab", "c"], ("d", 1), "e".into()), 5);
    assert_eq!(ARGUMENTS.get(), 4);
}

#[test]
fn returns() {
    let item = Item(1);
    for _ in 0..2 {
        assert_eq!(item.returns(""), Ok(None));
        assert_eq!(item.returns("2 3"), Ok(Some(3)));
        assert_eq!(item.next(), Some(Item(2)));
        assert_eq!(Item(255).next(), None);
        assert_eq!(item.checked(1).unwrap(), item);
    }
    assert_eq!(RETURNS.get(), 5);
    assert!(item.returns("x").is_err() && item.returns("x").is_err());
    assert!(item.checked(0).is_err() && item.checked(0).is_err());
    assert_eq!(RETURNS.get(), 9, "errors are not stored");
}

#[test]
fn options() {
    for _ in 0..2 {
        assert_eq!(
            (Item(5).kept(), Item(6).kept()),
            (Some(Item(5)), Some(Item(6)))
        );
    }
    assert_eq!(OPTIONS.get(), 3);
    let item = Item(0);
    assert_eq!(
        [1, 2, 3, 3, 2, 1].map(|n| item.bounded(n)),
        [1, 2, 3, 3, 2, 1]
    );
    assert_eq!(OPTIONS.get(), 7, "the third put the first out");
}

static IMPLEMENTED: Runs = Runs::new();

trait Length {
    fn length(&self) -> usize;
}

#[memoize]
impl<T: Debug + ?Sized> Length for T {
    #[memoize(key(self = format!("{self:?}")))]
    fn length(&self) -> usize {
        IMPLEMENTED.add();
        format!("{self:?}").len()
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Defaulted<const N: usize = 3, T = u8>([T; N]);

#[memoize]
impl<const N: usize, T> Defaulted<N, T> {
    #[memoize(skip(self))]
    fn width(&self) -> usize {
        IMPLEMENTED.add();
        N * size_of::<T>()
    }

    /// Of which the block knows nothing.
    #[cfg_attr(all(), memoize(skip(self)))]
    fn doubled(&self, n: usize) -> usize {
        IMPLEMENTED.add();
        N * n
    }
}

#[test]
fn blankets_and_defaults() {
    let text = "local".to_owned();
    for _ in 0..2 {
        assert_eq!(
            (1.5.length(), text.as_str().length(), [1, 2][..].length()),
            (3, 7, 6)
        );
        assert_eq!(
            (Defaulted([1_u8, 2, 3]).width(), Defaulted([1_u16]).width()),
            (3, 2)
        );
        assert_eq!(
            (
                Defaulted([1_u8, 2, 3]).doubled(2),
                Defaulted([text.as_str()]).doubled(2)
            ),
            (6, 2)
        );
    }
    assert_eq!(IMPLEMENTED.get(), 7);
}
