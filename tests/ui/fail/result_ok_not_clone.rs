//! Of a `Result`, what is stored must be `Clone`.
use memokit::memoize;
use std::fs::File;
use std::io;

#[memoize]
fn open(path: &str) -> io::Result<File> {
    File::open(path)
}

fn main() {
    open("/").unwrap();
}
