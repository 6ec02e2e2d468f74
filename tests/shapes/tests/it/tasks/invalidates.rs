//! `#[invalidates]` on functions that are asynchronous in any way.

use std::pin::Pin;

use memokit::{invalidates, memoize};

use super::by_hand::{Hold, Polled, now};

#[memoize]
async fn loaded(id: u64) -> u64 {
    id * 2
}

#[memoize]
fn length(name: &str) -> usize {
    name.len()
}

type Saved = Result<usize, std::num::ParseIntError>;

#[invalidates(loaded(id), length(name))]
async fn save(id: u64, name: String) -> Saved {
    let number: usize = name.parse()?;
    tokio::task::yield_now().await;
    assert!(loaded::contains(&id), "not before it is done");
    Ok(number)
}

#[invalidates(loaded(id))]
fn opaque(id: u64) -> impl Future<Output = Saved> + Send {
    async move { id.to_string().parse() }
}

#[invalidates(loaded(id))]
fn boxed<'a>(id: &'a u64) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
    Box::pin(async move { assert!(*id < 100) })
}

#[invalidates(loaded(50))]
async fn held(hold: &Hold) {
    hold.compute(()).await;
}

fn is_send<T: Send>(t: T) -> T {
    t
}

#[invalidates(length(&id.to_string()))]
async fn by_number(id: u64) {
    tokio::task::yield_now().await;
    assert!(length::contains(&id.to_string()), "not before it is done");
}

#[invalidates(length(&id.to_string()))]
fn by_number_opaquely(id: u64) -> impl Future<Output = ()> + Send {
    by_number(id + 1)
}

#[tokio::test]
async fn what_was_made_on_the_spot() {
    length("500");
    is_send(by_number(500)).await;
    assert!(!length::contains("500"));
    length("500");
    length("501");
    is_send(by_number_opaquely(500)).await;
    assert!(!length::contains("500") && !length::contains("501"));
}

#[tokio::test]
async fn when_they_are_done() {
    loaded(1).await;
    length("12");
    assert_eq!(is_send(save(1, "12".to_owned())).await, Ok(12));
    assert!(!loaded::contains(&1) && !length::contains("12"));

    loaded(1).await;
    assert!(save(1, "no number".to_owned()).await.is_err());
    assert!(loaded::contains(&1));

    let future = is_send(opaque(1));
    assert!(loaded::contains(&1), "nothing has run");
    assert_eq!(future.await, Ok(1));
    assert!(!loaded::contains(&1));

    loaded(2).await;
    is_send(boxed(&2)).await;
    assert!(!loaded::contains(&2));
}

#[test]
fn not_when_they_are_dropped() {
    assert_eq!(now(loaded(50)), 100);
    let hold = Hold::default();
    let writes = Polled::suspended(held(&hold));
    drop(writes);
    assert!(loaded::contains(&50));
}

#[memoize]
async fn labelled(id: u64) -> u64 {
    tokio::task::yield_now().await;
    memokit::tag("invalidates::labelled");
    tokio::task::yield_now().await;
    id
}

#[memoize(skip(hold))]
async fn late(id: u64, hold: &Hold) -> u64 {
    let value = hold.compute(id).await;
    memokit::tag("invalidates::late");
    value
}

#[invalidates(tag = format!("invalidates::{name}"))]
async fn relabel(name: &str) {}

#[tokio::test]
async fn tags_of_single_results() {
    assert_eq!(labelled(1).await + labelled(2).await, 3);
    assert!(labelled::contains(&1));
    relabel("labelled").await;
    assert!(!labelled::contains(&1) && !labelled::contains(&2));
}

#[test]
fn a_tag_that_was_cleared_while_the_task_ran() {
    let hold = Hold::default();
    let mut leader = Polled::suspended(late(1, &hold));
    Polled::new(relabel("late")).assert_ready(());
    hold.release();
    leader.assert_ready(1);
    assert!(!late::contains(&1));
}
