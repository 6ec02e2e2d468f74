//! Lists of items in the order of their use, each item in one of them at most.

/// No item, or no list.
const NONE: u32 = u32::MAX;

/// Items in doubly linked lists, which know how many bytes they hold.
pub struct Lists<'a> {
    bytes: &'a [u64],
    nodes: Vec<Node>,
    lists: Vec<List>,
}

#[derive(Clone, Copy)]
struct Node {
    before: u32,
    after: u32,
    list: u32,
}

#[derive(Clone, Copy)]
struct List {
    first: u32,
    last: u32,
    bytes: u64,
}

impl<'a> Lists<'a> {
    /// Empty lists for items of these sizes.
    pub fn new(lists: usize, bytes: &'a [u64]) -> Self {
        let node = Node {
            before: NONE,
            after: NONE,
            list: NONE,
        };
        let list = List {
            first: NONE,
            last: NONE,
            bytes: 0,
        };
        Self {
            bytes,
            nodes: vec![node; bytes.len()],
            lists: vec![list; lists],
        }
    }

    /// The list that an item is in.
    pub fn home(&self, item: u32) -> Option<usize> {
        let list = self.nodes[item as usize].list;
        (list != NONE).then_some(list as usize)
    }

    /// What the items of a list take.
    pub fn bytes(&self, list: usize) -> u64 {
        self.lists[list].bytes
    }

    /// Puts an item that is in no list at the front of one.
    pub fn push(&mut self, list: usize, item: u32) {
        let first = self.lists[list].first;
        self.nodes[item as usize] = Node {
            before: NONE,
            after: first,
            list: list as u32,
        };
        let ends = &mut self.lists[list];
        ends.first = item;
        ends.bytes += self.bytes[item as usize];
        if first == NONE {
            ends.last = item;
        } else {
            self.nodes[first as usize].before = item;
        }
    }

    /// Takes an item out of its list.
    pub fn remove(&mut self, item: u32) {
        let Node {
            before,
            after,
            list,
        } = self.nodes[item as usize];
        if list == NONE {
            return;
        }
        self.nodes[item as usize].list = NONE;
        let ends = &mut self.lists[list as usize];
        ends.bytes -= self.bytes[item as usize];
        match before {
            NONE => ends.first = after,
            _ => self.nodes[before as usize].after = after,
        }
        match after {
            NONE => ends.last = before,
            _ => self.nodes[after as usize].before = before,
        }
    }

    /// The item that was used least recently.
    pub fn last(&self, list: usize) -> Option<u32> {
        let last = self.lists[list].last;
        (last != NONE).then_some(last)
    }

    pub fn pop(&mut self, list: usize) -> Option<u32> {
        let last = self.last(list)?;
        self.remove(last);
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    use crate::budget::random::Random;

    #[test]
    fn lists_are_what_queues_would_be() {
        let bytes: Vec<u64> = (1..=20).collect();
        let mut lists = Lists::new(2, &bytes);
        let mut queues = [VecDeque::new(), VecDeque::new()];
        let mut random = Random::new(1);
        for _ in 0..2_000 {
            let (item, list) = (random.below(20) as u32, random.below(2));
            if random.below(3) == 0 {
                assert_eq!(lists.pop(list), queues[list].pop_back());
                continue;
            }
            let home = queues.iter().position(|queue| queue.contains(&item));
            assert_eq!(lists.home(item), home);
            lists.remove(item);
            for queue in &mut queues {
                queue.retain(|other| *other != item);
            }
            lists.push(list, item);
            queues[list].push_front(item);
            for (list, queue) in queues.iter().enumerate() {
                assert_eq!(lists.last(list), queue.back().copied());
                let sum: u64 = queue.iter().map(|item| bytes[*item as usize]).sum();
                assert_eq!(lists.bytes(list), sum);
            }
        }
    }
}
