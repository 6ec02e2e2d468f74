//! CPU time of processes that this one has started and waited for.

use std::fs;

/// Clock ticks in a second, as Linux reports them to programs on every architecture.
const TICKS: f64 = 100.0;

/// User and system time of all finished children, and of theirs.
pub fn seconds_of_children() -> Result<f64, String> {
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|error| format!("CPU time is read from /proc/self/stat (Linux only): {error}"))?;
    children(&stat).ok_or_else(|| format!("/proc/self/stat is not understood: {stat}"))
}

/// `cutime` and `cstime`, fields 16 and 17. The second field is the program's name, which may
/// hold spaces and parentheses, so that counting begins after its end, at field 3.
fn children(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}
