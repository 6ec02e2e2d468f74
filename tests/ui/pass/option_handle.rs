//! A handle of another name makes room for a module, a type or a primitive; or there is none.
use memokit::memoize;

mod config {
    pub const OFFSET: u64 = 10;
}

#[memoize(handle = config_cache)]
fn config(n: u64) -> u64 {
    n + config::OFFSET
}

#[memoize(handle = cached_u64)]
fn u64(n: u32) -> u64 {
    n.into()
}

#[expect(non_camel_case_types)]
struct area {
    side: u64,
}

#[memoize(handle = false)]
fn area(side: u64) -> u64 {
    let area = area { side };
    area.side * area.side
}

fn main() {
    assert_eq!(config(1) + u64(1) + area(2), 16);
    assert!(config_cache::contains(&1));
    assert!(cached_u64::contains(&1));
}
