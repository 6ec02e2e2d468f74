use super::super::container::tests::Fake;
use super::{Process, page_size};

const PAGE: usize = 16_384;

fn vector(pairs: &[[usize; 2]]) -> Vec<u8> {
    let words = pairs.iter().flatten();
    words.flat_map(|word| word.to_ne_bytes()).collect()
}

fn resident_in(fake: &Fake) -> Option<u64> {
    Process::at(&fake.roots()).resident_bytes()
}

#[test]
fn pages_of_any_size() {
    let fake = Fake::new();
    fake.write("proc/self/auxv", vector(&[[33, 1], [6, PAGE], [0, 0]]));
    fake.write("proc/self/statm", "765 427 399 5 0 123 0\n");
    assert_eq!(resident_in(&fake), Some(427 * 16_384));
}

#[test]
fn without_a_size_of_pages() {
    let fake = Fake::new();
    fake.write("proc/self/statm", "765 427 399 5 0 123 0\n");
    fake.write(
        "proc/self/status",
        "Name:\tx\nVmHWM:\t 9 kB\nVmRSS:\t    1234 kB\n",
    );
    assert_eq!(resident_in(&fake), Some(1234 * 1024));
}

#[test]
fn malformed_files() {
    for statm in [
        "",
        "765",
        "765 ",
        "765 x",
        "765 -1 2",
        "1 99999999999999999999",
        "\u{0}",
    ] {
        let fake = Fake::new();
        fake.write("proc/self/auxv", vector(&[[6, PAGE]]));
        fake.write("proc/self/statm", statm);
        assert_eq!(resident_in(&fake), None, "{statm:?}");
    }
    let fake = Fake::new();
    fake.write("proc/self/auxv", vector(&[[6, PAGE]]));
    fake.write("proc/self/statm", format!("1 {}", u64::MAX));
    assert_eq!(resident_in(&fake), None, "overflow");
    assert_eq!(resident_in(&Fake::new()), None, "no files");
}

#[test]
fn malformed_vectors() {
    for pairs in [&[][..], &[[5, PAGE]], &[[6, 0]], &[[6, 4095]]] {
        assert_eq!(page_size(&vector(pairs)), None, "{pairs:?}");
    }
    let mut cut = vector(&[[6, PAGE]]);
    cut.pop();
    assert_eq!(page_size(&cut), None);
}

/// Memory of this process, as the system really shows it.
#[cfg(all(target_os = "linux", not(miri)))]
#[test]
fn memory_that_is_written_is_resident() {
    use super::super::container::Roots;
    use super::resident_bytes;

    const BLOCK: u64 = 64 << 20;

    let both = || {
        let mut own = Process::at(&Roots::system().expect("Linux"));
        assert!(own.page.is_some(), "the kernel tells the size of pages");
        let by_pages = own.resident_bytes().expect("statm");
        own.page = None;
        (by_pages, own.resident_bytes().expect("status"))
    };
    let before = both();
    let block = vec![1_u8; 64 << 20];
    let with_block = both();
    // Other tests of this process come and go meanwhile: they hold less than half a block.
    assert!(
        with_block.0 >= before.0 + BLOCK / 2,
        "{before:?} {with_block:?}"
    );
    assert!(
        with_block.1 >= before.1 + BLOCK / 2,
        "{before:?} {with_block:?}"
    );
    assert!(resident_bytes() >= Some(BLOCK / 2));
    assert_eq!(std::hint::black_box(&block)[1 << 20], 1);
}
