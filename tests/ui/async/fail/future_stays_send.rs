//! Whether a future may move between threads is for its body to say.
use std::rc::Rc;

use memokit::memoize;

async fn pause() {}

#[memoize]
async fn square(n: u64) -> u64 {
    let shared = Rc::new(n);
    pause().await;
    *shared * *shared
}

fn spawn(future: impl Future<Output = u64> + Send) {
    drop(future);
}

fn main() {
    spawn(square(2));
}
