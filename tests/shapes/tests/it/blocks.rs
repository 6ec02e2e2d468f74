//! `#[memoize]` on an `impl` block.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use memokit::memoize;

use crate::support::{Runs, caches_of, names_of};

static TABLE: Runs = Runs::new();

/// A multiplication table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Table {
    by: u32,
}

#[memoize]
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "references are what is tested"
)]
impl Table {
    /// Stays as it is.
    const SIZE: u32 = 10;

    /// One of the rows.
    #[memoize]
    pub(crate) fn row(&self, n: u32) -> Vec<u32> {
        TABLE.add();
        (1..=Self::SIZE)
            .map(|column| self.by * n * column)
            .collect()
    }

    #[memoize(maxsize = 2, ttl = "1h", tags("blocks::table"))]
    fn sum(self, upto: u32) -> u32 {
        TABLE.add();
        (0..=upto).map(|n| self.by * n).sum()
    }

    #[memoize]
    #[must_use]
    fn of(by: u32) -> Self {
        TABLE.add();
        Self { by }
    }

    #[memoize(name = "checked_table")]
    fn checked(text: &str) -> Result<Self, std::num::ParseIntError> {
        TABLE.add();
        Ok(Self::of(text.parse()?))
    }

    #[memoize(handle = products)]
    fn product(a: u32, b: u32) -> u32 {
        TABLE.add();
        a * b
    }

    #[memoize(handle = false)]
    fn without_handle(self) -> u32 {
        TABLE.add();
        self.by
    }

    #[memoize]
    fn r#match(r#type: u32) -> u32 {
        r#type + 1
    }

    #[cfg(any())]
    #[memoize]
    fn absent(&self) -> NoSuchType {
        NoSuchType
    }

    #[cfg(not(any()))]
    #[memoize]
    fn present(&self) -> u32 {
        self.by
    }

    /// Not memoized.
    fn plain(self, n: u32) -> u32 {
        TABLE.add();
        self.by * n
    }

    /// Recursive, by way of the type.
    #[memoize]
    fn fibonacci(n: u32) -> u64 {
        if n < 2 {
            return n.into();
        }
        Self::fibonacci(n - 1) + Table::fibonacci(n - 2)
    }
}

#[test]
fn a_block_of_the_type_itself() {
    let table = Table { by: 3 };
    for _ in 0..2 {
        assert_eq!(table.row(2)[..3], [6, 12, 18]);
        assert_eq!(table.sum(3), 18);
        assert_eq!(Table::of(7).by, 7);
        assert_eq!(Table::checked("8"), Ok(Table { by: 8 }));
        assert_eq!(Table::product(2, 3), 6);
        assert_eq!(table.without_handle(), 3);
        assert_eq!(table.present(), 3);
    }
    assert_eq!(TABLE.get(), 7);
    assert!(Table::checked("x").is_err() && Table::checked("x").is_err());
    assert_eq!(TABLE.get(), 9);
    assert_eq!((table.plain(2), table.plain(2), TABLE.get()), (6, 6, 11));
    assert_eq!(
        (Table::r#match(1), Table::match_cache().info().misses),
        (2, 1)
    );
    assert_eq!(Table::fibonacci(50), 12_586_269_025);

    assert_eq!(Table::row_cache().name(), "it::blocks::Table::row");
    assert_eq!(Table::row_cache().info().hits, 1);
    assert_eq!(Table::sum_cache().parameters().maxsize, Some(2));
    assert_eq!(Table::products().name(), "it::blocks::Table::product");
    assert_eq!(Table::checked_cache().name(), "checked_table");
    assert_eq!(
        (
            Table::present_cache().clear(),
            Table::fibonacci_cache().info().misses
        ),
        (1, 51)
    );
    assert_eq!(memokit::clear_tag("blocks::table"), 1);
    assert_eq!(caches_of("it::blocks::Table::without_handle").len(), 1);
    assert_eq!(Table::of_cache().info().currsize, 2);
    assert_eq!(memokit::clear_matching("blocks::Table::of"), 2);
}

static LISTS: Runs = Runs::new();

struct List<T, const N: usize>([T; N]);

#[memoize]
impl<T, const N: usize> List<T, N>
where
    T: Clone + Eq + Hash + Debug + Send + Sync + 'static,
{
    #[memoize(key(self = self.0.clone()))]
    fn text(&self) -> String {
        LISTS.add();
        format!("{:?}", self.0)
    }

    #[memoize]
    fn len() -> usize {
        LISTS.add();
        N
    }

    #[memoize(skip(with))]
    fn mapped<U, F>(items: [T; N], start: U, with: F) -> Vec<U>
    where
        U: Clone + Eq + Hash + Send + Sync + 'static,
        F: Fn(&T, &U) -> U,
    {
        LISTS.add();
        items.iter().map(|item| with(item, &start)).collect()
    }
}

#[test]
fn a_generic_block() {
    for _ in 0..2 {
        assert_eq!(List([1, 2]).text(), "[1, 2]");
        assert_eq!(List(['a']).text(), "['a']");
        assert_eq!(
            (
                List::<u8, 1>::len(),
                List::<u8, 2>::len(),
                List::<u16, 2>::len()
            ),
            (1, 2, 2)
        );
    }
    assert_eq!(LISTS.get(), 5);
    assert_eq!(
        List::<u8, 1>::len_cache().info().misses,
        3,
        "of all instantiations"
    );
    assert_eq!(
        names_of("it::blocks::List<")
            .into_iter()
            .filter(|name| name.ends_with("len"))
            .count(),
        3
    );
    assert_eq!(List::mapped([1, 2], 10, |n, start| n + start), [11, 12]);
    assert_eq!(List::mapped([1, 2], 10, |_, _| unreachable!()), [11, 12]);
    assert_eq!(List::mapped([1, 2], 10_u8, |_, start| *start), [10, 10]);
    assert_eq!(LISTS.get(), 7);
}

static BORROWED: Runs = Runs::new();

/// Borrows, and shows what it borrows.
struct Line<'a, T: ?Sized>(&'a T);

#[memoize]
impl<'a, T: Display + ?Sized> Line<'a, T> {
    #[memoize(key(self = self.0.to_string()))]
    fn width(&self) -> usize {
        BORROWED.add();
        self.0.to_string().len()
    }

    #[memoize(key(item = item.to_string()))]
    fn width_of(item: &'a T, extra: &str) -> usize {
        BORROWED.add();
        item.to_string().len() + extra.len()
    }
}

#[test]
fn a_block_with_lifetimes() {
    let texts = ["abc".to_owned(), "abc".to_owned()];
    assert_eq!((Line(&texts[0]).width(), Line(&texts[1]).width()), (3, 3));
    assert_eq!(Line(texts[0].as_str()).width(), 3);
    let nested = [&texts[0], &texts[1]];
    assert_eq!((Line(&nested[0]).width(), Line(&nested[1]).width()), (3, 3));
    assert_eq!(BORROWED.get(), 3, "one for each type");
    assert_eq!(
        (
            Line::width_of(&texts[0], "d"),
            Line::width_of(&texts[1], "d")
        ),
        (4, 4)
    );
    assert_eq!(BORROWED.get(), 4);
    assert_eq!(Line::<str>::width_cache().info().hits, 2);
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Direction {
    Up,
    Down,
}

#[memoize]
impl Direction {
    #[memoize(scope = thread)]
    fn rc(self) -> std::rc::Rc<str> {
        format!("{self:?}").into()
    }

    #[memoize(oom_protection = false, cache_if = |back: &Option<Self>| back.is_some())]
    fn back(self) -> Option<Self> {
        TURNS.add();
        (self == Self::Up).then_some(Self::Down)
    }
}

static TURNS: Runs = Runs::new();

#[test]
fn options_inside() {
    assert!(std::rc::Rc::ptr_eq(
        &Direction::Up.rc(),
        &Direction::Up.rc()
    ));
    assert_eq!(&*Direction::Down.rc(), "Down");
    for _ in 0..2 {
        assert_eq!(Direction::Up.back(), Some(Direction::Down));
        assert_eq!(Direction::Down.back(), None);
    }
    assert_eq!(TURNS.get(), 3);
    assert_eq!(Direction::back_cache().info().maxsize, None);
}
