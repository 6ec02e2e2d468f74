//! One poll at a time: who is woken when, and what a drop at this point does.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use memokit::memoize;

use super::by_hand::{Hold, Polled, Wakes, held, now};
use crate::support::fail_silently;

#[test]
fn dropped_before_the_first_poll() {
    held!(f);
    let hold = Hold::default();
    drop(f(1, &hold));
    drop(f::refresh(1, &hold));
    assert_eq!((hold.runs(), f::cache_info().calls()), (0, 0));
}

#[test]
fn a_leader_dropped_while_others_wait() {
    held!(f);
    let hold = Hold::default();
    let leader = Polled::suspended(f(1, &hold));
    let mut first = Polled::suspended(f(1, &hold));
    let mut second = Polled::suspended(f(1, &hold));
    assert_eq!(f::cache_info().waiting, 2);
    drop(leader);
    assert_eq!(hold.running(), 0, "what the body held is free");
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
    // Whoever is polled first computes.
    second.assert_pending();
    first.assert_pending();
    assert_eq!((hold.runs(), f::cache_info().waiting), (2, 1));
    hold.release();
    second.assert_ready(2);
    assert_eq!(first.wakes(), 2);
    first.assert_ready(2);
    let info = f::cache_info();
    assert_eq!((info.misses, info.coalesced, info.hits), (2, 1, 0));
    assert_eq!((info.load_successes, info.load_failures), (1, 1));
}

#[test]
fn a_follower_dropped_after_it_was_woken() {
    held!(f);
    let hold = Hold::default();
    let leader = Polled::suspended(f(1, &hold));
    let first = Polled::suspended(f(1, &hold));
    let mut second = Polled::suspended(f(1, &hold));
    drop(leader);
    drop(first);
    // The duty is not lost with the one that might have taken it.
    assert_eq!(second.wakes(), 1);
    second.assert_pending();
    hold.release();
    second.assert_ready(2);
    assert_eq!(hold.runs(), 2);
}

#[test]
fn followers_dropped_while_they_wait() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let gone = Arc::new(Wakes::default());
    for _ in 0..3 {
        let mut follower = Polled::new(f(1, &hold));
        assert_eq!(
            follower.poll_with(&Waker::from(Arc::clone(&gone))),
            Poll::Pending
        );
        assert_eq!(f::cache_info().waiting, 1);
        drop(follower);
        assert_eq!(f::cache_info().waiting, 0);
    }
    assert_eq!(Arc::strong_count(&gone), 1, "no waker is kept");
    hold.release();
    leader.assert_ready(2);
    assert_eq!((gone.get(), hold.runs()), (0, 1));
    assert_eq!(now(f(1, &hold)), 2);
    let info = f::cache_info();
    assert_eq!(
        (info.misses, info.coalesced, info.hits),
        (1, 3, 1),
        "a call that was given up is a call"
    );
}

#[test]
fn a_follower_that_was_never_polled() {
    held!(f);
    let hold = Hold::default();
    let mut late = Polled::new(f(1, &hold));
    let mut leader = Polled::suspended(f(1, &hold));
    hold.release();
    leader.assert_ready(2);
    late.assert_ready(2);
    assert_eq!((f::cache_info().hits, late.wakes()), (1, 0));
}

#[test]
fn the_latest_waker_is_woken() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let mut follower = Polled::new(f(1, &hold));
    let counts: [Arc<Wakes>; 3] = Default::default();
    for count in &counts {
        let waker = Waker::from(Arc::clone(count));
        assert_eq!(follower.poll_with(&waker), Poll::Pending);
    }
    assert_eq!(f::cache_info().waiting, 1);
    hold.release();
    leader.assert_ready(2);
    assert_eq!(counts.each_ref().map(|count| count.get()), [0, 0, 1]);
    follower.assert_ready(2);
}

#[test]
fn polls_for_no_reason_change_nothing() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let mut follower = Polled::suspended(f(1, &hold));
    for _ in 0..100 {
        leader.assert_pending();
        follower.assert_pending();
    }
    assert_eq!((leader.wakes(), follower.wakes()), (0, 0));
    assert_eq!((hold.runs(), f::cache_info().waiting), (1, 1));
    hold.release();
    // Not yet: the leader has to be polled.
    follower.assert_pending();
    leader.assert_ready(2);
    follower.assert_ready(2);
}

#[test]
fn polled_after_it_was_ready() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let mut follower = Polled::suspended(f(1, &hold));
    hold.release();
    leader.assert_ready(2);
    follower.assert_ready(2);
    let mut hit = Polled::new(f(1, &hold));
    hit.assert_ready(2);
    let mut plain = Polled::new(async { 1 });
    plain.assert_ready(1);
    let text = plain.panic();
    assert!(text.contains("resumed after completion"), "{text}");
    for future in [&mut leader, &mut follower, &mut hit] {
        assert_eq!(future.panic(), text);
    }
    assert_eq!(f::cache_info().calls(), 3);
}

/// Suspended once, it fails at the next poll if it is told to.
#[memoize(skip(fails))]
async fn failing(key: u64, fails: bool) -> u64 {
    smol::future::yield_now().await;
    if fails {
        fail_silently();
    }
    key
}

#[test]
fn a_leader_that_panics() {
    let mut leader = Polled::suspended(failing(1, true));
    let mut follower = Polled::suspended(failing(1, false));
    assert_eq!(leader.panic(), "on purpose");
    // At once: the leader's future is still there.
    assert_eq!(follower.wakes(), 1);
    follower.assert_pending();
    follower.assert_ready(1);
    let text = leader.panic();
    assert!(text.contains("resumed after panicking"), "{text}");
    drop(leader);
    assert_eq!(now(failing(1, true)), 1);
    let info = failing::cache_info();
    assert_eq!((info.load_failures, info.load_successes), (1, 1));
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        fail_silently();
    }
}

#[test]
fn a_waker_that_panics() {
    held!(f);
    let hold = Hold::default();
    let mut leader = Polled::suspended(f(1, &hold));
    let mut first = Polled::new(f(1, &hold));
    assert_eq!(
        first.poll_with(&Waker::from(Arc::new(Panics))),
        Poll::Pending
    );
    let mut second = Polled::suspended(f(1, &hold));
    hold.release();
    leader.assert_ready(2);
    assert_eq!(second.wakes(), 1, "the others are woken all the same");
    first.assert_ready(2);
    second.assert_ready(2);
}

/// Polls what it wakes, at once and in place.
struct Inline {
    future: Mutex<Option<Pin<Box<dyn Future<Output = u64> + Send>>>>,
    value: OnceLock<u64>,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        let future = self
            .future
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let mut future = future.expect("woken once");
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            self.value.set(value).expect("woken once");
        }
    }
}

#[test]
fn a_waker_that_polls_in_place() {
    held!(f);
    // A waker lives as long as it likes.
    let hold: &'static Hold = Box::leak(Box::default());
    let mut leader = Polled::suspended(f(1, hold));
    let inline = Arc::new(Inline {
        future: Mutex::default(),
        value: OnceLock::new(),
    });
    let mut follower: Pin<Box<dyn Future<Output = u64> + Send>> = Box::pin(f(1, hold));
    let waker = Waker::from(Arc::clone(&inline));
    assert!(
        follower
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    *inline.future.lock().unwrap_or_else(PoisonError::into_inner) = Some(follower);
    hold.release();
    leader.assert_ready(2);
    assert_eq!(inline.value.get(), Some(&2));
}
