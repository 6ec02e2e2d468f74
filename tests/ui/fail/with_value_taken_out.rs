//! What is read in place stays there.
use memokit::memoize;

#[memoize]
fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn main() {
    let _: &Vec<String> = words::with("a b", |words| words);
    let _: Vec<String> = words::with("a b", |words| *words);
}
