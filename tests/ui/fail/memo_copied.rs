//! A `Memo` belongs to one object.
use memokit::Memo;

#[derive(Clone, Copy)]
struct Text {
    memo: Memo,
}

fn main() {
    let memo: Memo<u64, u64> = Memo::new();
    let text = Text { memo };
    drop((text, text));
}
