//! A call that waits no longer has to return something.
use memokit::memoize;

#[memoize(hard_timeout = "2s")]
async fn no_result(n: u32) -> u32 {
    n
}

type Fallible<T> = Result<T, String>;

#[memoize(hard_timeout = "2s")]
async fn other_error(n: u32) -> Fallible<u32> {
    Ok(n)
}

#[memoize(hard_timeout = "2s", skip(none))]
async fn unfit_parameter<E: Clone + Send + Sync + 'static>(n: u32, none: Option<E>) -> Result<u32, E> {
    none.map_or(Ok(n), Err)
}

fn main() {}
