//! How much code an attribute costs.

use super::pretty;

const OWN_LINES: usize = 25;

#[test]
fn a_plain_function_expands_to_few_lines() {
    let plain = "pub fn area(w: u64, name: &str) -> u64 { compute(w, name) }";
    let text = pretty(r#"maxsize = 1024, ttl = "5m""#, plain);
    let is_users = |line: &str| {
        let line = line.trim();
        // Documentation, the signature as written, and the body.
        line.starts_with("///")
            || line == "pub fn area(w: u64, name: &str) -> u64 {"
            || line == "compute(w, name)"
    };
    let own: Vec<&str> = text.lines().filter(|line| !is_users(line)).collect();
    assert!(
        own.len() <= OWN_LINES,
        "{} lines:\n{}",
        own.len(),
        own.join("\n")
    );
}
