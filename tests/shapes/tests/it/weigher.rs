//! Sizes that a user's function says: of async functions, and of those over many keys.

use memokit::{SizeSource, memoize};

use crate::support::fail_silently;

#[memoize(weigher = |text: &String| if text.is_empty() { fail_silently() } else { 100 * text.len() })]
async fn text(length: usize) -> String {
    tokio::task::yield_now().await;
    "x".repeat(length)
}

#[tokio::test]
async fn of_tasks() {
    assert_eq!(text(100).await.len(), 100);
    let bytes = text::cache_info().bytes.unwrap();
    assert!((10_000..10_200).contains(&bytes), "{bytes}");
    let both = tokio::join!(text(0), text(0));
    assert_eq!(both, (String::new(), String::new()));
    let info = text::cache_info();
    assert_eq!((info.currsize, info.rejected), (1, 1));
    assert_eq!(
        (info.misses, info.coalesced),
        (2, 1),
        "the value serves both"
    );
    assert_eq!(text::cache_parameters().sizes, Some(SizeSource::Weigher));
    text::refresh(100).await;
    assert_eq!(text::cache_info().bytes, Some(bytes));
}

#[memoize(bulk, weigher = |text: &String| if text.is_empty() { fail_silently() } else { 100 * text.len() })]
fn texts(lengths: &[usize]) -> Vec<String> {
    lengths.iter().map(|length| "x".repeat(*length)).collect()
}

#[test]
fn of_many_keys() {
    let lengths = |texts: Vec<String>| texts.iter().map(String::len).collect::<Vec<_>>();
    assert_eq!(lengths(texts(&[100, 0, 50])), [100, 0, 50]);
    let info = texts::cache_info();
    assert_eq!(
        (info.currsize, info.rejected, info.load_failures),
        (2, 1, 0)
    );
    let bytes = info.bytes.unwrap();
    assert!((15_000..15_400).contains(&bytes), "{bytes}");
    assert_eq!(lengths(texts(&[0, 50])), [0, 50]);
}

#[memokit::memoize(bulk, weigher = |n: &u64| usize::try_from(*n).unwrap())]
async fn many(ns: &[u64]) -> std::collections::HashMap<u64, u64> {
    ns.iter().map(|n| (*n, n * 100)).collect()
}

#[tokio::test]
async fn of_many_keys_and_tasks() {
    assert_eq!(many(&[100, 200]).await.len(), 2);
    let bytes = many::cache_info().bytes.unwrap();
    assert!((30_000..30_400).contains(&bytes), "{bytes}");
}
