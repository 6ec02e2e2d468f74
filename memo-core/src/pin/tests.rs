use std::sync::Barrier;
use std::thread;

use super::local::Standing;
use super::thread::NEAR;
use super::*;

/// A domain that no cache shares. Leaked, as those of caches are.
fn domain_at(slot: usize) -> &'static Domain {
    Box::leak(Box::new(Domain {
        epoch: AtomicU64::new(STEP + BESIDE),
        slot,
        near: Near::of(slot),
        locals: OnceLock::new(),
    }))
}

/// Far from those that other tests get.
fn domain(number: usize) -> &'static Domain {
    domain_at(NEAR + 1_000 + number)
}

fn pin_first(domain: &Domain) -> Option<Pinned> {
    domain.pin_first(nearby()?, domain.near())
}

fn records(domain: &Domain) -> usize {
    domain.locals().count()
}

#[test]
fn a_pin_holds_up_what_comes_after_it() {
    let domain = domain(0);
    let before = domain.advance();
    let guard = domain.pin();
    let after = domain.advance();
    assert!(domain.has_passed(before, Effort::Heavy), "it began before");
    assert!(!domain.has_passed(after, Effort::Heavy));
    assert!(!domain.is_outside(after) && domain.is_outside(before));
    drop(guard);
    // The calling thread knows of itself that it is idle: that takes no fence.
    assert!(domain.has_passed(after, Effort::Light) && domain.is_outside(after));
}

#[test]
fn a_pin_inside_of_another_stays_in_its_epoch() {
    let domain = domain(1);
    let outer = domain.pin();
    let epoch = domain.advance();
    let inner = domain.pin();
    assert!(!domain.has_passed(epoch, Effort::Heavy));
    drop(inner);
    assert!(outer.local().is_pinned());
    assert!(!domain.has_passed(epoch, Effort::Heavy), "the outer one is");
    drop(outer);
    assert!(domain.has_passed(epoch, Effort::Light));
}

#[test]
fn a_first_pin_is_for_who_has_a_record_and_no_pin() {
    let lease = Lease::new();
    // Others of this process may have many domains by now.
    let domain = if lease.slot < NEAR {
        lease.domain()
    } else {
        return assert!(pin_first(&lease).is_none());
    };
    thread::spawn(|| {
        assert!(pin_first(domain).is_none(), "no record yet");
        domain.enroll();
        let Some(pinned) = pin_first(domain) else {
            panic!("there is a record now");
        };
        assert!(pin_first(domain).is_none(), "pinned already");
        let epoch = domain.advance();
        assert_eq!(pinned.local().standing(epoch), Standing::Reading);
        drop(pinned);
        assert_eq!(domain.local().unwrap().standing(epoch), Standing::Idle);
        drop(domain.pin());
        assert_eq!(domain.local().unwrap().standing(epoch), Standing::Passed);
    })
    .join()
    .unwrap();
}

/// What `look` sees while another thread is where `stay` keeps it until it is called.
fn beside<R>(stay: impl FnOnce(&dyn Fn()) + Send, look: impl FnOnce() -> R) -> R {
    let (there, looked) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            stay(&|| {
                there.wait();
                looked.wait();
            });
        });
        there.wait();
        let seen = look();
        looked.wait();
        seen
    })
}

#[test]
fn an_idle_thread_is_doubtful_until_a_fence() {
    let domain = domain(2);
    let idle = |stay: &dyn Fn()| {
        drop(domain.pin());
        stay();
    };
    let efforts = [Effort::Light, Effort::Heavy];
    let passed = beside(idle, || {
        let epoch = domain.advance();
        efforts.map(|effort| domain.has_passed(epoch, effort))
    });
    assert_eq!(passed, [!fence::is_asymmetric(), true]);
}

#[test]
fn a_reader_in_another_thread_is_seen() {
    let domain = domain(3);
    let read = |stay: &dyn Fn()| {
        let guard = domain.pin();
        stay();
        drop(guard);
    };
    let (has_passed, may_be_own, is_own) = beside(read, || {
        let epoch = domain.advance();
        let has_passed = domain.has_passed(epoch, Effort::Heavy);
        let may_be_own = !domain.is_outside(epoch);
        domain.enroll();
        (has_passed, may_be_own, !domain.is_outside(epoch))
    });
    assert!(!has_passed);
    assert!(may_be_own, "without a record a thread cannot tell");
    assert!(!is_own, "with a record it can");
}

#[test]
fn records_are_taken_over_when_threads_end() {
    let domain = domain(4);
    for _ in 0..10 {
        let record = || std::ptr::from_ref(domain.pin().local()).addr();
        thread::spawn(record).join().unwrap();
    }
    assert_eq!(records(domain), 1);
    let read = |stay: &dyn Fn()| {
        let guard = domain.pin();
        stay();
        drop(guard);
    };
    let at_once = beside(read, || {
        drop(domain.pin());
        records(domain)
    });
    assert_eq!(at_once, 2);
}

#[test]
fn a_domain_serves_the_next_cache() {
    let lease = Lease::new();
    let slot = lease.slot;
    let epoch = lease.advance();
    drop(lease);
    // Other tests may take it first; whoever has it goes on in its epochs.
    let next = Lease::new();
    assert!(next.slot != slot || next.advance() > epoch);
}

/// What a thread does after its records were given back, or while that happens.
struct AtTheEnd(fn());

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        (self.0)();
    }
}

thread_local! {
    static AT_THE_END: std::cell::RefCell<Option<AtTheEnd>> =
        const { std::cell::RefCell::new(None) };
}

fn at_the_end(run: fn()) {
    AT_THE_END.with(|end| *end.borrow_mut() = Some(AtTheEnd(run)));
}

/// Thread-local values end in the reverse order of their first use. A panic there would end the
/// process, so what is seen is judged afterwards.
#[test]
fn a_record_is_lent_to_a_thread_that_ends() {
    static DOMAIN: OnceLock<&Domain> = OnceLock::new();
    static SEEN: OnceLock<[bool; 5]> = OnceLock::new();
    let domain = *DOMAIN.get_or_init(|| domain(5));
    thread::spawn(|| {
        at_the_end(|| {
            let domain = DOMAIN.get().unwrap();
            let guard = domain.pin();
            let is_lent = domain.local().is_none();
            let epoch = domain.advance();
            let others_see_it = !domain.has_passed(epoch, Effort::Heavy);
            let it_sees_itself = !domain.is_outside(epoch);
            drop(guard);
            let has_passed = domain.has_passed(epoch, Effort::Heavy);
            let is_outside = domain.is_outside(epoch);
            let seen = [
                is_lent,
                others_see_it,
                it_sees_itself,
                has_passed,
                is_outside,
            ];
            SEEN.get_or_init(|| seen);
        });
        drop(domain.pin());
    })
    .join()
    .unwrap();
    assert_eq!(SEEN.get(), Some(&[true; 5]));
    assert_eq!(records(domain), 1);
    assert!(domain.locals().all(Local::take_over), "it is free again");
}

/// Between the end of the table for far domains and that of the list of records.
#[test]
fn a_record_that_is_lent_is_given_back_once() {
    static FAR_OFF: OnceLock<&Domain> = OnceLock::new();
    static LENT: OnceLock<(&Local, bool)> = OnceLock::new();
    FAR_OFF.get_or_init(|| domain(6));
    let near = Lease::new();
    let near_by = near.domain();
    thread::spawn(move || {
        // A near one, so that the list of records is there first, and ends last.
        drop(near_by.pin());
        at_the_end(|| {
            let guard = FAR_OFF.get().unwrap().pin();
            let local = guard.local();
            drop(guard);
            // Given back; another thread takes it.
            LENT.get_or_init(|| (local, local.take_over()));
        });
        drop(FAR_OFF.get().unwrap().pin());
    })
    .join()
    .unwrap();
    let (lent, was_free) = LENT.get().unwrap();
    assert!(was_free, "not given back");
    assert!(
        !lent.take_over(),
        "given back once more, under its new owner"
    );
}
