//! Doubly linked lists over the entries of one table: each entry is in one of them or in none.

use super::Entry;

const NONE: u32 = u32::MAX;

/// `N` lists. Moving an entry is O(1) and allocates only for places that were never used before.
#[derive(Debug)]
pub(super) struct Lists<const N: usize> {
    links: Vec<Link>,
    ends: [Ends; N],
}

#[derive(Clone, Copy, Debug)]
struct Link {
    /// Towards the front.
    newer: u32,
    /// Towards the back.
    older: u32,
    /// The number of its list, or [`NOWHERE`].
    list: u8,
}

const NOWHERE: u8 = u8::MAX;

#[derive(Clone, Copy, Debug)]
struct Ends {
    front: u32,
    back: u32,
    len: usize,
}

const EMPTY: Ends = Ends {
    front: NONE,
    back: NONE,
    len: 0,
};

impl<const N: usize> Default for Lists<N> {
    fn default() -> Self {
        Self {
            links: Vec::new(),
            ends: [EMPTY; N],
        }
    }
}

fn entry(place: u32) -> Option<Entry> {
    (place != NONE).then_some(Entry(place))
}

impl<const N: usize> Lists<N> {
    pub(super) fn len(&self, list: usize) -> usize {
        self.ends[list].len
    }

    /// The entry that was put to the front first.
    pub(super) fn back(&self, list: usize) -> Option<Entry> {
        entry(self.ends[list].back)
    }

    /// The neighbour towards the front.
    pub(super) fn newer(&self, of: Entry) -> Option<Entry> {
        entry(self.links.get(of.0 as usize)?.newer)
    }

    /// Which list the entry is in.
    pub(super) fn list_of(&self, of: Entry) -> Option<usize> {
        let link = self.links.get(of.0 as usize)?;
        (link.list != NOWHERE).then_some(link.list.into())
    }

    /// Puts an entry, which is in no list, to the front of one.
    pub(super) fn push_front(&mut self, list: usize, new: Entry) {
        debug_assert!(self.list_of(new).is_none(), "an entry is in one list");
        let place = new.0 as usize;
        if place >= self.links.len() {
            let nowhere = Link {
                newer: NONE,
                older: NONE,
                list: NOWHERE,
            };
            self.links.resize(place + 1, nowhere);
        }
        let ends = &mut self.ends[list];
        #[allow(clippy::cast_possible_truncation, reason = "there are few lists")]
        let number = list as u8;
        self.links[place] = Link {
            newer: NONE,
            older: ends.front,
            list: number,
        };
        match ends.front {
            NONE => ends.back = new.0,
            front => self.links[front as usize].newer = new.0,
        }
        ends.front = new.0;
        ends.len += 1;
    }

    /// Takes an entry out of its list, and tells which one that was.
    pub(super) fn remove(&mut self, old: Entry) -> Option<usize> {
        let list = self.list_of(old)?;
        let Link { newer, older, .. } = self.links[old.0 as usize];
        match newer {
            NONE => self.ends[list].front = older,
            newer => self.links[newer as usize].older = older,
        }
        match older {
            NONE => self.ends[list].back = newer,
            older => self.links[older as usize].newer = newer,
        }
        self.ends[list].len -= 1;
        self.links[old.0 as usize].list = NOWHERE;
        Some(list)
    }

    /// Takes the entry at the back out.
    pub(super) fn pop_back(&mut self, list: usize) -> Option<Entry> {
        let back = self.back(list)?;
        self.remove(back);
        Some(back)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether all links and lengths fit together; tells how many entries the lists have in all.
    #[cfg(test)]
    pub(super) fn check(&self) -> usize {
        let mut total = 0;
        for (list, ends) in self.ends.iter().enumerate() {
            let (mut older, mut at, mut len) = (NONE, ends.back, 0);
            while at != NONE {
                let link = self.links[at as usize];
                assert_eq!((link.list as usize, link.older), (list, older));
                (older, at) = (at, link.newer);
                len += 1;
            }
            assert_eq!((ends.front, ends.len), (older, len));
            total += len;
        }
        let linked = self.links.iter().filter(|link| link.list != NOWHERE);
        assert_eq!(linked.count(), total);
        total
    }
}
