//! What a slab more would save, against what a slab less would cost: *Adaptive Self-Tuning Memory in DB2*
//! (Storm et al., VLDB 2006), with the shadow queues of *Cliffhanger* (Cidon et al., NSDI 2016). Hits in a
//! function's last slab, and calls for what has left it not a slab ago, count with the time that they save.

use super::Task;
use crate::budget::lists::Lists;
use crate::budget::load::Item;

/// Calls from move to move.
const INTERVAL: usize = 2_000;
/// How much more has to be saved than is lost.
const HYSTERESIS: f64 = 1.1;
/// How much of the last gain or loss is in the next.
const INERTIA: f64 = 0.7;

pub fn replay(task: &Task<'_>, miss: &mut dyn FnMut(u32)) {
    let functions = task.load.functions;
    let mut parts = Parts {
        lists: Lists::new(LISTS * functions, task.bytes),
        room: vec![task.load.budget / functions as u64; functions],
        slab: task.slab(),
    };
    let mut gradients = vec![Gradient::default(); functions];
    for (call, &item) in task.load.calls.iter().enumerate() {
        let &Item { function, cost, .. } = task.load.item(item);
        let function = function as usize;
        let home = parts.lists.home(item).map(|list| list % LISTS);
        match home {
            Some(TAIL) => gradients[function].lost_now += cost as f64,
            Some(GHOST) => gradients[function].gained_now += cost as f64,
            _ => {}
        }
        if home.is_none_or(|list| list == GHOST) {
            miss(item);
        }
        parts.enter(function, item);
        if (call + 1).is_multiple_of(INTERVAL) {
            gradients.iter_mut().for_each(Gradient::smooth);
            parts.shift(&gradients);
        }
    }
}

/// A function has three lists: all but its last slab, the last slab, and what has left it.
const LISTS: usize = 3;
const FRONT: usize = 0;
const TAIL: usize = 1;
const GHOST: usize = 2;

/// Nanoseconds in an interval that a slab more would have saved, and a slab less would have cost.
#[derive(Clone, Copy, Default)]
struct Gradient {
    gained: f64,
    lost: f64,
    gained_now: f64,
    lost_now: f64,
}

impl Gradient {
    fn smooth(&mut self) {
        self.gained = INERTIA * self.gained + (1.0 - INERTIA) * self.gained_now;
        self.lost = INERTIA * self.lost + (1.0 - INERTIA) * self.lost_now;
        (self.gained_now, self.lost_now) = (0.0, 0.0);
    }
}

struct Parts<'a> {
    lists: Lists<'a>,
    room: Vec<u64>,
    slab: u64,
}

impl Parts<'_> {
    fn enter(&mut self, function: usize, item: u32) {
        self.lists.remove(item);
        self.lists.push(LISTS * function + FRONT, item);
        self.settle(function);
    }

    fn settle(&mut self, function: usize) {
        let [front, tail, ghost] = [FRONT, TAIL, GHOST].map(|list| LISTS * function + list);
        while self.lists.bytes(front) + self.lists.bytes(tail) > self.room[function] {
            let last = self.lists.pop(tail).or_else(|| self.lists.pop(front));
            let Some(last) = last else { break };
            self.lists.push(ghost, last);
        }
        while self.lists.bytes(tail) < self.slab {
            let Some(item) = self.lists.pop(front) else {
                break;
            };
            self.lists.push(tail, item);
        }
        while self.lists.bytes(ghost) > self.slab {
            self.lists.pop(ghost);
        }
    }

    /// Moves a slab to where it saves most, from where it is missed least, if that is worth it.
    fn shift(&mut self, gradients: &[Gradient]) {
        let functions = 0..gradients.len();
        let gained = |function: usize| gradients[function].gained;
        let lost = |function: usize| gradients[function].lost;
        let taker = functions
            .clone()
            .max_by(|one, other| gained(*one).total_cmp(&gained(*other)));
        let Some(taker) = taker else { return };
        let giver = functions
            .filter(|function| *function != taker && self.room[*function] >= 2 * self.slab)
            .min_by(|one, other| lost(*one).total_cmp(&lost(*other)));
        if let Some(giver) = giver
            && gained(taker) > HYSTERESIS * lost(giver)
        {
            self.room[giver] -= self.slab;
            self.room[taker] += self.slab;
            self.settle(giver);
        }
    }
}
