//! The hasher of keys.
//!
//! Many texts that are keys are a little longer than 16 bytes: names with a prefix, paths, UUIDs. For those
//! foldhash calls a function that is made for long ones. Here they are fed to it in pieces that it hashes in
//! place, so that a hit makes no call.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::{FoldHasher, RandomState};

use super::text::{LONG, PIECE};

/// Seeded at random for each process, so that nobody can choose keys that collide.
#[derive(Debug, Default)]
pub(crate) struct KeyHashes(RandomState);

/// Hashes one key.
pub(crate) struct KeyHasher(FoldHasher<'static>);

impl BuildHasher for KeyHashes {
    type Hasher = KeyHasher;

    #[inline]
    fn build_hasher(&self) -> KeyHasher {
        KeyHasher(self.0.build_hasher())
    }
}

macro_rules! forward {
    ($($write:ident $number:ty),*) => {
        $(
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn $write(&mut self, number: $number) {
                self.0.$write(number);
            }
        )*
    };
}

impl Hasher for KeyHasher {
    #[cfg_attr(not(debug_assertions), inline(always))]
    #[allow(clippy::cast_possible_truncation, reason = "few as they are, they fit")]
    fn write(&mut self, bytes: &[u8]) {
        if bytes.len() <= PIECE || bytes.len() > LONG {
            return self.0.write(bytes);
        }
        // Pieces overlap; what tells texts apart that repeat themselves is their length.
        let (first, rest) = bytes.split_at(PIECE);
        self.0.write(first);
        if let Some(middle) = rest.first_chunk::<PIECE>() {
            self.0.write(middle);
        }
        self.0.write(&bytes[bytes.len() - PIECE..]);
        self.0.write_u8(bytes.len() as u8);
    }

    forward! {
        write_u8 u8, write_u16 u16, write_u32 u32, write_u64 u64, write_u128 u128, write_usize usize,
        write_i8 i8, write_i16 i16, write_i32 i32, write_i64 i64, write_i128 i128, write_isize isize
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn finish(&self) -> u64 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    use crate::key::text;

    /// Lengths of texts; an interpreter takes its time.
    fn lengths() -> impl Iterator<Item = usize> {
        (0..=100).step_by(if cfg!(miri) { 9 } else { 1 })
    }

    /// Keys that are restored are hashed by the one, calls by the other; and a key of one's own that can be
    /// looked up as a text hashes as that does.
    #[test]
    fn texts_are_fed_as_their_own_hash_does() {
        let hashes = KeyHashes::default();
        for len in lengths() {
            let text = "ab".repeat(len);
            let fed = |feed: &dyn Fn(&mut KeyHasher)| {
                let mut state = hashes.build_hasher();
                feed(&mut state);
                state.finish()
            };
            let own = hashes.hash_one(&text);
            assert_eq!(fed(&|state| text::feed(&text, state)), own);
            assert_eq!(fed(&|state| text::feed(text.as_str(), state)), own);
            let bytes = text.as_bytes();
            assert_eq!(
                fed(&|state| text::feed(bytes, state)),
                hashes.hash_one(bytes)
            );
        }
    }

    /// Of texts, as slices say how long they are. That two of so few collide is as likely as one in 10^12.
    #[test]
    fn a_byte_more_or_another_one_gives_another_hash() {
        let hashes = KeyHashes::default();
        let mut seen = HashSet::new();
        for len in lengths().skip(1) {
            let text = "a".repeat(len);
            assert!(seen.insert(hashes.hash_one(&text)), "of {len}");
            for place in 0..len {
                let mut other = text.clone();
                other.replace_range(place..=place, "b");
                assert!(seen.insert(hashes.hash_one(&other)), "{place} of {len}");
            }
        }
    }

    /// Of 2,048 texts in 512 buckets none is to have many: the index chooses buckets by these bits, and tells
    /// entries apart by the others.
    #[test]
    fn texts_that_count_up_are_spread() {
        for shift in [0, 23] {
            let hashes = KeyHashes::default();
            let mut buckets: HashMap<u64, usize> = HashMap::new();
            for n in 0..if cfg!(miri) { 64 } else { 2_048 } {
                let text = format!("user:{n:011}:profile");
                *buckets
                    .entry((hashes.hash_one(&text) >> shift) % 512)
                    .or_default() += 1;
            }
            let most = buckets.values().max().copied();
            // Of random ones more than 20 come once in 10^6 runs.
            assert!(most <= Some(20), "{most:?}");
            assert!(cfg!(miri) || buckets.len() > 480, "{}", buckets.len());
        }
    }
}
