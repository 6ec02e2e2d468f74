//! Values of `policy`.

use super::options::{fine, wrong};

#[test]
fn policies() {
    for policy in ["lru", "sieve", "s3_fifo", "my::Policy", "Newest", "Of::<3>"] {
        fine(&format!("policy = {policy}"));
    }
    wrong(
        "policy = seive",
        "no policy is called `seive`, did you mean `sieve`?",
    );
    wrong(
        "policy = TinyLFU",
        "no policy is called `TinyLFU`, did you mean `tiny_lfu`?",
    );
    wrong(
        "policy = random",
        "no policy is called `random`; there are `lru`, `adaptive`, `s3_fifo`, `tiny_lfu`, `sieve`, `fifo`, `lfu`, or the path of a type that implements `memokit::policy::Policy` and `Default`",
    );
    wrong(
        "policy = \"lru\"",
        "`policy` is a name without quotes, or the type of your own: write `policy = sieve`",
    );
    wrong(
        "oom_protection = false, policy = sieve",
        "with `oom_protection = false` nothing is evicted, so there is no policy: remove it, or set `oom_protection = true`",
    );
}
