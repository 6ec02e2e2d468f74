//! Wrong options do not hide what is wrong with the function.
use memokit::memoize;

#[memoize(maxsize = "many")]
fn push(list: &mut Vec<u64>, n: u64) -> &u64 {
    list.push(n);
    &list[0]
}

fn main() {
    push(&mut Vec::new(), 2);
}
