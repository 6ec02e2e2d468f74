//! What the system allows to the control groups that this process is in, and what they use.
//!
//! A process may use no more than the smallest limit of its group and all ancestors of it, and
//! shares that with all others that are below the group with the limit. The limit of its own group
//! alone says little: it is mostly "none", with a limit further up.
//!
//! Paths are found once, numbers are read whenever they are asked for: limits can be changed while
//! the process runs. A process that is moved to another group is still seen in the former one.

mod groups;
mod stalls;

pub(super) mod files;

use std::path::{Path, PathBuf};

use super::level::percent;
use files::{Text, number, value_of, with_content};
use groups::Groups;

pub(crate) use stalls::Stalls;

/// Numbers from here on mean "no limit". The first version has no word for that but shows the
/// greatest number of pages there is, in bytes; how many that are depends on the size of a page.
const NO_LIMIT: u64 = 1 << 62;

/// Where the system tells about itself.
#[derive(Clone, Debug)]
pub(crate) struct Roots {
    /// Usually `/proc`.
    pub(crate) proc: PathBuf,
    /// Usually `/sys`. Mounts that are said to be below `/sys` are looked for here.
    pub(crate) sys: PathBuf,
}

impl Roots {
    /// Those of the running system. `None` on systems other than Linux, and where a program is run by
    /// a checker, which has no system beside it.
    pub(crate) fn system() -> Option<Self> {
        let is_there = cfg!(all(target_os = "linux", not(miri), not(shuttle)));
        is_there.then(|| Self {
            proc: "/proc".into(),
            sys: "/sys".into(),
        })
    }

    fn locate(&self, mount_point: &Path) -> PathBuf {
        match mount_point.strip_prefix("/sys") {
            Ok(rest) => self.sys.join(rest),
            Err(_) => mount_point.into(),
        }
    }
}

/// The control groups of this process, and the machine's memory.
#[derive(Default, Debug)]
pub(crate) struct Container {
    /// Those that may have a limit, the innermost first.
    groups: Vec<Group>,
    /// What knows the smallest limit of all ancestors, also of those that cannot be seen.
    hierarchy: Option<Text>,
    pressure: Option<PathBuf>,
    meminfo: Option<PathBuf>,
}

/// A limit, and how much of it is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Room {
    /// In bytes.
    pub(crate) limit: u64,
    /// In bytes, without what the system takes back when it needs room. `None` if unknown.
    pub(crate) used: Option<u64>,
}

impl Container {
    /// That of this process. On systems other than Linux it knows nothing.
    pub(crate) fn of_this_process() -> Self {
        match Roots::system() {
            Some(roots) => Self::at(&roots),
            None => Self::default(),
        }
    }

    /// That of the process that is `self` in this `proc`.
    pub(crate) fn at(roots: &Roots) -> Self {
        let Groups { first, second } = Groups::find(roots);
        let pressure = second.first().map(|own| own.join("memory.pressure"));
        let hierarchy = first.first();
        let hierarchy = hierarchy.map(|own| Text::new(own.join("memory.stat")));
        // Memory is counted in one hierarchy only; this one is known to do so.
        let groups = if first.is_empty() {
            second.iter().map(|group| Group::second(group)).collect()
        } else {
            first.iter().map(|group| Group::first(group)).collect()
        };
        Self {
            groups,
            hierarchy,
            pressure,
            meminfo: Some(roots.proc.join("meminfo")),
        }
    }

    /// For one that is asked often: its files stay open.
    pub(super) fn keep_open(mut self) -> Self {
        let of_groups = self.groups.iter_mut().flat_map(Group::files);
        of_groups
            .chain(&mut self.hierarchy)
            .for_each(Text::keep_open);
        self
    }

    /// The smallest limit of the group and its ancestors, in bytes. `None` if there is none.
    pub(crate) fn limit(&self) -> Option<u64> {
        let seen = self.limits().map(|(limit, _)| limit);
        seen.chain(self.hierarchical_limit()).min()
    }

    /// What is used of the smallest limit, in bytes, without what the system takes back when it
    /// needs room. `None` if there is no limit.
    #[cfg(test)]
    pub(crate) fn usage(&self) -> Option<u64> {
        self.smallest()?.used
    }

    /// The smallest limit and what is used of it.
    #[cfg(test)]
    pub(crate) fn smallest(&self) -> Option<Room> {
        // Of equal limits the outermost counts, as it has the most users.
        let seen = self
            .limits()
            .reduce(|least, next| if next.0 <= least.0 { next } else { least });
        let least = seen.map_or(u64::MAX, |(limit, _)| limit);
        let (limit, group) = self.hidden_limit(least).or(seen)?;
        Some(group.room(limit))
    }

    /// The limit of which the greatest share is used. Whoever shares an outer limit with others
    /// may reach that one before the smallest one.
    pub(crate) fn fullest(&self) -> Option<Room> {
        let mut least = u64::MAX;
        let room = |(limit, group): Limit<'_>| group.room(limit);
        let fuller = |a: Room, b: Room| if b.percent() >= a.percent() { b } else { a };
        let seen = self
            .limits()
            .inspect(|(limit, _)| least = least.min(*limit))
            .map(room)
            .reduce(fuller);
        let hidden = self.hidden_limit(least).map(room);
        seen.into_iter().chain(hidden).reduce(fuller)
    }

    /// How long tasks of the group waited for memory.
    pub(crate) fn stalls(&self) -> Option<Stalls> {
        Stalls::read(self.pressure.as_deref()?)
    }

    /// The memory of the machine, in bytes.
    pub(crate) fn ram(&self) -> Option<u64> {
        let kibibytes = with_content(self.meminfo.as_deref()?, |text| value_of(text, "MemTotal:"))?;
        kibibytes.checked_mul(1024)
    }

    /// All limits that can be seen, the innermost first.
    fn limits(&self) -> impl Iterator<Item = Limit<'_>> {
        let limit = |group| Some((Group::limit(group)?, group));
        self.groups.iter().filter_map(limit)
    }

    /// The limit of an ancestor that cannot be seen, if it is smaller than `least`, the smallest of
    /// those that can. Of its use we see a part: what the outermost group uses that can be seen.
    fn hidden_limit(&self, least: u64) -> Option<Limit<'_>> {
        let limit = self.hierarchical_limit().filter(|limit| *limit < least)?;
        // Not so if a limit that can be seen was lowered after `least` was read.
        let is_hidden = self.limits().all(|(seen, _)| limit < seen);
        Some((limit, self.groups.last().filter(|_| is_hidden)?))
    }

    fn hierarchical_limit(&self) -> Option<u64> {
        let stat = self.hierarchy.as_ref()?;
        stat.with_content(|text| value_of(text, "hierarchical_memory_limit"))
            .filter(|limit| *limit < NO_LIMIT)
    }
}

/// A limit in bytes, and the group that has it.
type Limit<'a> = (u64, &'a Group);

impl Room {
    /// The used share. Nothing, as far as is known, if it is unknown.
    fn percent(&self) -> f64 {
        percent(self.used.unwrap_or(0), self.limit)
    }
}

/// The files of one control group.
#[derive(Debug)]
struct Group {
    /// Each holds a limit, the smallest counts.
    limits: Vec<Text>,
    usage: Text,
    stat: Text,
    /// What `stat` calls the page cache that was not used lately, of this group and all below it.
    inactive: &'static str,
}

impl Group {
    fn first(directory: &Path) -> Self {
        Self {
            limits: vec![Text::new(directory.join("memory.limit_in_bytes"))],
            usage: Text::new(directory.join("memory.usage_in_bytes")),
            stat: Text::new(directory.join("memory.stat")),
            inactive: "total_inactive_file",
        }
    }

    fn second(directory: &Path) -> Self {
        Self {
            // From `high` on the system slows the process down until hardly anything goes on.
            limits: ["memory.max", "memory.high"]
                .map(|name| Text::new(directory.join(name)))
                .into(),
            usage: Text::new(directory.join("memory.current")),
            stat: Text::new(directory.join("memory.stat")),
            inactive: "inactive_file",
        }
    }

    fn files(&mut self) -> impl Iterator<Item = &mut Text> {
        let others = [&mut self.usage, &mut self.stat];
        self.limits.iter_mut().chain(others)
    }

    fn limit(&self) -> Option<u64> {
        let limits = self
            .limits
            .iter()
            .filter_map(|file| file.with_content(number));
        limits.filter(|limit| *limit < NO_LIMIT).min()
    }

    fn room(&self, limit: u64) -> Room {
        Room {
            limit,
            used: self.used(),
        }
    }

    /// Page cache counts as used, but goes as soon as room is needed. If it is unknown how much
    /// there is, everything counts: better too much than too little.
    fn used(&self) -> Option<u64> {
        let all = self.usage.with_content(number)?;
        let cached = self.stat.with_content(|text| value_of(text, self.inactive));
        Some(all.saturating_sub(cached.unwrap_or(0)))
    }
}

#[cfg(test)]
pub(super) mod tests;
