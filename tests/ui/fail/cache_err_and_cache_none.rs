//! No type is both a `Result` and an `Option`.
use memokit::memoize;

#[memoize(cache_err = true, cache_none = false)]
fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    parse("2").unwrap();
}
