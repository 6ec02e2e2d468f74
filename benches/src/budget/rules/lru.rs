//! The least recently used entry gives way: in each function's part, or among all.

use super::Task;
use crate::budget::lists::Lists;

pub fn equal_split(task: &Task<'_>, miss: &mut dyn FnMut(u32)) {
    let parts = task.load.functions;
    replay(task, parts, |function| function as usize, miss);
}

pub fn global(task: &Task<'_>, miss: &mut dyn FnMut(u32)) {
    replay(task, 1, |_| 0, miss);
}

/// With so many parts of the same size.
fn replay(
    task: &Task<'_>,
    parts: usize,
    part_of: impl Fn(u32) -> usize,
    miss: &mut dyn FnMut(u32),
) {
    let mut lists = Lists::new(parts, task.bytes);
    let room = task.load.budget / parts as u64;
    for &item in &task.load.calls {
        if lists.home(item).is_none() {
            miss(item);
        }
        lists.remove(item);
        let part = part_of(task.load.item(item).function);
        lists.push(part, item);
        while lists.bytes(part) > room {
            lists.pop(part);
        }
    }
}
