//! What does not return has no result.
use memokit::memoize;

#[memoize]
fn stop(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {
    stop(2);
}
