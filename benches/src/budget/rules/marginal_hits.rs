//! `MarginalHitsStrategy` of CacheLib (Berg et al., *The CacheLib Caching Engine*, OSDI 2020), with a
//! function in the place of an allocation class: once in a while one slab moves from the function with the
//! fewest hits in its last slab to that with the most. Functions are ranked by them, and ranks are smoothed.

use super::Task;
use crate::budget::lists::Lists;

/// Calls from move to move.
const INTERVAL: usize = 2_000;
/// How much of the last rank is in the next: the strategy's `movingAverageParam`.
const INERTIA: f64 = 0.3;

pub fn replay(task: &Task<'_>, miss: &mut dyn FnMut(u32)) {
    let functions = task.load.functions;
    let mut parts = Parts {
        lists: Lists::new(2 * functions, task.bytes),
        room: vec![task.load.budget / functions as u64; functions],
        slab: task.slab(),
    };
    let mut hits = vec![0_u64; functions];
    let mut ranks = vec![0.0; functions];
    for (call, &item) in task.load.calls.iter().enumerate() {
        let function = task.load.item(item).function as usize;
        match parts.lists.home(item) {
            None => miss(item),
            Some(list) if list == tail(function) => hits[function] += 1,
            Some(_) => {}
        }
        parts.enter(function, item);
        if (call + 1).is_multiple_of(INTERVAL) {
            smooth(&mut ranks, &hits);
            parts.shift(&ranks);
            hits.fill(0);
        }
    }
}

/// The list of what is in a function's last slab, and of all before it.
fn tail(function: usize) -> usize {
    2 * function + 1
}

fn front(function: usize) -> usize {
    2 * function
}

struct Parts<'a> {
    lists: Lists<'a>,
    /// Bytes that each function may hold.
    room: Vec<u64>,
    slab: u64,
}

impl Parts<'_> {
    /// An item was used.
    fn enter(&mut self, function: usize, item: u32) {
        self.lists.remove(item);
        self.lists.push(front(function), item);
        self.settle(function);
    }

    /// The last slab is full if there is so much, and nothing is above the part's room.
    fn settle(&mut self, function: usize) {
        let (front, tail) = (front(function), tail(function));
        while self.lists.bytes(front) + self.lists.bytes(tail) > self.room[function] {
            if self.lists.pop(tail).is_none() {
                self.lists.pop(front);
            }
        }
        while self.lists.bytes(tail) < self.slab {
            let Some(item) = self.lists.pop(front) else {
                return;
            };
            self.lists.push(tail, item);
        }
    }

    /// Moves a slab from the lowest rank, of those that have more than one, to the highest.
    fn shift(&mut self, ranks: &[f64]) {
        let by_rank = |one: &usize, other: &usize| ranks[*one].total_cmp(&ranks[*other]);
        let functions = 0..ranks.len();
        let can_give = |function: &usize| self.room[*function] >= 2 * self.slab;
        let giver = functions.clone().filter(can_give).min_by(by_rank);
        let taker = functions.max_by(by_rank);
        if let (Some(giver), Some(taker)) = (giver, taker)
            && ranks[giver] < ranks[taker]
        {
            self.room[giver] -= self.slab;
            self.room[taker] += self.slab;
            self.settle(giver);
        }
    }
}

/// Ranks by hits, from 0; who has as many as others has their mean rank.
fn smooth(ranks: &mut [f64], hits: &[u64]) {
    for (function, rank) in ranks.iter_mut().enumerate() {
        let fewer = hits.iter().filter(|other| **other < hits[function]).count();
        let same = hits
            .iter()
            .filter(|other| **other == hits[function])
            .count();
        let now = fewer as f64 + (same - 1) as f64 / 2.0;
        *rank = INERTIA * *rank + (1.0 - INERTIA) * now;
    }
}
