use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use super::*;
use crate::memory::container::tests::Fake;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(600);
const TRIGGER: &str = "some 200000 2000000\0";
const ENCODED: &str = "c29tZSAyMDAwMDAgMjAwMDAwMAA=";

/// A system in which a file is to be watched.
struct Watched {
    system: Fake,
    environment: Vec<(&'static str, OsString)>,
}

impl Watched {
    /// There is no such file yet.
    fn new(path: &str) -> Self {
        let system = Fake::new();
        system.write("sys/other", "");
        Self {
            system,
            environment: vec![(WATCHED, path.into())],
        }
    }

    fn written(mut self, value: &str) -> Self {
        self.environment.push((WRITTEN, value.into()));
        self
    }

    fn file() -> Self {
        let watched = Self::new("/pressure");
        fs::write(watched.path(), "").unwrap();
        watched
    }

    fn fifo() -> Self {
        let watched = Self::new("/pressure");
        let made = Command::new("mkfifo").arg(watched.path()).status();
        assert!(made.unwrap().success());
        watched
    }

    fn socket() -> (Self, UnixListener) {
        let watched = Self::new("/pressure");
        let listener = UnixListener::bind(watched.path()).unwrap();
        (watched, listener)
    }

    fn root(&self) -> PathBuf {
        self.system.roots().sys
    }

    fn path(&self) -> PathBuf {
        self.root().join("pressure")
    }

    fn find(&self) -> Result<Option<Source>, Problem> {
        let value = |name: &str| {
            let variable = self.environment.iter().find(|(known, _)| *known == name)?;
            Some(variable.1.clone())
        };
        find(value, &self.root())
    }

    fn watch(&self) -> Watch {
        Watch {
            source: self.find().unwrap(),
            has_signalled: false,
        }
    }

    fn problem(&self) -> String {
        self.find().unwrap_err().to_string()
    }

    /// Someone who can write into the FIFO.
    fn writer(&self) -> fs::File {
        fs::OpenOptions::new()
            .write(true)
            .open(self.path())
            .unwrap()
    }
}

/// What there is to hear now.
fn heard(watch: &mut Watch) -> Heard {
    watch.source.as_mut().unwrap().listen(Duration::ZERO)
}

#[test]
fn without_a_word_nothing_is_watched() {
    let none = Watch::new(|_| None, Path::new("/"));
    assert!(!none.is_there());
    for path in ["", "/dev/null"] {
        let watched = Watched::new(path).written("no Base64");
        assert!(!watched.watch().is_there());
    }
}

#[test]
fn a_fifo_tells_by_data() {
    let watched = Watched::fifo().written(ENCODED);
    let mut watch = watched.watch();
    assert_eq!(heard(&mut watch), Heard::Silence, "what it wrote itself");
    assert!(!watch.wait(Duration::ZERO));
    let mut writer = watched.writer();
    writer.write_all(b"any data").unwrap();
    assert!(watch.wait(LONG));
    assert!(!watch.wait(Duration::ZERO), "it was read and discarded");
    writer.write_all(b"again").unwrap();
    assert!(watch.wait(LONG));
    // Nobody writes any longer; that is no reason to be told of the end all the time.
    drop(writer);
    assert_eq!(heard(&mut watch), Heard::Silence);
    watched.writer().write_all(b"another writer").unwrap();
    assert_eq!(heard(&mut watch), Heard::Pressure);
}

#[test]
fn a_flood_of_data_ends_some_time() {
    let watched = Watched::fifo();
    let mut watch = watched.watch();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let (mut writer, is_done) = (watched.writer(), &is_done);
        scope.spawn(move || {
            while !is_done.load(Ordering::Relaxed) {
                writer.write_all(&[0; 4096]).unwrap();
            }
        });
        for _ in 0..100 {
            let heard = watch.source.as_mut().unwrap().listen(LONG);
            assert_eq!(heard, Heard::Pressure);
        }
        is_done.store(true, Ordering::Relaxed);
        // The writer may be waiting for room.
        heard(&mut watch);
    });
}

#[test]
fn a_file_is_told_what_to_watch_and_is_never_read() {
    let watched = Watched::file().written(ENCODED);
    let mut watch = watched.watch();
    assert_eq!(fs::read_to_string(watched.path()).unwrap(), TRIGGER);
    fs::write(watched.path(), "other data").unwrap();
    assert_eq!(heard(&mut watch), Heard::Silence);
    assert!(!watch.wait(Duration::from_millis(1)));
}

#[test]
fn a_file_may_be_read_only_if_nothing_is_to_be_written() {
    let watched = Watched::file();
    assert_eq!(heard(&mut watched.watch()), Heard::Silence);
    assert_eq!(fs::read(watched.path()).unwrap(), b"");
}

/// The kernel's own file knows no time after which it would tell, and says so by an error, each time.
#[test]
fn a_file_that_cannot_tell_is_given_up() {
    let Ok(file) = fs::File::open("/proc/pressure/memory") else {
        eprintln!("MODE: none. This system does not know of pressure, so nothing was tested");
        return;
    };
    let mut watch = Watch {
        source: Some(Source::Kernel(file)),
        has_signalled: false,
    };
    assert!(!watch.wait(Duration::ZERO));
    assert!(!watch.is_there());
}

#[test]
fn a_socket_tells_by_data_until_it_is_closed() {
    let (watched, listener) = Watched::socket();
    let watched = watched.written(ENCODED);
    let mut watch = watched.watch();
    assert!(watch.is_there());
    let (mut stream, _) = listener.accept().unwrap();
    let mut written = [0; TRIGGER.len()];
    stream.read_exact(&mut written).unwrap();
    assert_eq!(written, TRIGGER.as_bytes());
    assert!(!watch.wait(LONG), "the connection comes, but no word");
    stream.write_all(b"any data").unwrap();
    assert!(watch.wait(LONG));
    assert_eq!(heard(&mut watch), Heard::Silence);
    drop(stream);
    assert_eq!(heard(&mut watch), Heard::End);
    watch.wait(Duration::ZERO);
    assert!(!watch.is_there());
}

#[test]
fn a_socket_where_nobody_listens_is_given_up() {
    let (watched, listener) = Watched::socket();
    drop(listener);
    let mut watch = watched.watch();
    let heard = watch.source.as_mut().unwrap().listen(LONG);
    assert_eq!(heard, Heard::End);
}

#[test]
fn a_socket_that_is_busy_holds_nobody_up() {
    let (sender, receiver) = sync_channel(1);
    let mut source = Source::Connecting(receiver);
    assert_eq!(source.listen(Duration::ZERO), Heard::Silence);
    let (mut near, far) = UnixStream::pair().unwrap();
    far.set_nonblocking(true).unwrap();
    sender.send(far).unwrap();
    assert_eq!(source.listen(LONG), Heard::Silence);
    near.write_all(b"!").unwrap();
    assert_eq!(source.listen(LONG), Heard::Pressure);
}

#[test]
fn what_is_wrong_is_said() {
    assert_eq!(
        Watched::new("sys/pressure").problem(),
        "`MEMORY_PRESSURE_WATCH=sys/pressure`: not an absolute path; caches do not heed pressure on \
         memory"
    );
    let problem = Watched::new("/pressure").problem();
    assert!(
        problem.starts_with("`MEMORY_PRESSURE_WATCH=/pressure`: No such file"),
        "{problem}"
    );
    let problem = Watched::new("/.").problem();
    assert!(problem.contains("neither a file"), "{problem}");
    let watched = Watched::file().written("c29t\u{1b}[2J");
    assert_eq!(
        watched.problem(),
        "`MEMORY_PRESSURE_WRITE=c29t\\u{1b}[2J`: not Base64; caches do not heed pressure on memory"
    );
    assert_eq!(
        fs::read(watched.path()).unwrap(),
        b"",
        "nothing was written"
    );
}

#[test]
fn what_is_wrong_is_told_and_ignored() {
    let relative = |name: &str| (name == WATCHED).then(|| "a".into());
    assert!(!Watch::new(relative, Path::new("/")).is_there());
}

#[test]
fn who_never_falls_silent_is_heard_once_in_a_while() {
    let watched = Watched::fifo();
    let mut watch = watched.watch();
    let mut writer = watched.writer();
    let short = Duration::from_millis(25);
    assert_eq!(watch.pause(short), Duration::ZERO);
    for _ in 0..3 {
        writer.write_all(b"!").unwrap();
        assert!(watch.wait(Duration::ZERO));
        assert!(watch.has_signalled);
        assert_eq!(watch.pause(short), short);
        assert_eq!(watch.pause(short), Duration::ZERO, "once");
        watch.has_signalled = true;
        assert_eq!(watch.pause(LONG), PAUSE);
    }
}

#[test]
fn a_fifo_without_writers_does_not_keep_a_processor_busy() {
    let watched = Watched::fifo();
    // As if it could be opened for reading only. That waits for a writer, if there is none.
    let mut both = watched.watch();
    let reader = fs::File::open(watched.path()).unwrap();
    watched.writer().write_all(b"!").unwrap();
    assert_eq!(heard(&mut both), Heard::Pressure);
    drop(both);
    let mut watch = Watch {
        source: Some(Source::Fifo(reader)),
        has_signalled: false,
    };
    assert_eq!(heard(&mut watch), Heard::Noise);
    assert_sleeps(&mut watch);
    assert!(watch.is_there());
}

#[test]
fn what_has_ended_does_not_keep_a_processor_busy() {
    let (near, far) = UnixStream::pair().unwrap();
    drop(near);
    let mut watch = Watch {
        source: Some(Source::Socket(far)),
        has_signalled: false,
    };
    assert_eq!(heard(&mut watch), Heard::End);
    assert_sleeps(&mut watch);
    assert!(!watch.is_there());
    assert_sleeps(&mut watch);
}

/// Waits with it on another thread, until that sleeps, and wakes it.
fn assert_sleeps(watch: &mut Watch) {
    let (sender, receiver) = sync_channel(1);
    thread::scope(|scope| {
        let waiter = scope.spawn(move || {
            sender
                .send(fs::read_link("/proc/thread-self").unwrap())
                .unwrap();
            watch.wait(LONG)
        });
        let stat = Path::new("/proc")
            .join(receiver.recv().unwrap())
            .join("stat");
        let is_asleep = || fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") S "));
        while !is_asleep() {
            assert!(!waiter.is_finished(), "it did not sleep");
            thread::yield_now();
        }
        waiter.thread().unpark();
        assert!(!waiter.join().unwrap());
    });
}
