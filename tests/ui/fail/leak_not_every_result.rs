//! Of a `Result`, behind any alias, an `Err` is not kept unless it is asked for.
use memokit::memoize;

type Parsed = Result<u32, std::num::ParseIntError>;

#[memoize(oom_protection = false, leak)]
fn parsed(text: &str) -> Parsed {
    text.parse()
}

fn main() {
    let _ = parsed("1");
}
