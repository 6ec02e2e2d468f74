//! A switch has two positions.
use memokit::memoize;

#[memoize(cache_err = "yes")]
fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    parse("2").unwrap();
}
