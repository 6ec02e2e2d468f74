//! A service that asks another one: many tasks, few requests.
//!
//! 500 tasks want exchange rates. Each pair is asked for once, also while the first answer is still
//! on its way; a task that goes away in the middle leaves its request to the next one. The names of
//! currencies are asked for many at a time, and only those that are missing.
//!
//! ```sh
//! cargo run --release --features async --example exchange
//! ```

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use memokit::memoize;
use tokio::time::sleep;

/// How long the other service takes to answer.
const LATENCY: Duration = Duration::from_millis(20);
const CURRENCIES: [(&str, &str, f64); 4] = [
    ("EUR", "Euro", 1.0),
    ("USD", "US dollar", 1.08),
    ("JPY", "Yen", 163.0),
    ("CHF", "Swiss franc", 0.94),
];

static REQUESTS: AtomicUsize = AtomicUsize::new(0);

async fn request() {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
    sleep(LATENCY).await;
}

/// There is no such currency.
#[derive(Debug, PartialEq)]
struct Unknown(String);

/// Errors are not kept: a currency that is unknown today is asked for again.
#[memoize(maxsize = 1_000, ttl = "1m")]
async fn rate(from: &str, to: &str) -> Result<f64, Unknown> {
    request().await;
    let find = |code: &str| {
        let mut all = CURRENCIES.iter();
        let found = all.find(|currency| currency.0 == code);
        found
            .map(|currency| currency.2)
            .ok_or_else(|| Unknown(code.to_owned()))
    };
    Ok(find(to)? / find(from)?)
}

/// One request, however many are missing.
#[memoize(bulk, maxsize = 1_000)]
async fn names(codes: &[String]) -> HashMap<String, String> {
    println!("  asked for the names of {codes:?}");
    request().await;
    let known = CURRENCIES
        .iter()
        .filter(|currency| codes.iter().any(|code| code == currency.0));
    known
        .map(|currency| (currency.0.to_owned(), currency.1.to_owned()))
        .collect()
}

fn requests_of_late() -> usize {
    REQUESTS.swap(0, Ordering::Relaxed)
}

async fn many_tasks() {
    let tasks: Vec<_> = (0..500)
        .map(|n| {
            let (from, _, _) = CURRENCIES[n % 4];
            let (to, _, _) = CURRENCIES[n / 4 % 4];
            tokio::spawn(rate(from, to))
        })
        .collect();
    for task in tasks {
        let rate = task.await.expect("no panic").expect("a known currency");
        assert!(rate > 0.0);
    }
    let info = rate::cache_info();
    println!(
        "500 tasks, 16 pairs: {} requests, {} tasks waited for one",
        info.misses, info.coalesced
    );
    assert_eq!(requests_of_late(), 16);
}

async fn a_task_goes_away() {
    rate::cache_clear();
    let first = tokio::spawn(rate("EUR", "USD"));
    // Either of two tasks may come first: the one that is to be aborted has to.
    while REQUESTS.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let second = tokio::spawn(rate("EUR", "USD"));
    sleep(LATENCY / 4).await;
    first.abort();
    assert!(first.await.is_err(), "aborted before there was an answer");
    let rate = second.await.expect("no panic").expect("a known currency");
    println!("one task aborted in the middle of its request, the other has {rate}");
    assert_eq!(requests_of_late(), 2);
}

async fn many_keys() {
    let codes = |codes: &[&str]| {
        codes
            .iter()
            .map(|code| (*code).to_owned())
            .collect::<Vec<_>>()
    };
    let (two, other) = (codes(&["EUR", "USD"]), codes(&["USD", "JPY", "ABC"]));
    let (first, second) = tokio::join!(names(&two), names(&other));
    assert_eq!((first.len(), second.len()), (2, 2));
    let all = names(&codes(&["JPY", "CHF", "EUR", "USD"])).await;
    assert_eq!(all["CHF"], "Swiss franc");
    // The third one was for CHF alone.
    assert_eq!(requests_of_late(), 3);
}

#[tokio::main]
async fn main() {
    many_tasks().await;
    a_task_goes_away().await;
    many_keys().await;
    assert_eq!(rate("EUR", "???").await, Err(Unknown("???".to_owned())));
    assert!(!rate::contains("EUR", "???"));
    println!("\n{}", memokit::report());
}
