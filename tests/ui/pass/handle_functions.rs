//! Every function of the handle, with arguments by reference.
use memokit::memoize;
use std::time::Duration;

#[memoize(maxsize = 10)]
fn repeat(text: &str, times: usize) -> String {
    text.repeat(times)
}

fn main() {
    assert_eq!(repeat("a", 2), "aa");
    assert_eq!(repeat::uncached("a", 2), "aa");
    assert_eq!(repeat::refresh("a", 2), "aa");
    assert_eq!(repeat::peek("a", &2).as_deref(), Some("aa"));
    assert!(repeat::entry_info("a", &2).is_some());
    repeat::prime("b", &2, "primed".to_owned());
    assert_eq!(repeat("b", 2), "primed");
    assert_eq!(repeat::keys().len(), 2);
    assert_eq!(
        repeat::invalidate_if(|value: &String, _info| value == "primed"),
        1
    );
    assert!(repeat::contains("a", &2));
    assert!(repeat::invalidate("a", &2));
    assert!(repeat::set_maxsize(5));
    assert!(repeat::set_maxsize(None));
    assert!(repeat::set_ttl(Duration::from_secs(60)));
    assert_eq!(repeat::evict_expired(), 0);
    assert_eq!(
        repeat::cache_parameters().ttl,
        Some(Duration::from_secs(60))
    );
    assert_eq!(repeat::cache().info().currsize, 0);
    assert!(repeat::cache_info().misses > 0);
    assert_eq!(repeat::cache_clear(), 0);
}
