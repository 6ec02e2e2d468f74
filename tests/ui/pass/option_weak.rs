//! Results that stay for as long as somebody else holds them.
use std::rc::Rc;
use std::sync::Arc;

use memokit::memoize;

#[memoize(weak)]
fn text(n: u64) -> Arc<String> {
    Arc::new(n.to_string())
}

#[memoize(weak)]
fn slice(n: u8) -> Arc<[u8]> {
    vec![n; 3].into()
}

#[memoize(weak)]
fn perhaps(n: u64) -> Option<Arc<u64>> {
    n.checked_sub(1).map(Arc::new)
}

struct NotClone;

#[memoize(weak)]
fn tried(n: u64) -> Result<Arc<u64>, NotClone> {
    n.checked_sub(1).map(Arc::new).ok_or(NotClone)
}

#[memoize(weak, scope = thread)]
fn local(n: u64) -> Rc<u64> {
    Rc::new(n)
}

#[memoize(weak, scope = thread)]
fn local_tried(n: u64) -> Result<Arc<u64>, Rc<u8>> {
    Ok(Arc::new(n))
}

#[memoize(weak)]
fn generic<T: Send + Sync + Clone + Eq + std::hash::Hash + 'static>(value: &T) -> Arc<T> {
    Arc::new(value.clone())
}

struct Shop;

impl Shop {
    #[memoize(weak, skip(self))]
    fn price(&self, n: u64) -> Arc<u64> {
        Arc::new(n)
    }
}

fn main() {
    let one = text(1);
    assert!(Arc::ptr_eq(&one, &text(1)));
    assert!(text::contains(&1));
    drop(one);
    assert!(!text::contains(&1) && text::peek(&1).is_none());
    assert_eq!(text::evict_expired(), 1);
    assert_eq!(slice(1)[..], [1, 1, 1]);
    assert!(perhaps(0).is_none() && perhaps::contains(&0));
    let (kept, rc) = (tried(1).ok(), local(1));
    assert!(tried::contains(&1) && kept.is_some() && tried(0).is_err());
    assert!(Rc::ptr_eq(&rc, &local(1)));
    assert!(local_tried(1).is_ok() && generic(&2).eq(&Arc::new(2)));
    let price = Shop.price(1);
    assert!(Arc::ptr_eq(&price, &Shop.price(1)));
    assert_eq!(text::with(2, |text| text.len()), 1);
}
