//! Writing the entries of all caches.

use std::collections::HashMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Saved;
use super::codec::Codec;
use super::format::{self, BLOCK, Identity, Kind, Writer};
use super::waiting::{self, Waiting};
use crate::clock::nanos;
use crate::common::{Common, drop_quietly};
use crate::engine::{EntryInfo, Onlooker, Restored};
use crate::registry::{self, Control};
use crate::store::NodeRef;

/// Writes a snapshot; `now` is the time of the wall clock.
pub(super) fn save(out: &mut dyn Write, now: u64) -> io::Result<Saved> {
    let mut saved = Saved::default();
    let mut caches: Vec<(Identity, Codec, Arc<dyn Control>)> = Vec::new();
    let mut found: HashMap<Identity, usize> = HashMap::new();
    for (_, control) in registry::all() {
        match codec(control.common()) {
            Some(codec) => {
                let identity = identity(control.common(), &codec);
                *found.entry(identity.clone()).or_default() += 1;
                caches.push((identity, codec, control));
            }
            None => saved.skipped_caches += 1,
        }
    }
    let mut writer = Writer::start(out, now)?;
    let mut sections = 0;
    for (identity, codec, control) in caches {
        if found.get(&identity).is_some_and(|count| *count > 1) {
            saved.ambiguous_caches += 1;
            continue;
        }
        let entries = saved.entries;
        write_cache(&mut writer, &identity, codec, &*control, &mut saved)?;
        if saved.entries > entries {
            sections += 1;
        }
    }
    // What has not come back yet goes on as it is.
    for waiting in waiting::all() {
        if !found.contains_key(&waiting.identity)
            && write_waiting(&mut writer, &waiting, now, &mut saved)?
        {
            sections += 1;
        }
    }
    saved.caches = sections;
    saved.bytes = writer.end(sections as u64)?;
    Ok(saved)
}

/// How the entries of a cache are written, if they can be.
pub(super) fn codec(common: &Common) -> Option<Codec> {
    // What threads or objects have for themselves is not seen from here.
    let is_shared = common.settings().is_global();
    let types = common.types.get().filter(|_| is_shared)?;
    (types.codec)()
}

/// Which cache it is.
pub(super) fn identity(common: &Common, codec: &Codec) -> Identity {
    Identity {
        name: common.name().to_owned(),
        path: path(common).to_owned(),
        key_type: codec.key_type.to_owned(),
        value_type: codec.value_type.to_owned(),
        code_version: common.settings().origin.code_version,
    }
}

/// The path of what a function is in; functions inside of others have the same name.
pub(super) fn path(common: &Common) -> &'static str {
    let beside = common.settings().origin.beside.map(|beside| beside());
    let parent = beside.and_then(|beside| beside.rsplit_once("::"));
    parent.map_or("", |(parent, _)| parent)
}

fn write_cache(
    writer: &mut Writer<&mut dyn Write>,
    identity: &Identity,
    codec: Codec,
    control: &dyn Control,
    saved: &mut Saved,
) -> io::Result<()> {
    let mut seeing = Seeing {
        entries: Entries::new(writer, identity),
        codec,
        content: Vec::new(),
        refused: 0,
        is_readable: false,
        written: Ok(()),
    };
    control.hottest_first(&mut seeing);
    seeing.written?;
    saved.skipped_entries += seeing.refused;
    saved.entries += seeing.entries.close()?;
    Ok(())
}

/// Writes what waits for its cache since another snapshot was loaded; whether any of it is alive.
fn write_waiting(
    writer: &mut Writer<&mut dyn Write>,
    waiting: &Waiting,
    now: u64,
    saved: &mut Saved,
) -> io::Result<bool> {
    let mut entries = Entries::new(writer, &waiting.identity);
    for (_, entry) in waiting.entries() {
        let Some(restored) = waiting.now(&entry, now) else {
            continue;
        };
        entries.add(restored, entry.shape, &waiting.data[entry.content]);
        entries.flush(false)?;
    }
    let count = entries.close()?;
    saved.entries += count;
    Ok(count > 0)
}

/// Writes a section. It begins with its first entry: without one there is none.
struct Entries<'a, 'w> {
    writer: &'a mut Writer<&'w mut dyn Write>,
    identity: &'a Identity,
    has_begun: bool,
    block: Vec<u8>,
    count: usize,
}

impl<'a, 'w> Entries<'a, 'w> {
    fn new(writer: &'a mut Writer<&'w mut dyn Write>, identity: &'a Identity) -> Self {
        Self {
            writer,
            identity,
            has_begun: false,
            block: Vec::new(),
            count: 0,
        }
    }

    fn add(&mut self, restored: Restored, shape: u64, content: &[u8]) {
        format::put_entry(&mut self.block, restored, shape, content);
        self.count += 1;
    }

    /// Writes what has come together, if it is enough for a block or `at_once`.
    fn flush(&mut self, at_once: bool) -> io::Result<()> {
        if self.block.is_empty() || (self.block.len() < BLOCK && !at_once) {
            return Ok(());
        }
        if !self.has_begun {
            self.writer.section(self.identity)?;
            self.has_begun = true;
        }
        self.writer.block(Kind::Entries, &self.block)?;
        self.block.clear();
        Ok(())
    }

    /// The number of entries.
    fn close(mut self) -> io::Result<usize> {
        self.flush(true)?;
        if self.has_begun {
            let count = self.count as u64;
            self.writer.block(Kind::Close, &count.to_le_bytes())?;
        }
        Ok(self.count)
    }
}

/// Looks at the entries of a cache and writes them.
struct Seeing<'a, 'w> {
    entries: Entries<'a, 'w>,
    codec: Codec,
    content: Vec<u8>,
    refused: usize,
    /// An entry could be read again.
    is_readable: bool,
    written: io::Result<()>,
}

impl Onlooker for Seeing<'_, '_> {
    fn see(&mut self, node: NodeRef<'_>, info: &EntryInfo) {
        self.content.clear();
        let write = AssertUnwindSafe(|| (self.codec.write)(node, &mut self.content));
        let shape = catch_unwind(write).unwrap_or_else(|panic| {
            drop_quietly(panic);
            None
        });
        let Some(shape) =
            shape.filter(|_| format::fits(self.content.len(), self.entries.block.len()))
        else {
            self.refused += 1;
            return;
        };
        // What is written may still be of a type that cannot be read.
        if !self.is_readable {
            let read = AssertUnwindSafe(|| (self.codec.read)(&self.content, shape, &mut |_| ()));
            self.is_readable = catch_unwind(read).is_ok_and(|is_readable| is_readable);
        }
        if !self.is_readable {
            self.refused += 1;
            return;
        }
        let restored = Restored {
            age: nanos(info.age),
            left: info.expires_in.map(nanos),
            cost: nanos(info.cost),
            bytes: info.bytes.map_or(0, |bytes| bytes as u64),
        };
        self.entries.add(restored, shape, &self.content);
    }

    fn goes_on(&mut self) -> bool {
        self.written = self.entries.flush(false);
        self.written.is_ok()
    }
}
