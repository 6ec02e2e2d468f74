//! Which control groups this process is in, and where their files are.
//!
//! `/proc/self/cgroup` names the group of the process in each hierarchy; `/proc/self/mountinfo`
//! tells where a hierarchy can be seen, and from which of its groups on. In a container that is
//! mostly the group of the container, whose ancestors are out of sight.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::Roots;
use super::files::content;

/// The longest text about groups or mounts that is read. There are machines with thousands of
/// mounts.
const MOST: usize = 4 << 20;

/// The longest path that the kernel has.
const LONGEST_PATH: usize = 4096;

/// The directories of the groups that this process is in, the innermost first.
#[derive(Default, Debug)]
pub(super) struct Groups {
    /// Of the first version, in the hierarchy that counts memory, if there is one.
    pub(super) first: Vec<PathBuf>,
    /// Of the second version, which need not count memory.
    pub(super) second: Vec<PathBuf>,
}

impl Groups {
    pub(super) fn find(roots: &Roots) -> Self {
        let own = roots.proc.join("self");
        let Some(names) = content(&own.join("cgroup"), MOST) else {
            return Self::default();
        };
        let mounts = content(&own.join("mountinfo"), MOST).unwrap_or_default();
        let directories = |hierarchy| match name_in(hierarchy, &names) {
            Some(name) => directories(&name, &mounts_of(hierarchy, &mounts), roots),
            None => Vec::new(),
        };
        Self {
            first: directories(Hierarchy::FirstMemory),
            second: directories(Hierarchy::Second),
        }
    }
}

#[derive(Clone, Copy)]
enum Hierarchy {
    FirstMemory,
    Second,
}

/// Where a hierarchy can be seen.
struct Mount {
    /// The group that is seen at `point`.
    root: PathBuf,
    point: PathBuf,
}

/// The group in this hierarchy: `4:memory:/a/b` in the first version, `0::/a/b` in the second.
fn name_in(hierarchy: Hierarchy, names: &[u8]) -> Option<PathBuf> {
    lines(names).find_map(|line| {
        let mut fields = line.splitn(3, |byte| *byte == b':');
        let (id, controllers, name) = (fields.next()?, fields.next()?, fields.next()?);
        let is_it = match hierarchy {
            Hierarchy::FirstMemory => has_memory(controllers),
            Hierarchy::Second => id == b"0" && controllers.is_empty(),
        };
        (is_it && name.len() < LONGEST_PATH).then(|| path(name))
    })
}

/// The mounts of this hierarchy. A line of `mountinfo`, which has more fields of some kinds than of
/// others, is
/// `35 31 0:32 /group /sys/fs/cgroup/memory rw,relatime shared:1 - cgroup cgroup rw,memory`.
fn mounts_of(hierarchy: Hierarchy, mounts: &[u8]) -> Vec<Mount> {
    let mount = |line: &[u8]| {
        let mut fields = line.split(|byte| *byte == b' ');
        let (root, point) = (fields.nth(3)?, fields.next()?);
        let mut behind = fields.skip_while(|field| *field != b"-").skip(1);
        let (kind, options) = (behind.next()?, behind.nth(1)?);
        let is_it = match hierarchy {
            Hierarchy::FirstMemory => kind == b"cgroup" && has_memory(options),
            Hierarchy::Second => kind == b"cgroup2",
        };
        let fits = root.len() < LONGEST_PATH && point.len() < LONGEST_PATH;
        (is_it && fits).then(|| Mount {
            root: path(&unescaped(root)),
            point: path(&unescaped(point)),
        })
    };
    lines(mounts).filter_map(mount).collect()
}

/// The group with this name and its ancestors, as far as one of these mounts shows them: the one
/// that shows the most.
fn directories(name: &Path, mounts: &[Mount], roots: &Roots) -> Vec<PathBuf> {
    let chains = mounts.iter().map(|mount| {
        let point = roots.locate(&mount.point);
        let rest = below(name, &mount.root);
        // A name outside of what is shown, as after a move out of a container: what is shown is the
        // best guess.
        let own = rest.map_or(point.clone(), |rest| point.join(rest));
        let chain = own
            .ancestors()
            .take_while(|group| group.starts_with(&point));
        let chain: Vec<PathBuf> = chain
            .filter(|group| group.is_dir())
            .map(Path::to_path_buf)
            .collect();
        (rest.is_some(), chain)
    });
    // Of equals the last is meant: a mount hides those that were there before.
    let best =
        chains.max_by_key(|(is_certain, chain)| (*is_certain && !chain.is_empty(), chain.len()));
    best.map(|(_, chain)| chain).unwrap_or_default()
}

/// The way from the group `root` to the group `name`, if that is below it. A name that leads
/// upwards is outside of the namespace of this process, where nobody knows the way.
fn below<'a>(name: &'a Path, root: &Path) -> Option<&'a Path> {
    let leads_upwards = name.components().any(|part| part == Component::ParentDir);
    name.strip_prefix(root).ok().filter(|_| !leads_upwards)
}

fn has_memory(list: &[u8]) -> bool {
    list.split(|byte| *byte == b',').any(|one| one == b"memory")
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
}

/// `mountinfo` writes white space and backslashes as three octal digits: `\040`.
fn unescaped(mut text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    while let [first, rest @ ..] = text {
        text = rest;
        match (first, rest) {
            (
                b'\\',
                [
                    a @ b'0'..=b'3',
                    b @ b'0'..=b'7',
                    c @ b'0'..=b'7',
                    after @ ..,
                ],
            ) => {
                plain.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                text = after;
            }
            _ => plain.push(*first),
        }
    }
    Cow::Owned(plain)
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;

    OsStr::from_bytes(bytes).into()
}

/// There are no groups on other systems; this keeps the code one.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    OsStr::new(String::from_utf8_lossy(bytes).as_ref()).into()
}
