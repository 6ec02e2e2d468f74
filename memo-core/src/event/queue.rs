//! Events on their way to a listener that hears of them later, on a thread in the background.
//!
//! The order is that in which the table has changed: under its lock an event gets a place in the queue,
//! and nothing more, as to copy keys and values is user code. The place is filled when the lock is
//! released. What comes behind a place that is still empty waits for it.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::RemovalCause;
use crate::background;
use crate::common::{Common, drop_quietly};
use crate::store::NodeRef;
use crate::sync::StaticMutex;

/// So many events wait at most.
const BOUND: usize = 1_024;
/// So many are delivered before others that wait for the thread have their turn.
const BATCH: usize = 256;

/// Tells the listener of one event.
pub(crate) type Delivery = Box<dyn FnOnce() + Send>;
/// Makes that of a node, by copying what is in there: user code.
pub(crate) type Record = Box<dyn Fn(NodeRef<'_>, Change) -> Option<Delivery> + Send + Sync>;

/// What happened to an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    Inserted,
    Removed(RemovalCause),
}

/// The events of one cache.
pub(crate) struct EventQueue {
    record: Record,
    places: StaticMutex<Places>,
}

/// A place in the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ticket(u64);

#[derive(Default)]
struct Places {
    queue: VecDeque<Place>,
    /// The ticket of the first one.
    first: u64,
    /// Somebody delivers, or is about to.
    is_delivering: bool,
}

enum Place {
    /// Not filled yet.
    Coming,
    Filled(Delivery),
    /// There is nothing to tell.
    Void,
}

impl EventQueue {
    pub(crate) fn new(record: Record) -> Self {
        Self {
            record,
            places: StaticMutex::new(Places::default()),
        }
    }

    /// A place for an event, to be filled; `None` if too many wait. To be called under the table's lock.
    pub(crate) fn reserve(&self) -> Option<Ticket> {
        let mut places = self.places.lock();
        if places.queue.len() >= BOUND {
            return None;
        }
        places.queue.push_back(Place::Coming);
        Some(Ticket(places.first + places.queue.len() as u64 - 1))
    }

    /// Fills a place; whether somebody has to deliver.
    fn fill(&self, ticket: Ticket, delivery: Option<Delivery>) -> bool {
        let mut places = self.places.lock();
        let at = usize::try_from(ticket.0 - places.first);
        let place = at.ok().and_then(|at| places.queue.get_mut(at));
        if let Some(place) = place {
            *place = delivery.map_or(Place::Void, Place::Filled);
        }
        let is_ready = !matches!(places.queue.front(), None | Some(Place::Coming));
        is_ready && !std::mem::replace(&mut places.is_delivering, true)
    }

    /// The next event, if it is there; otherwise nobody delivers from now on.
    fn next(&self) -> Option<Delivery> {
        let mut places = self.places.lock();
        loop {
            if matches!(places.queue.front(), None | Some(Place::Coming)) {
                places.is_delivering = false;
                return None;
            }
            let place = places.queue.pop_front();
            places.first += 1;
            if let Some(Place::Filled(delivery)) = place {
                return Some(delivery);
            }
        }
    }

    fn stop(&self) {
        self.places.lock().is_delivering = false;
    }

    /// Whether the caller is to deliver what waits.
    fn begin(&self) -> bool {
        !std::mem::replace(&mut self.places.lock().is_delivering, true)
    }
}

impl Common {
    /// What happened to this node takes its place among the events. No lock is held.
    pub(crate) fn record(self: &Arc<Self>, ticket: Ticket, node: NodeRef<'_>, change: Change) {
        let Some(events) = &self.events else {
            return;
        };
        let delivery = catch_unwind(AssertUnwindSafe(|| (events.record)(node, change)));
        let delivery = delivery.unwrap_or_else(|panic| {
            self.count_listener_panic();
            drop_quietly(panic);
            None
        });
        if events.fill(ticket, delivery) {
            self.deliver_later();
        }
    }

    fn deliver_later(self: &Arc<Self>) {
        let common = Arc::clone(self);
        let job = Box::new(move || common.deliver());
        // Where no thread is to be had now, the next event tries again, and so does maintenance.
        if background::run(job).is_err()
            && let Some(events) = &self.events
        {
            events.stop();
        }
    }

    /// Delivers what waits, as the only one who does.
    fn deliver(self: &Arc<Self>) {
        let Some(events) = &self.events else {
            return;
        };
        for _ in 0..BATCH {
            match events.next() {
                Some(delivery) => self.tell_of(delivery),
                None => return,
            }
        }
        self.deliver_later();
    }

    /// Delivers what waits on the calling thread, unless another one does.
    pub(crate) fn deliver_now(&self) {
        let Some(events) = self.events.as_ref().filter(|events| events.begin()) else {
            return;
        };
        while let Some(delivery) = events.next() {
            self.tell_of(delivery);
        }
    }

    fn tell_of(&self, delivery: Delivery) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(delivery)) {
            self.count_listener_panic();
            drop_quietly(panic);
            self.counters.telemetry.report(self);
        }
    }
}

impl fmt::Debug for EventQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventQueue")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    fn queue() -> EventQueue {
        EventQueue::new(Box::new(|_, _| None))
    }

    fn telling(told: &Sender<u32>, n: u32) -> Delivery {
        let told = told.clone();
        Box::new(move || told.send(n).unwrap())
    }

    fn delivered(queue: &EventQueue, told: &Receiver<u32>) -> Vec<u32> {
        while let Some(delivery) = queue.next() {
            delivery();
        }
        told.try_iter().collect()
    }

    #[test]
    fn what_comes_behind_an_empty_place_waits() {
        let (queue, (tell, told)) = (queue(), channel());
        let tickets: Vec<Ticket> = (0..4).filter_map(|_| queue.reserve()).collect();
        assert!(!queue.fill(tickets[1], Some(telling(&tell, 1))));
        assert!(!queue.fill(tickets[2], None));
        assert!(queue.fill(tickets[0], Some(telling(&tell, 0))));
        // One delivers; nobody else is asked to.
        assert!(!queue.fill(tickets[2], None));
        assert_eq!(delivered(&queue, &told), [0, 1]);
        assert!(queue.fill(tickets[3], Some(telling(&tell, 3))));
        assert_eq!(delivered(&queue, &told), [3]);
    }

    #[test]
    fn a_full_queue_refuses() {
        let (queue, (tell, told)) = (queue(), channel());
        let tickets: Vec<Ticket> = std::iter::from_fn(|| queue.reserve()).collect();
        assert_eq!(tickets.len(), BOUND);
        for &ticket in &tickets {
            queue.fill(ticket, Some(telling(&tell, 7)));
        }
        assert_eq!(delivered(&queue, &told).len(), BOUND);
        assert!(queue.reserve().is_some());
    }
}
