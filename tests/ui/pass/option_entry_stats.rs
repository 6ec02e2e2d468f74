//! The hits on each entry are counted where that is asked for.
use memokit::memoize;

#[memoize(entry_stats)]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(entry_stats, scope = thread)]
fn of_this_thread(n: u64) -> u64 {
    n * n
}

#[memoize(entry_stats, ttl = "1h", oom_protection = false)]
fn bare<T: Clone + Into<u64> + std::hash::Hash + Eq + Send + Sync + 'static>(n: T) -> u64 {
    n.into()
}

#[memoize(entry_stats, oom_protection = false, leak)]
fn for_ever(n: u64) -> u64 {
    n * n
}

#[memoize]
fn plain(n: u64) -> u64 {
    n * n
}

fn main() {
    for _ in 0..3 {
        (square(2), of_this_thread(2), bare(2_u32), plain(2));
        assert_eq!(*for_ever::get_ref(2), 4);
    }
    assert_eq!(square::entry_info(&2).unwrap().hits, Some(2));
    assert_eq!(of_this_thread::entry_info(&2).unwrap().hits, Some(2));
    assert_eq!(bare::entry_info(&2_u32).unwrap().hits, Some(2));
    assert_eq!(for_ever::entry_info(&2).unwrap().hits, Some(2));
    assert_eq!(plain::entry_info(&2).unwrap().hits, None);
    assert_eq!(square::coldest(1)[0].1.hits, Some(2));
    assert_eq!(bare::<u32>(2), 2);
    assert_eq!(bare::hottest(9).len(), 1);
}
