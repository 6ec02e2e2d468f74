//! What is remembered of keys that gave way.

/// As many departed keys as there are entries, by their hashes. They are in sets of four: a key that comes
/// in takes the place of the one in its set that was used least recently.
#[derive(Debug, Default)]
pub(super) struct Departed {
    sets: Vec<[Slot; WAYS]>,
}

const WAYS: usize = 4;

/// A departed key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ghost {
    /// Of its last use.
    pub(super) time: u32,
    pub(super) uses: u8,
}

#[derive(Clone, Copy, Default, Debug)]
struct Slot {
    time: u32,
    /// 23 bits of the hash, a bit that is set, and the uses; 0 if nobody is there.
    tag: u32,
}

fn tag(hash: u32) -> u32 {
    (hash | 1) << 8
}

impl Slot {
    fn ghost(self) -> Option<Ghost> {
        let [uses, ..] = self.tag.to_le_bytes();
        let time = self.time;
        (self.tag != 0).then_some(Ghost { time, uses })
    }
}

impl Departed {
    /// Makes room for this many keys; forgets all if there is far too much or too little.
    pub(super) fn fit(&mut self, entries: usize) {
        let sets = entries.div_ceil(WAYS);
        if self.sets.len() < sets / 2 || self.sets.len() / 2 > sets || self.sets.is_empty() {
            self.sets = vec![Default::default(); sets.max(1)];
        }
    }

    fn set(&mut self, hash: u32) -> Option<&mut [Slot; WAYS]> {
        let set = (u64::from(hash) * self.sets.len() as u64) >> 32;
        #[allow(clippy::cast_possible_truncation, reason = "fewer than there are sets")]
        self.sets.get_mut(set as usize)
    }

    /// Forgets a key, which is there again.
    pub(super) fn take(&mut self, hash: u32) -> Option<Ghost> {
        let mut set = self.set(hash)?.iter_mut();
        let slot = set.find(|slot| slot.tag & !0xFF == tag(hash))?;
        std::mem::take(slot).ghost()
    }

    /// Remembers a key, and tells what is forgotten for it.
    pub(super) fn put(&mut self, hash: u32, time: u32, uses: u8) -> Option<Ghost> {
        let set = self.set(hash)?.iter_mut();
        // Times pass the largest number and begin again: the distance says what is older.
        let age = |slot: &Slot| match slot.tag {
            0 => u32::MAX,
            _ => time.wrapping_sub(slot.time) ^ (1 << 31),
        };
        let slot = set.max_by_key(|slot| age(slot))?;
        let tag = tag(hash) | u32::from(uses);
        std::mem::replace(slot, Slot { time, tag }).ghost()
    }
}
