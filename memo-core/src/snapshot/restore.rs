//! Entries of a snapshot on their way back into their caches.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::codec::Codec;
use super::format::{self, Identity, Snapshot};
use super::save::{codec, identity, path};
use super::waiting::{self, Waiting, arrive};
use super::{Loaded, Skipped};
use crate::common::{Common, drop_quietly};
use crate::engine::Restoring;
use crate::registry::{self, Control};

/// Takes all that a snapshot has.
pub(super) fn restore(snapshot: Snapshot) -> Loaded {
    let mut loaded = Loaded::default();
    let mut total: usize = 0;
    let mut known: HashSet<Identity> = HashSet::new();
    let used: Vec<Identity> = registry::controls()
        .iter()
        .filter_map(|control| {
            let codec = codec(control.common())?;
            Some(identity(control.common(), &codec))
        })
        .collect();
    let mut sections = Vec::new();
    for section in snapshot.sections {
        let count = usize::try_from(section.count).unwrap_or(usize::MAX);
        total = total.saturating_add(count);
        let namesakes = used
            .iter()
            .filter(|used| **used == section.identity)
            .count();
        if namesakes > 1 || !known.insert(section.identity.clone()) {
            loaded.skipped.ambiguous = loaded.skipped.ambiguous.saturating_add(count);
            continue;
        }
        let blocks: Vec<&[u8]> = section
            .blocks
            .into_iter()
            .map(|block| &snapshot.bytes[block])
            .collect();
        sections.push(Waiting {
            identity: section.identity,
            saved_at: snapshot.saved_at,
            count,
            data: blocks.concat().into(),
        });
    }
    drop(snapshot.bytes);
    waiting::keep(sections);
    for control in registry::controls() {
        // Others get theirs when they are used.
        if control.common().types.get().is_some() {
            loaded.add(arrive(control.common()));
        }
    }
    let done = loaded.restored.saturating_add(loaded.skipped.total());
    loaded.waiting = total.saturating_sub(done);
    loaded
}

impl Loaded {
    pub(super) fn add(&mut self, other: Self) {
        let sums = [
            (&mut self.restored, other.restored),
            (&mut self.skipped.expired, other.skipped.expired),
            (&mut self.skipped.other_version, other.skipped.other_version),
            (&mut self.skipped.other_types, other.skipped.other_types),
            (&mut self.skipped.ambiguous, other.skipped.ambiguous),
            (&mut self.skipped.present, other.skipped.present),
            (&mut self.skipped.no_room, other.skipped.no_room),
            (&mut self.skipped.unreadable, other.skipped.unreadable),
            (&mut self.skipped.cleared, other.skipped.cleared),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
    }
}

/// Whether a section is of this cache, or was before its function was changed.
pub(super) fn is_of(common: &Common, identity: &Identity) -> bool {
    common.name() == identity.name && path(common) == identity.path
}

/// Restores a section into its cache.
pub(super) fn section(
    control: Option<&dyn Control>,
    section: &Waiting,
    cleared: &[String],
    now: u64,
) -> Loaded {
    let mut loaded = Loaded::default();
    let skipped = &mut loaded.skipped;
    let Some((control, codec)) =
        control.and_then(|control| Some((control, codec(control.common())?)))
    else {
        skipped.other_types = section.count;
        return loaded;
    };
    let own = identity(control.common(), &codec);
    if own.key_type != section.identity.key_type || own.value_type != section.identity.value_type {
        skipped.other_types = section.count;
        return loaded;
    }
    if own.code_version != section.identity.code_version {
        skipped.other_version = section.count;
        return loaded;
    }
    if cleared
        .iter()
        .any(|tag| control.common().settings().has_tag(tag))
    {
        skipped.cleared = section.count;
        return loaded;
    }
    // The hottest come last, so that they are the last to leave.
    for at in choose(control, section, now, skipped).into_iter().rev() {
        match put(control, codec, section, at, now) {
            Some(Restoring::Stored) => loaded.restored += 1,
            Some(Restoring::Present) => loaded.skipped.present += 1,
            Some(Restoring::NoRoom) => loaded.skipped.no_room += 1,
            None => loaded.skipped.unreadable += 1,
        }
    }
    loaded
}

/// Where the hottest of the live entries are, as many as there is room for; the others are counted. No more
/// than that, as it is less than what the entries take in the file.
fn choose(control: &dyn Control, section: &Waiting, now: u64, skipped: &mut Skipped) -> Vec<usize> {
    let bound = control.common().settings().bound();
    let held = control.extent();
    let room = bound.entries.saturating_sub(held.entries);
    let mut bytes = bound.bytes.saturating_sub(held.bytes);
    let mut chosen = Vec::new();
    let mut found: usize = 0;
    for (at, entry) in section.entries() {
        found += 1;
        let Some(restored) = section.now(&entry, now) else {
            skipped.expired += 1;
            continue;
        };
        let left = bytes.checked_sub(restored.bytes);
        match left.filter(|_| chosen.len() < room) {
            Some(left) => {
                bytes = left;
                chosen.push(at);
            }
            None => skipped.no_room += 1,
        }
    }
    skipped.unreadable = section.count.saturating_sub(found);
    chosen
}

/// Reads an entry and stores it; `None` if it cannot be read.
fn put(
    control: &dyn Control,
    codec: Codec,
    section: &Waiting,
    mut at: usize,
    now: u64,
) -> Option<Restoring> {
    let entry = format::next_entry(&section.data, &mut at)?;
    let restored = section.now(&entry, now)?;
    let content = &section.data[entry.content];
    let mut restoring = None;
    let read = AssertUnwindSafe(|| {
        (codec.read)(content, entry.shape, &mut |parcel| {
            restoring = Some(control.restore(parcel, restored));
        })
    });
    if let Err(panic) = catch_unwind(read) {
        drop_quietly(panic);
    }
    restoring
}
