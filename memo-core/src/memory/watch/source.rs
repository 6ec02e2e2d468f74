//! What is watched: a file of the kernel, a FIFO or a socket.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::poll::poll;
use crate::memory::tell;

#[derive(Debug)]
pub(super) enum Source {
    /// Says by an exceptional condition that there is pressure. It is never read.
    Kernel(File),
    /// Says so by any data. So does a socket.
    Fifo(File),
    Socket(UnixStream),
    /// To be a socket, as soon as whoever listens there has time.
    Connecting(Receiver<UnixStream>),
}

/// What came while somebody listened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Heard {
    Pressure,
    Silence,
    /// Something that says nothing, and that may be there at once the next time, too.
    Noise,
    /// Nothing will ever come.
    End,
}

impl Source {
    /// Opens what is watched, and writes what it is to be told first. Nothing here waits for anybody.
    ///
    /// # Errors
    /// When that cannot be opened or written, or is of another kind.
    pub(super) fn open(path: &Path, written: Vec<u8>) -> io::Result<Self> {
        let kind = fs::metadata(path)?.file_type();
        if kind.is_file() {
            let file = opened(path, !written.is_empty())?;
            write_whole(&file, &written)?;
            Ok(Self::Kernel(file))
        } else if kind.is_fifo() {
            // As long as there is a writer, and be it this process, no end is read that is there forever.
            let file = match opened(path, true) {
                Err(_) if written.is_empty() => opened(path, false)?,
                file => file?,
            };
            write_whole(&file, &written)?;
            // What was just written does not come from somebody else.
            has_data(&file);
            Ok(Self::Fifo(file))
        } else if kind.is_socket() {
            Self::connect(path, written)
        } else {
            let problem = "neither a file nor a FIFO nor a socket";
            Err(io::Error::new(ErrorKind::InvalidInput, problem))
        }
    }

    /// By a thread of its own, since that waits if whoever listens is busy.
    fn connect(path: &Path, written: Vec<u8>) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(1);
        let path = path.to_owned();
        let connect = move || match connected(&path, &written) {
            // If nobody watches any longer, that is all right.
            Ok(stream) => drop(sender.send(stream)),
            Err(error) => tell(&format_args!(
                "no pressure on memory is watched at {}: {error}",
                path.display()
            )),
        };
        thread::Builder::new()
            .name("memokit-connect".to_owned())
            .spawn(connect)?;
        Ok(Self::Connecting(receiver))
    }

    /// Waits so long for something to come, or less.
    pub(super) fn listen(&mut self, timeout: Duration) -> Heard {
        match self {
            Self::Kernel(file) => match poll(file.as_fd(), libc::POLLPRI, timeout) {
                Ok(0) => Heard::Silence,
                // An error stands beside the condition that is asked for when there is nothing to tell of:
                // the group is gone, or it does not know when to tell.
                Ok(libc::POLLPRI) => Heard::Pressure,
                Ok(_) => Heard::End,
                Err(_) => Heard::Noise,
            },
            Self::Fifo(file) => match poll(file.as_fd(), libc::POLLIN, timeout) {
                Ok(0) => Heard::Silence,
                Ok(_) if has_data(&*file) => Heard::Pressure,
                // There is no writer. One may come.
                Ok(_) | Err(_) => Heard::Noise,
            },
            Self::Socket(stream) => match poll(stream.as_fd(), libc::POLLIN, timeout) {
                Ok(0) => Heard::Silence,
                Ok(_) if has_data(&*stream) => Heard::Pressure,
                Ok(_) => Heard::End,
                Err(_) => Heard::Noise,
            },
            Self::Connecting(receiver) => match receiver.recv_timeout(timeout) {
                Ok(stream) => {
                    *self = Self::Socket(stream);
                    Heard::Silence
                }
                Err(RecvTimeoutError::Timeout) => Heard::Silence,
                Err(RecvTimeoutError::Disconnected) => Heard::End,
            },
        }
    }
}

fn opened(path: &Path, is_written: bool) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(is_written)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
}

fn connected(path: &Path, written: &[u8]) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(path)?;
    stream.set_nonblocking(true)?;
    write_whole(&stream, written)?;
    Ok(stream)
}

/// In one piece: of two, the kernel would take each for the whole.
fn write_whole(mut to: impl Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() || to.write(bytes)? == bytes.len() {
        return Ok(());
    }
    Err(ErrorKind::WriteZero.into())
}

/// Whether there was anything to read. It is discarded; the rest of very much is left for the next time.
fn has_data(mut from: impl Read) -> bool {
    const PIECES: usize = 16;
    let mut piece = [0; 4096];
    let read = |_| matches!(from.read(&mut piece), Ok(1..));
    (0..PIECES).map(read).take_while(|is_some| *is_some).count() > 0
}
