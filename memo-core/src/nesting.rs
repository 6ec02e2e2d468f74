//! Which computation runs on this thread, inside which other one, and who waits for whom.
//!
//! A computation that waits for itself, directly or over others, would wait for ever. So before a
//! caller that is itself part of a computation waits, it looks for a way from there back to it:
//! computations depend on those that they started (`outers` leads from the inner to the outer ones)
//! and on those that they wait for (an [`Edge`] for each). Callers outside of any computation
//! cannot close a circle: they neither look nor leave an edge.

mod here;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::singleflight::Flight;
use crate::sync::StaticMutex;

pub(crate) use here::{
    InsideShared, Place, depth, enter, innermost, is_inside, keep_inner_spare, keep_spare, leave,
    outer, take_inner_spare, take_spare,
};

/// Why waiting would never end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Circle {
    /// The caller is part of the computation that it asks for.
    Direct,
    /// The computation waits, over others, for the one that the caller is part of.
    OverOthers,
}

struct Wait {
    number: u64,
    waiter: Arc<Flight>,
}

/// The waits of computations, by the address of the flight that is waited for.
static WAITS: StaticMutex<BTreeMap<usize, Vec<Wait>>> = StaticMutex::new(BTreeMap::new());

/// That one computation waits for another, for as long as it does.
#[derive(Debug)]
pub(crate) struct Edge {
    number: u64,
    target: Arc<Flight>,
}

impl Edge {
    /// The computation `waiter` is about to wait for `target`. All look and leave their edges
    /// under one lock, so the last one of a circle sees all the others.
    pub(crate) fn new(waiter: &Arc<Flight>, target: &Arc<Flight>) -> Result<Self, Circle> {
        // Relaxed: only uniqueness matters, and a read-modify-write gives it in any order.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        if is_within(waiter, target) {
            return Err(Circle::Direct);
        }
        let mut walk = Walk::from(waiter);
        let mut waits = WAITS.lock();
        if depends_on(&waits, target, &mut walk) {
            return Err(Circle::OverOthers);
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        waits.entry(address(target)).or_default().push(Wait {
            number,
            waiter: Arc::clone(waiter),
        });
        Ok(Self {
            number,
            target: Arc::clone(target),
        })
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        let mut waits = WAITS.lock();
        let at = address(&self.target);
        let mut gone = None;
        if let Some(list) = waits.get_mut(&at) {
            if let Some(place) = list.iter().position(|wait| wait.number == self.number) {
                gone = Some(list.swap_remove(place));
            }
            if list.is_empty() {
                waits.remove(&at);
            }
        }
        drop(waits);
        drop(gone);
    }
}

/// Whether `flight` is `outer`, or was started inside of it at any depth.
fn is_within(flight: &Arc<Flight>, outer: &Arc<Flight>) -> bool {
    let mut walk = Walk::from(flight);
    while let Some(next) = walk.next() {
        if Arc::ptr_eq(&next, outer) {
            return true;
        }
        walk.go(next.outers());
    }
    false
}

/// All computations that the calling thread is inside of.
pub(crate) fn enclosing() -> Option<Walk> {
    let mut walk = Walk::from(&innermost()?);
    while let Some(next) = walk.next() {
        walk.go(next.outers());
    }
    Some(walk)
}

/// Whether `target` cannot land before the flight at which the walk starts. The way is walked from
/// its end, as the flights know what they are inside of, not what is inside of them.
fn depends_on(waits: &BTreeMap<usize, Vec<Wait>>, target: &Arc<Flight>, walk: &mut Walk) -> bool {
    while let Some(next) = walk.next() {
        if Arc::ptr_eq(&next, target) {
            return true;
        }
        // Whoever waits for a flight that has landed is on its way out.
        if next.has_landed() {
            continue;
        }
        let waiters = waits.get(&address(&next)).into_iter().flatten();
        walk.go(waiters.map(|wait| Arc::clone(&wait.waiter)));
        walk.go(next.outers());
    }
    false
}

/// Goes over flights, to each once.
///
/// It keeps those that it met: the last reference to a flight drops a value of the user's, which
/// must not happen under a lock.
pub(crate) struct Walk {
    met: Vec<Arc<Flight>>,
    seen: HashSet<usize>,
    done: usize,
}

impl Walk {
    fn from(flight: &Arc<Flight>) -> Self {
        Self {
            met: vec![Arc::clone(flight)],
            seen: HashSet::from([address(flight)]),
            done: 0,
        }
    }

    fn go(&mut self, flights: impl Iterator<Item = Arc<Flight>>) {
        for flight in flights {
            // One that was met before is held here already.
            if self.seen.insert(address(&flight)) {
                self.met.push(flight);
            }
        }
    }

    pub(crate) fn has_met(&self, flight: &Flight) -> bool {
        self.seen.contains(&std::ptr::from_ref(flight).addr())
    }

    fn next(&mut self) -> Option<Arc<Flight>> {
        let next = self.met.get(self.done).cloned();
        self.done += 1;
        next
    }
}

fn address(flight: &Arc<Flight>) -> usize {
    Arc::as_ptr(flight).addr()
}
