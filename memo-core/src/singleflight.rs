//! One computation per key: the callers of a missing key meet at its flight.
//!
//! The first one leads: it runs the function. The others wait. When the leader fails (its function
//! panicked, or its value is not to be kept and cannot be handed over) the flight ends without a
//! value and every waiter starts over; the first of them leads a new flight.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::sync::{Mutex, StaticMutex, ThreadId, park};
use crate::waiter::Waiter;

/// A value that was not stored, on its way to the callers that waited for it.
pub(crate) type Handed = Arc<dyn Any + Send + Sync>;

/// How a flight looks to someone who finds it.
#[derive(Debug, PartialEq, Eq)]
pub enum Joined {
    /// Another thread leads it.
    Other,
    /// The finder leads it itself: the function needs its own result.
    Own,
}

/// What a waiter got.
#[derive(Debug)]
pub enum Landing {
    /// The value is in the flight's node.
    InNode,
    /// The value was not stored, but handed over.
    Handed(Handed),
    /// There is no value: start over.
    Failed,
    /// Waiting would never end: the leader waits, over others, for the waiter.
    Cycle,
}

/// The place where the callers of one key meet.
pub trait FlightHandle: Clone {
    /// A flight that the caller leads.
    fn start() -> Self;
    /// Who leads it?
    fn join(&self) -> Joined;
    /// Whether anybody waits; nobody new can come once the flight has left the table.
    fn has_waiters(&self) -> bool;
    /// Ends the flight and wakes everyone.
    fn land(&self, landing: Landing);
    /// Waits for the end of the flight; `waiting` counts those who do.
    fn wait(&self, waiting: &AtomicUsize) -> Landing;
}

/// A flight of a cache that all threads share.
pub struct Flight {
    leader: ThreadId,
    state: Mutex<State>,
    landed: AtomicBool,
}

struct State {
    phase: Phase,
    waiters: Vec<Waiter>,
}

enum Phase {
    Running,
    InNode,
    Handed(Handed),
    Failed,
}

/// Which thread waits at which flight; at most one entry for each waiting thread.
static WAITING: StaticMutex<Vec<(ThreadId, Arc<Flight>)>> = StaticMutex::new(Vec::new());

impl FlightHandle for Arc<Flight> {
    fn start() -> Self {
        Arc::new(Flight {
            leader: ThreadId::current(),
            state: Mutex::new(State {
                phase: Phase::Running,
                waiters: Vec::new(),
            }),
            landed: AtomicBool::new(false),
        })
    }

    fn join(&self) -> Joined {
        if self.leader == ThreadId::current() {
            Joined::Own
        } else {
            Joined::Other
        }
    }

    fn has_waiters(&self) -> bool {
        // Who joined cloned the handle under the table's lock, before the flight left the table;
        // it may not have registered as a waiter yet.
        Arc::strong_count(self) > 1
    }

    fn land(&self, landing: Landing) {
        let phase = match landing {
            Landing::InNode => Phase::InNode,
            Landing::Handed(value) => Phase::Handed(value),
            Landing::Failed | Landing::Cycle => Phase::Failed,
        };
        let waiters = {
            let mut state = self.state.lock();
            state.phase = phase;
            std::mem::take(&mut state.waiters)
        };
        // Release, with the Acquire in `would_cycle`: whoever sees that this flight has landed
        // also sees what its leader did before.
        self.landed.store(true, Ordering::Release);
        waiters.into_iter().for_each(Waiter::wake);
    }

    fn wait(&self, waiting: &AtomicUsize) -> Landing {
        let me = ThreadId::current();
        {
            let mut all = WAITING.lock();
            if would_cycle(&all, self, me) {
                return Landing::Cycle;
            }
            all.push((me, Arc::clone(self)));
        }
        let landing = self.park_until_landed(waiting);
        WAITING.lock().retain(|(thread, _)| *thread != me);
        landing
    }
}

impl Flight {
    fn park_until_landed(&self, waiting: &AtomicUsize) -> Landing {
        let mut registered = false;
        let landing = loop {
            {
                let mut state = self.state.lock();
                match &state.phase {
                    Phase::Running => {
                        // A thread may be unparked by others; one registration stays valid.
                        if !registered {
                            state.waiters.push(Waiter::thread());
                            registered = true;
                            // Relaxed: a figure for people.
                            waiting.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    Phase::InNode => break Landing::InNode,
                    Phase::Handed(value) => break Landing::Handed(Arc::clone(value)),
                    Phase::Failed => break Landing::Failed,
                }
            }
            park();
        };
        if registered {
            waiting.fetch_sub(1, Ordering::Relaxed);
        }
        landing
    }
}

/// Follows "the leader of this flight waits at that flight" from `target`; arriving at `me` means
/// that parking would close a circle. Every thread asks, under one lock, before it parks, so the
/// last one of a circle always sees all the others. A flight that has landed ends the walk: the
/// thread that still stands at it is on its way out.
fn would_cycle(waiting: &[(ThreadId, Arc<Flight>)], target: &Arc<Flight>, me: ThreadId) -> bool {
    let mut flight = target;
    loop {
        if flight.landed.load(Ordering::Acquire) {
            return false;
        }
        if flight.leader == me {
            return true;
        }
        match waiting.iter().find(|(thread, _)| *thread == flight.leader) {
            Some((_, next)) => flight = next,
            None => return false,
        }
    }
}

impl std::fmt::Debug for Flight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flight")
            .field("leader", &self.leader)
            .finish_non_exhaustive()
    }
}

/// A flight of a thread's own cache: nobody else can come, so finding it means recursion.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl FlightHandle for Alone {
    fn start() -> Self {
        Self
    }

    fn join(&self) -> Joined {
        Joined::Own
    }

    fn has_waiters(&self) -> bool {
        false
    }

    fn land(&self, _: Landing) {}

    fn wait(&self, _: &AtomicUsize) -> Landing {
        Landing::Failed
    }
}
