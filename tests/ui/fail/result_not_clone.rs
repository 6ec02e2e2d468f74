//! A result is handed out many times.
use memokit::memoize;

struct Connection(u64);

#[memoize]
fn connect(n: u64) -> Connection {
    Connection(n)
}

fn main() {
    let _ = connect(2).0;
}
