//! Plain models: what the optimum, LRU and FIFO are by definition. They count hits.

use std::collections::VecDeque;

use super::trace::{NEVER, Trace};

/// The optimum (Belady): whose key comes again last gives way, the newcomer included.
pub fn opt(trace: &Trace, capacity: usize) -> usize {
    // An entry is known by the place of its next access.
    let mut stored = Places::new(trace.accesses());
    let mut count = 0;
    let mut hits = 0;
    for (place, &next) in trace.next.iter().enumerate() {
        if stored.remove(place) {
            hits += 1;
            count -= 1;
        }
        if next == NEVER {
            continue;
        }
        stored.insert(next as usize);
        count += 1;
        if count > capacity {
            stored.remove_last();
            count -= 1;
        }
    }
    hits
}

/// First in, first out.
pub fn fifo(trace: &Trace, capacity: usize) -> usize {
    let mut is_stored = vec![false; trace.distinct];
    let mut queue = VecDeque::new();
    let mut hits = 0;
    for &key in &trace.numbers {
        if is_stored[key as usize] {
            hits += 1;
            continue;
        }
        is_stored[key as usize] = true;
        queue.push_back(key);
        if queue.len() > capacity
            && let Some(oldest) = queue.pop_front()
        {
            is_stored[oldest as usize] = false;
        }
    }
    hits
}

/// The least recently used key gives way.
pub fn lru(trace: &Trace, capacity: usize) -> usize {
    let mut order = Order::new(trace.distinct);
    let mut is_stored = vec![false; trace.distinct];
    let mut count = 0;
    let mut hits = 0;
    for &key in &trace.numbers {
        if is_stored[key as usize] {
            hits += 1;
            order.unlink(key);
        } else {
            is_stored[key as usize] = true;
            count += 1;
        }
        order.link_last(key);
        if count > capacity {
            let first = order.first();
            order.unlink(first);
            is_stored[first as usize] = false;
            count -= 1;
        }
    }
    hits
}

/// Keys in a doubly linked ring, which begins and ends at a number that is no key.
struct Order {
    before: Vec<u32>,
    after: Vec<u32>,
    ring: u32,
}

impl Order {
    fn new(keys: usize) -> Self {
        let ring = keys as u32;
        Self {
            before: vec![ring; keys + 1],
            after: vec![ring; keys + 1],
            ring,
        }
    }

    fn first(&self) -> u32 {
        self.after[self.ring as usize]
    }

    fn unlink(&mut self, key: u32) {
        let (before, after) = (self.before[key as usize], self.after[key as usize]);
        self.after[before as usize] = after;
        self.before[after as usize] = before;
    }

    fn link_last(&mut self, key: u32) {
        let last = self.before[self.ring as usize];
        self.after[last as usize] = key;
        self.before[key as usize] = last;
        self.after[key as usize] = self.ring;
        self.before[self.ring as usize] = key;
    }
}

/// A set of places in a trace that finds its last one: a bit for each place, and above each level
/// of words a bit for each word that is not zero, up to a level of one word.
struct Places {
    levels: Vec<Vec<u64>>,
}

impl Places {
    fn new(places: usize) -> Self {
        let mut levels = Vec::new();
        let mut bits = places;
        loop {
            let words = bits.div_ceil(64).max(1);
            levels.push(vec![0; words]);
            if words == 1 {
                return Self { levels };
            }
            bits = words;
        }
    }

    fn insert(&mut self, mut place: usize) {
        for words in &mut self.levels {
            words[place / 64] |= 1 << (place % 64);
            place /= 64;
        }
    }

    /// Whether it was there.
    fn remove(&mut self, mut place: usize) -> bool {
        if self.levels[0][place / 64] & (1 << (place % 64)) == 0 {
            return false;
        }
        for words in &mut self.levels {
            words[place / 64] &= !(1 << (place % 64));
            if words[place / 64] != 0 {
                break;
            }
            place /= 64;
        }
        true
    }

    fn remove_last(&mut self) {
        let mut word = 0;
        for words in self.levels.iter().rev() {
            let Some(bit) = words[word].checked_ilog2() else {
                return;
            };
            word = word * 64 + bit as usize;
        }
        self.remove(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(keys: &[u64]) -> Trace {
        Trace::new("test".to_owned(), keys.to_vec())
    }

    /// Keys without a pattern, small ones more often.
    fn noise(count: usize, keys: u64) -> Vec<u64> {
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            state >> 33
        };
        (0..count).map(|_| (draw() % keys) * (draw() % 3)).collect()
    }

    /// Each step by its definition, over all that is stored.
    fn by_scans(keys: &[u64], capacity: usize, worst: impl Fn(&[u64], usize) -> usize) -> usize {
        let mut stored: Vec<u64> = Vec::new();
        let mut hits = 0;
        for (place, key) in keys.iter().enumerate() {
            if stored.contains(key) {
                hits += 1;
            } else {
                stored.push(*key);
            }
            if stored.len() > capacity {
                stored.remove(worst(&stored, place));
            }
        }
        hits
    }

    #[test]
    fn models_are_what_their_definitions_say() {
        let keys = noise(3_000, 60);
        let trace = trace(&keys);
        let next = |key: &u64, place: usize| keys[place + 1..].iter().position(|k| k == key);
        let last = |key: &u64, place: usize| keys[..=place].iter().rposition(|k| k == key);
        for capacity in [0, 1, 2, 7, 30, 119, 200] {
            let farthest = |stored: &[u64], place| {
                let wait = |at: &usize| next(&stored[*at], place).unwrap_or(usize::MAX);
                (0..stored.len()).max_by_key(wait).unwrap()
            };
            assert_eq!(opt(&trace, capacity), by_scans(&keys, capacity, farthest));
            let longest_unused = |stored: &[u64], place| {
                let used = |at: &usize| last(&stored[*at], place);
                (0..stored.len()).min_by_key(used).unwrap()
            };
            let expected = by_scans(&keys, capacity, longest_unused);
            assert_eq!(lru(&trace, capacity), expected);
            assert_eq!(fifo(&trace, capacity), by_scans(&keys, capacity, |_, _| 0));
        }
    }

    #[test]
    fn the_last_place_is_found_on_all_levels() {
        let mut places = Places::new(300_000);
        for place in [0, 63, 64, 4_096, 262_144, 299_999] {
            places.insert(place);
        }
        for last in [299_999, 262_144, 4_096, 64, 63, 0] {
            assert!(places.levels[0][last / 64] & (1 << (last % 64)) != 0);
            places.remove_last();
            assert!(!places.remove(last));
        }
        places.remove_last();
    }
}
