//! Keys of types with a `Display` of their own: that is what patterns are compared with.

use std::fmt::{self, Display};
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroU64;

use memokit::{BorrowKey, memoize};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct UserId(u64);

impl Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user:{}", self.0)
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Name(String);

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct DebugOnly(u64);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Neither(u64);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct DisplayOnly(u64);

impl Display for DisplayOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "only:{}", self.0)
    }
}

#[memoize(name = "displayed_alone::by_id")]
fn by_id(id: UserId) -> u64 {
    id.0
}

#[memoize]
fn by_reference(id: &UserId) -> u64 {
    id.0
}

#[memoize(scope = thread)]
fn in_thread(id: UserId) -> u64 {
    id.0
}

#[memoize]
fn by_name(name: &Name) -> usize {
    name.0.len()
}

#[test]
fn a_type_with_both_is_meant_as_displayed() {
    for id in [7, 71, 8].map(UserId) {
        assert_eq!(
            (by_id(id), by_reference(&id), in_thread(id)),
            (id.0, id.0, id.0)
        );
        by_name(&Name(id.to_string()));
    }
    assert_eq!(by_id::invalidate_matching("UserId*"), 0);
    assert_eq!(by_id::invalidate_matching("user:7"), 1);
    assert_eq!(
        by_id::keys(),
        ["UserId(71)", "UserId(8)"],
        "as they are shown"
    );
    let all = "displayed_alone::*";
    assert_eq!(memokit::invalidate_matching(all, "user:7*"), 1);
    assert!(by_id::contains(&UserId(8)));
    assert_eq!(by_reference::invalidate_matching("user:7*"), 2);
    assert_eq!(in_thread::invalidate_matching("user:?"), 2);
    assert_eq!(by_name::invalidate_matching("user:7*"), 2);
}

#[memoize]
fn debug_only(id: DebugOnly) -> u64 {
    id.0
}

#[memoize]
fn neither(id: Neither) -> u64 {
    id.0
}

#[memoize]
fn display_only(id: DisplayOnly) -> u64 {
    id.0
}

#[test]
fn what_a_type_lacks() {
    for n in [1, 2] {
        debug_only(DebugOnly(n));
        neither(Neither(n));
        display_only(DisplayOnly(n));
    }
    assert_eq!(debug_only::invalidate_matching("DebugOnly(1)"), 1);
    assert_eq!(neither::invalidate_matching("*1*"), 0);
    assert_eq!(
        neither::invalidate_matching("_"),
        2,
        "no part of it can be told"
    );
    assert_eq!(display_only::keys(), ["_", "_"]);
    assert_eq!(display_only::invalidate_matching("only:1"), 1);
}

/// Its `Display` fails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Unwritable(u64);

impl Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            Err(fmt::Error)
        } else {
            f.write_str("other")
        }
    }
}

#[memoize]
fn unwritable(id: Unwritable) -> u64 {
    id.0
}

#[test]
fn a_display_that_fails_means_nothing() {
    unwritable(Unwritable(0));
    unwritable(Unwritable(1));
    assert_eq!(unwritable::invalidate_matching("*"), 1);
    assert!(unwritable::contains(&Unwritable(0)));
}

#[memoize]
fn several(id: UserId, n: u32) -> u64 {
    id.0 + u64::from(n)
}

#[memoize]
fn optional(id: Option<UserId>) -> u64 {
    id.map_or(0, |id| id.0)
}

#[memoize(skip(n))]
fn one_of_two(id: UserId, n: u32) -> u64 {
    id.0 + u64::from(n)
}

#[test]
fn several_parts_are_meant_as_they_are_shown() {
    several(UserId(7), 1);
    optional(Some(UserId(7)));
    one_of_two(UserId(7), 1);
    assert_eq!(several::invalidate_matching("user*"), 0);
    assert_eq!(several::invalidate_matching("(UserId(7), 1)"), 1);
    assert_eq!(optional::invalidate_matching("Some(UserId(7))"), 1);
    assert_eq!(
        one_of_two::invalidate_matching("user:7"),
        1,
        "one that counts"
    );
}

struct User {
    id: UserId,
    name: Name,
}

#[memoize(key = user.id)]
fn by_field(user: &User) -> u64 {
    user.id.0
}

#[memoize(key = &user.name)]
fn by_borrowed_field(user: &User) -> usize {
    user.name.0.len()
}

#[memoize(key = (user.id, user.name.0.len()))]
fn by_two_fields(user: &User) -> u64 {
    user.id.0
}

#[memoize(key(user = user.id))]
fn by_part(user: User) -> usize {
    user.name.0.len()
}

#[memoize(key = Neither(user.id.0))]
fn by_hidden(user: &User) -> u64 {
    user.id.0
}

#[test]
fn expressions() {
    let user = User {
        id: UserId(7),
        name: Name("Ada".to_owned()),
    };
    by_field(&user);
    by_borrowed_field(&user);
    by_two_fields(&user);
    by_hidden(&user);
    by_part(user);
    assert_eq!(by_field::invalidate_matching("user:7"), 1);
    assert_eq!(by_borrowed_field::invalidate_matching("A?a"), 1);
    assert_eq!(by_two_fields::invalidate_matching("(UserId(7), 3)"), 1);
    assert_eq!(by_hidden::invalidate_matching("*7*"), 0);
    assert_eq!(by_part::invalidate_matching("user:7"), 1);
}

#[memoize(name = "displayed_generic::bound")]
fn bound<T: Display + Hash + Eq + Clone + Send + Sync + 'static>(key: T) -> String {
    key.to_string()
}

#[memoize(name = "displayed_generic::shown")]
fn shown<T: fmt::Debug + Hash + Eq + Clone + Send + Sync + 'static>(key: T) -> String {
    format!("{key:?}")
}

#[test]
fn generic_functions_know_what_their_bounds_say() {
    for id in [7, 8].map(UserId) {
        bound(id);
        shown(id);
    }
    bound(7_u8);
    let within = |name, pattern| memokit::invalidate_matching(name, pattern);
    assert_eq!(within("displayed_generic::bound", "user:7"), 1);
    assert_eq!(within("displayed_generic::bound", "7"), 1);
    assert_eq!(within("displayed_generic::shown", "user:7"), 0);
    assert_eq!(within("displayed_generic::shown", "UserId(7)"), 1);
}

#[memoize]
impl UserId {
    #[memoize]
    fn doubled(&self) -> u64 {
        self.0 * 2
    }

    #[memoize]
    fn tripled(self) -> u64 {
        self.0 * 3
    }
}

#[memoize]
impl User {
    #[memoize(key(self = self.id))]
    fn number(&self) -> u64 {
        self.id.0
    }
}

#[test]
fn methods() {
    let id = UserId(7);
    let user = User {
        id,
        name: Name(String::new()),
    };
    assert_eq!((id.doubled(), id.tripled(), user.number()), (14, 21, 7));
    assert_eq!(UserId::doubled_cache().invalidate_matching("user:7"), 1);
    assert_eq!(UserId::tripled_cache().invalidate_matching("user:?"), 1);
    assert_eq!(User::number_cache().invalidate_matching("user:7"), 1);
}

/// Borrows, and is stored as a [`Name`].
struct View<'a>(&'a str);

impl BorrowKey for View<'_> {
    type Owned = Name;

    fn feed<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }

    fn matches(&self, owned: &Name) -> bool {
        self.0 == owned.0
    }

    fn own(&self) -> Name {
        Name(self.0.to_owned())
    }
}

#[memoize]
fn by_view(view: View<'_>) -> usize {
    view.0.len()
}

#[memoize(bulk)]
fn in_bulk(ids: &[UserId]) -> Vec<u64> {
    ids.iter().map(|id| id.0).collect()
}

#[test]
fn views_and_many_keys() {
    by_view(View("user:7"));
    assert_eq!(by_view::invalidate_matching("user:*"), 1);
    in_bulk(&[7, 71, 8].map(UserId));
    assert_eq!(in_bulk::invalidate_matching("user:7*"), 2);
}

#[memoize]
fn number(n: NonZeroU64) -> u64 {
    n.get()
}

#[memoize]
fn signed(n: i64) -> i64 {
    n
}

#[memoize]
fn address(ip: IpAddr) -> bool {
    ip.is_loopback()
}

#[memoize(floats = "bits")]
fn float(x: f64) -> f64 {
    x * 2.0
}

#[memoize(floats = "bits")]
fn two_floats(x: f64, y: f64) -> f64 {
    x * y
}

#[test]
fn types_of_the_standard_library() {
    number(NonZeroU64::MIN);
    signed(-12);
    address([127, 0, 0, 1].into());
    for x in [1.0, 1.5] {
        float(x);
        two_floats(x, 1.0);
    }
    assert_eq!(number::invalidate_matching("1"), 1);
    assert_eq!(signed::invalidate_matching("-1*"), 1);
    assert_eq!(address::invalidate_matching("127.0.*"), 1);
    assert_eq!(float::invalidate_matching("1"), 1);
    assert_eq!(float::invalidate_matching("1.5"), 1);
    assert_eq!(two_floats::invalidate_matching("(1.0, 1.0)"), 1);
}

#[cfg(feature = "async")]
#[memoize]
async fn later(id: UserId) -> u64 {
    id.0
}

#[cfg(feature = "async")]
#[test]
fn async_functions() {
    use std::task::{Context, Poll, Waker};

    let mut context = Context::from_waker(Waker::noop());
    for n in [7, 8] {
        let mut call = std::pin::pin!(later(UserId(n)));
        assert_eq!(call.as_mut().poll(&mut context), Poll::Ready(n));
    }
    assert_eq!(later::invalidate_matching("user:7"), 1);
}
