//! What goes on in the background may do so on any thread.
use std::rc::Rc;

use memokit::{TimedOut, memoize};

async fn pause() {}

#[memoize(hard_timeout = "2s")]
async fn square(n: u64) -> Result<u64, TimedOut> {
    let shared = Rc::new(n);
    pause().await;
    Ok(*shared * *shared)
}

fn main() {
    drop(square(2));
}
