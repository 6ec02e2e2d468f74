//! An error that is stored must be `Clone`.
use memokit::memoize;

#[memoize(cache_err = true)]
fn size_of(path: &str) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

fn main() {
    size_of("/").unwrap();
}
