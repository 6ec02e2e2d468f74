//! Traces: the keys that a program asked for, in their order.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use foldhash::fast::RandomState;
use lzma_rust2::XzReader;

/// "Its key does not come again", where the place of an access is meant.
pub const NEVER: u32 = u32::MAX;

/// What the names of plain and of compressed traces end in.
const PLAIN: &str = ".u64";
const COMPRESSED: &str = ".u64.xz";

pub struct Trace {
    pub name: String,
    /// What caches are asked for.
    pub keys: Vec<u64>,
    /// The same keys numbered densely from 0, so that models need no hash table.
    pub numbers: Vec<u32>,
    /// For each access, the place of the next one of the same key, or [`NEVER`].
    pub next: Vec<u32>,
    /// How many keys there are.
    pub distinct: usize,
}

impl Trace {
    /// Reads a file of little-endian `u64` keys, compressed by xz or not, as its name says. An error
    /// names the file and says what to do.
    pub fn read(path: &Path) -> Result<Self, String> {
        let described = |problem: String| format!("{}: {problem}", path.display());
        let name = name(path).ok_or_else(|| {
            described(format!(
                "give a trace: its name ends in `{PLAIN}` or `{COMPRESSED}`"
            ))
        })?;
        let bytes = bytes(path).map_err(described)?;
        let keys = keys(&bytes).map_err(described)?;
        Ok(Self::new(name, keys))
    }

    /// # Panics
    /// When there are 2^32 - 1 accesses or more, which [`read`](Self::read) refuses.
    pub fn new(name: String, keys: Vec<u64>) -> Self {
        let mut seen: HashMap<u64, (u32, u32), RandomState> = HashMap::default();
        let mut numbers = Vec::with_capacity(keys.len());
        let mut next = vec![NEVER; keys.len()];
        for (&key, place) in keys.iter().zip(0_u32..) {
            assert_ne!(place, NEVER, "{name}: too long");
            // No more keys than accesses: the number fits as well.
            let count = seen.len() as u32;
            let number = match seen.entry(key) {
                Entry::Occupied(mut known) => {
                    let (number, last) = *known.get();
                    next[last as usize] = place;
                    known.insert((number, place));
                    number
                }
                Entry::Vacant(new) => new.insert((count, place)).0,
            };
            numbers.push(number);
        }
        Self {
            distinct: seen.len(),
            name,
            keys,
            numbers,
            next,
        }
    }

    pub fn accesses(&self) -> usize {
        self.keys.len()
    }
}

/// The traces of a folder, in the order of their names. Other files don't count; of a trace that is
/// there twice, the plain file does.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let described = |problem: String| format!("{}: {problem}", folder.display());
    let unreadable = |error| described(format!("give a folder of traces ({error})"));
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut traces = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if let Some(name) = name(&path) {
            traces.push((name, path));
        }
    }
    // A plain file's path comes before that of the compressed one.
    traces.sort();
    traces.dedup_by(|later, earlier| later.0 == earlier.0);
    if traces.is_empty() {
        return Err(described(format!(
            "there are no traces: their names end in `{PLAIN}` or `{COMPRESSED}`"
        )));
    }
    Ok(traces.into_iter().map(|(_, path)| path).collect())
}

/// What a trace is called: its file's name without the ending, if that is a trace's.
fn name(path: &Path) -> Option<String> {
    let file = path.file_name()?.to_str()?;
    let name = file
        .strip_suffix(COMPRESSED)
        .or_else(|| file.strip_suffix(PLAIN))?;
    Some(name.to_owned())
}

/// What the file holds, decompressed.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let read = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file: give the path of a trace".to_owned(),
        _ => format!("it cannot be read ({error})"),
    })?;
    if read.is_empty() {
        return Err("it is empty: get it anew".to_owned());
    }
    if !path.to_string_lossy().ends_with(COMPRESSED) {
        return Ok(read);
    }
    let mut bytes = Vec::new();
    // Compressed files may be joined to one.
    match XzReader::new(read.as_slice(), true).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err("its end is missing: get it anew".to_owned())
        }
        Err(error) => Err(format!(
            "it is damaged, or not compressed by xz ({error}): get it anew"
        )),
    }
}

fn keys(bytes: &[u8]) -> Result<Vec<u64>, String> {
    let (keys, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(format!(
            "its last key is cut off ({} bytes are not a multiple of 8): get it anew",
            bytes.len()
        ));
    }
    if keys.is_empty() {
        return Err("it has no accesses: get it anew".to_owned());
    }
    if keys.len() >= NEVER as usize {
        return Err(format!(
            "it has {} accesses: split it, up to {} can be replayed",
            keys.len(),
            NEVER - 1
        ));
    }
    Ok(keys.iter().map(|key| u64::from_le_bytes(*key)).collect())
}
