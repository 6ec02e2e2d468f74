//! Keys from expressions: of all arguments, or of one.
use memokit::memoize;

#[derive(Clone)]
struct User {
    id: u64,
    name: String,
}

#[memoize(key = user.id)]
fn by_id(user: &User) -> usize {
    user.name.len()
}

#[memoize(key = user.to_lowercase(), skip(verbose))]
fn by_lower_case(user: &str, verbose: bool) -> usize {
    if verbose { user.len() } else { 0 }
}

#[memoize(key = (x.to_bits(), format!("{unit:?}")))]
fn by_tuple(x: f64, unit: Option<char>) -> f64 {
    if unit.is_some() { x } else { -x }
}

#[memoize(key(user = user.id))]
fn by_part(n: u64, user: User) -> u64 {
    n + user.name.len() as u64
}

#[memoize(key(f = f as usize))]
fn by_address(f: fn() -> u64) -> u64 {
    f()
}

fn one() -> u64 {
    1
}

fn main() {
    let ada = User {
        id: 1,
        name: "Ada".to_owned(),
    };
    let renamed = User {
        id: 1,
        name: "Ada L.".to_owned(),
    };
    assert_eq!((by_id(&ada), by_id(&renamed)), (3, 3));
    assert_eq!(
        (by_lower_case("Ada", true), by_lower_case("ADA", false)),
        (3, 3)
    );
    assert_eq!((by_tuple(2.0, None), by_tuple(2.0, Some('m'))), (-2.0, 2.0));
    assert_eq!(
        (
            by_part(1, ada),
            by_part(1, renamed.clone()),
            by_part(2, renamed)
        ),
        (4, 4, 8)
    );
    assert_eq!(by_address(one), 1);
}
