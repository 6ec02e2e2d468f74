//! `policy`: a name, or a type.
use memokit::memoize;
use memokit::policy::{Entries, Entry, Hits, Policy};

#[memoize(maxsize = 2, policy = lru)]
fn by_use(n: u32) -> u32 {
    n
}

#[memoize(maxsize = 2, policy = fifo)]
fn by_age(n: u32) -> u32 {
    n
}

#[memoize(policy = sieve, scope = thread)]
fn in_each_thread(n: u32) -> u32 {
    n
}

mod own {
    use super::{Entries, Entry, Hits, Policy};

    /// The newest gives way.
    #[derive(Default)]
    pub struct Newest<const HITS: u8>(Vec<Entry>);

    impl<const HITS: u8> Policy for Newest<HITS> {
        fn name(&self) -> &'static str {
            "newest"
        }
        fn hits(&self) -> Hits {
            Hits::Counted(HITS)
        }
        fn set_capacity(&mut self, _: u64) {}
        fn insert(&mut self, entry: Entry, _: &dyn Entries) {
            self.0.push(entry);
        }
        fn remove(&mut self, entry: Entry, _: &dyn Entries) {
            self.0.retain(|&other| other != entry);
        }
        fn victim(&mut self, _: &dyn Entries) -> Option<Entry> {
            self.0.pop()
        }
        fn clear(&mut self) {
            self.0.clear();
        }
    }
}

#[memoize(maxsize = 2, policy = own::Newest::<1>)]
fn by_own(n: u32) -> u32 {
    n
}

fn main() {
    for f in [by_use, by_age, by_own] {
        (1..=2).for_each(|n| assert_eq!(f(n), n));
        f(1);
        f(3);
    }
    assert!(by_use::contains(&1) && !by_use::contains(&2));
    assert!(!by_age::contains(&1) && by_age::contains(&2));
    assert!(by_own::contains(&1) && by_own::contains(&2) && !by_own::contains(&3));
    assert_eq!(by_own::cache_parameters().policy, "newest");
    assert_eq!(in_each_thread(4), 4);
    assert_eq!(in_each_thread::cache_parameters().policy, "sieve");
}
