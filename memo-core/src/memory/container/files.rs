//! The system's files: small texts, read without trust in what they hold.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The longest text that is read in one piece. The statistics of a group, its longest file, fit well.
const PIECE: usize = 8 * 1024;

/// A file that is read again and again.
#[derive(Debug)]
pub(super) struct Text {
    path: PathBuf,
    /// Set if it is to be kept open: opening takes a hundred times as long as reading.
    kept: Option<OnceLock<Option<File>>>,
}

impl Text {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, kept: None }
    }

    /// From the first time that it is read on, it stays open.
    pub(super) fn keep_open(&mut self) {
        self.kept = Some(OnceLock::new());
    }

    /// See [`with_content`].
    pub(super) fn with_content<R>(&self, read: impl FnOnce(&[u8]) -> Option<R>) -> Option<R> {
        let kept = self.kept.as_ref();
        let file = kept.and_then(|file| file.get_or_init(|| File::open(&self.path).ok()).as_ref());
        let mut piece = [0; PIECE];
        match file.and_then(|file| from_start(file, &mut piece)) {
            Some(text) => read(text),
            None => with_content(&self.path, read),
        }
    }
}

/// The text of a file from its beginning, wherever it was read before. `None` if that cannot be told.
#[cfg(unix)]
fn from_start<'a>(file: &File, piece: &'a mut [u8; PIECE]) -> Option<&'a [u8]> {
    use std::os::unix::fs::FileExt as _;

    let mut filled = 0;
    while filled < PIECE {
        match file.read_at(&mut piece[filled..], filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(whole_lines(&piece[..filled], PIECE))
}

#[cfg(not(unix))]
fn from_start<'a>(_: &File, _: &'a mut [u8; PIECE]) -> Option<&'a [u8]> {
    None
}

/// What `read` makes of the file's text, of which it sees whole lines only: a number that was cut
/// off is a different number. `None` if there is no such file.
///
/// Allocates nothing, since it is for times when memory is short.
pub(in crate::memory) fn with_content<R>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Option<R>,
) -> Option<R> {
    let mut file = File::open(path).ok()?;
    let mut piece = [0; PIECE];
    let mut filled = 0;
    while let Some(room) = piece.get_mut(filled..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    read(whole_lines(&piece[..filled], PIECE))
}

/// The text of a file that may be long, up to `most` bytes of it and whole lines only.
pub(super) fn content(path: &Path, most: usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let file = File::open(path).ok()?;
    file.take(most as u64).read_to_end(&mut text).ok()?;
    text.truncate(whole_lines(&text, most).len());
    Some(text)
}

/// A text that is as long as it may be ends in the middle of something.
fn whole_lines(text: &[u8], most: usize) -> &[u8] {
    if text.len() < most {
        return text;
    }
    let end = text.iter().rposition(|byte| *byte == b'\n');
    &text[..end.unwrap_or(0)]
}

/// A number without a sign, alone but for white space. `None` for all else: `max`, `-1`, one that
/// is too great.
pub(in crate::memory) fn number(text: &[u8]) -> Option<u64> {
    let digits = text.trim_ascii();
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

/// The number that follows on `key` at the beginning of a line. A unit behind it is ignored.
pub(in crate::memory) fn value_of(text: &[u8], key: &str) -> Option<u64> {
    let is_word = |word: &&[u8]| !word.is_empty();
    text.split(|byte| *byte == b'\n').find_map(|line| {
        let mut words = line.split(u8::is_ascii_whitespace).filter(is_word);
        (words.next()? == key.as_bytes()).then(|| number(words.next()?))?
    })
}
