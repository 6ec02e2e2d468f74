//! The cells of the table: a trace with a capacity each.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use super::contenders::CONTENDERS;
use super::results::{Cell, Textbook};
use super::textbook;
use super::trace::Trace;

/// Capacities, in thousandths of a trace's distinct keys.
const SHARES: [usize; 5] = [1, 10, 50, 100, 200];
/// Smaller caches are nobody's.
const LEAST: usize = 16;

/// Replays a trace over everyone, with all capacities that count: those where the choice of what
/// gives way matters.
pub fn counted(trace: &Trace) -> Vec<Cell> {
    let mut cells = textbook_cells(trace, &capacities(trace.distinct));
    cells.retain(counts);
    replay(trace, &mut cells);
    cells
}

/// Replays a trace over everyone, with one capacity.
pub fn single(trace: &Trace, capacity: usize) -> Vec<Cell> {
    let mut cells = textbook_cells(trace, &[capacity]);
    replay(trace, &mut cells);
    cells
}

fn capacities(distinct: usize) -> Vec<usize> {
    let shares = SHARES.iter().map(|share| (distinct * share + 500) / 1_000);
    let all: BTreeSet<_> = shares.filter(|capacity| *capacity >= LEAST).collect();
    all.into_iter().collect()
}

/// Whether the optimum is at least one point above FIFO.
fn counts(cell: &Cell) -> bool {
    let Textbook { opt, fifo, .. } = cell.textbook;
    (opt - fifo) * 100 >= cell.accesses
}

fn textbook_cells(trace: &Trace, capacities: &[usize]) -> Vec<Cell> {
    let models = [textbook::opt, textbook::lru, textbook::fifo];
    let hits = in_parallel(capacities.len() * models.len(), |task| {
        models[task % models.len()](trace, capacities[task / models.len()])
    });
    let cell = |(&capacity, hits): (&usize, &[usize])| Cell {
        trace: trace.name.clone(),
        capacity,
        accesses: trace.accesses(),
        textbook: Textbook {
            opt: hits[0],
            lru: hits[1],
            fifo: hits[2],
        },
        hits: Vec::new(),
    };
    let hits = hits.chunks(models.len());
    capacities.iter().zip(hits).map(cell).collect()
}

fn replay(trace: &Trace, cells: &mut [Cell]) {
    if cells.is_empty() {
        return;
    }
    let hits = in_parallel(CONTENDERS.len() * cells.len(), |task| {
        let (contender, cell) = (task / cells.len(), task % cells.len());
        CONTENDERS[contender].replay(trace, cells[cell].capacity)
    });
    for of_contender in hits.chunks(cells.len()) {
        for (cell, hits) in cells.iter_mut().zip(of_contender) {
            cell.hits.push(*hits);
        }
    }
}

/// What `run` returns for 0, 1, .. below `tasks`, in this order, from as many threads as there are
/// processors.
fn in_parallel<T: Send>(tasks: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let left = Mutex::new(0..tasks);
    let take = || left.lock().expect("taking a number does not panic").next();
    let work = || {
        let mut done = Vec::new();
        while let Some(task) = take() {
            done.push((task, run(task)));
        }
        done
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(tasks)).map(|_| scope.spawn(work)).collect();
        let results = threads.into_iter().map(|thread| thread.join());
        results
            .flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_shares_of_the_keys() {
        assert_eq!(capacities(91_484), [91, 915, 4_574, 9_148, 18_297]);
        assert_eq!(capacities(160), [16, 32]);
        assert_eq!(capacities(70), [0; 0]);
    }

    #[test]
    fn tasks_end_up_in_order() {
        assert_eq!(
            in_parallel(100, |task| task * 2),
            Vec::from_iter((0..200).step_by(2))
        );
        assert_eq!(in_parallel(0, |task| task), [0; 0]);
    }

    #[test]
    fn a_cell_counts_where_a_choice_matters() {
        let round_and_round = Trace::new("loop".to_owned(), (0..10_000).map(|n| n % 500).collect());
        let cells = counted(&round_and_round);
        let capacities: Vec<_> = cells.iter().map(|cell| cell.capacity).collect();
        assert_eq!(capacities, [25, 50, 100]);
        for cell in &cells {
            assert_eq!((cell.textbook.lru, cell.textbook.fifo), (0, 0));
            assert!(cell.textbook.opt > cell.accesses * cell.capacity / 600);
        }
        let once = Trace::new("scan".to_owned(), (0..10_000).collect());
        assert!(counted(&once).is_empty());
        assert_eq!(single(&once, 16)[0].textbook.opt, 0);
    }
}
