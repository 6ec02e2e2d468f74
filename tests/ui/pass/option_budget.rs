//! A budget for some caches, and what a cache says in a shared one.
use memokit::memoize;
use memokit::memory::{self, MemoryBudget};

static IMAGES: MemoryBudget = MemoryBudget::new(100_000);

mod shared {
    pub static TEXTS: super::MemoryBudget = super::MemoryBudget::new(50_000);
}

const HEAVY: f64 = 2.5;

#[memoize(maxsize = None, budget = IMAGES, weight = 2)]
fn thumbnail(id: u32) -> [u8; 1_000] {
    [id as u8; 1_000]
}

#[memoize(maxsize = None, budget = IMAGES, weight = HEAVY, min_bytes = "10kB")]
fn histogram(id: u32) -> [u32; 256] {
    [id; 256]
}

#[memoize(maxsize = None, budget = shared::TEXTS, scope = thread)]
fn text(id: u32) -> String {
    "x".repeat(id as usize)
}

struct Page(u32);

impl Page {
    #[memoize(maxsize = None, budget = shared::TEXTS, skip(self))]
    fn title<T: ToString + Clone + Eq + std::hash::Hash + Send + Sync + 'static>(&self, of: T) -> String {
        of.to_string()
    }
}

fn main() {
    memory::set_limit(1 << 30);
    for id in 0..1_000 {
        assert_eq!(thumbnail(id)[999], id as u8);
        assert_eq!(histogram(id), [id; 256]);
        assert_eq!(text(id).len(), id as usize);
        assert_eq!(Page(id).title(id), id.to_string());
    }
    let held = |bytes: Option<u64>| bytes.unwrap() as usize;
    let images = held(thumbnail::cache_info().bytes) + held(histogram::cache_info().bytes);
    assert_eq!(IMAGES.used(), images);
    assert!(images > 80_000 && images <= IMAGES.limit());
    assert!(held(histogram::cache_info().bytes) > 8_000);
    assert!(shared::TEXTS.used() <= 50_000 && shared::TEXTS.used() > 30_000);
    assert_eq!(memory::used(), IMAGES.used() + shared::TEXTS.used());
    assert!(IMAGES.report().contains("thumbnail"));
}
