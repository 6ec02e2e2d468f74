//! A thread's cache stays in its thread, and so do the computations for it.
use memokit::memoize;

#[memoize(scope = thread)]
async fn local(n: u64) -> u64 {
    n * n
}

#[memoize]
async fn shared(n: u64) -> u64 {
    n * n
}

/// The compiler finds `Which` only where one of the two can apply: for what is not `Send`.
trait NotSend<Which> {}
struct Always;
struct IfSend;
impl<T> NotSend<Always> for T {}
impl<T: Send> NotSend<IfSend> for T {}

fn not_send<Which>(future: impl Future<Output = u64> + NotSend<Which>) {
    drop(future);
}

fn main() {
    not_send(local(2));
    not_send::<IfSend>(shared(2));
}
