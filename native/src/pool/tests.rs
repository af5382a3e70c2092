//! The pool against a driver that only counts.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;

use feast_registry_core::sql::Dialect;

use super::*;

#[derive(Default)]
struct Counts {
    opened: AtomicUsize,
    closed: AtomicUsize,
    rolled_back: AtomicUsize,
    unreachable: AtomicBool,
    rollback_fails: AtomicBool,
    ping_fails: AtomicBool,
    broken: AtomicBool,
    read_only: AtomicBool,
}

struct Fake(Arc<Counts>);

impl Driver for Fake {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        failing(&self.0.unreachable, FailureKind::Unreachable)?;
        self.0.opened.fetch_add(1, SeqCst);
        Ok(Box::new(FakeConnection(Arc::clone(&self.0))))
    }

    fn place(&self) -> &str {
        "fake"
    }
}

struct FakeConnection(Arc<Counts>);

impl Drop for FakeConnection {
    fn drop(&mut self) {
        self.0.closed.fetch_add(1, SeqCst);
    }
}

impl Connection for FakeConnection {
    fn begin(&mut self, _: Access) -> Result<(), Failure> {
        Ok(())
    }
    fn query(&mut self, _: &Statement) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        Ok(Vec::new())
    }
    fn execute(&mut self, _: &Statement) -> Result<u64, Failure> {
        failing(&self.0.read_only, FailureKind::ReadOnly).map(|()| 0)
    }
    fn commit(&mut self) -> Result<(), Failure> {
        Ok(())
    }
    fn rollback(&mut self) -> Result<(), Failure> {
        self.0.rolled_back.fetch_add(1, SeqCst);
        failing(&self.0.rollback_fails, FailureKind::ConnectionLost)
    }
    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        Ok(Vec::new())
    }
    fn is_broken(&self) -> bool {
        self.0.broken.load(SeqCst)
    }
    fn ping(&mut self) -> Result<(), Failure> {
        failing(&self.0.ping_fails, FailureKind::ConnectionLost)
    }
}

fn failing(flag: &AtomicBool, kind: FailureKind) -> Result<(), Failure> {
    if flag.load(SeqCst) { Err(Failure::new(kind, "as asked")) } else { Ok(()) }
}

fn pool(options: PoolOptions) -> (Pool, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    (Pool::new(Arc::new(Fake(Arc::clone(&counts))), options), counts)
}

fn two_at_most() -> PoolOptions {
    PoolOptions {
        size: 1,
        max_overflow: Some(1),
        timeout: Duration::from_millis(30),
        ..PoolOptions::default()
    }
}

fn refusal(pool: &Pool) -> FailureKind {
    pool.checkout().err().map(|failure| failure.kind).expect("a refusal")
}

#[test]
fn reuses_what_was_returned() {
    let (pool, counts) = pool(PoolOptions::default());
    for _ in 0..3 {
        pool.checkout().unwrap().ping().unwrap();
    }
    assert_eq!(counts.opened.load(SeqCst), 1);
}

#[test]
fn overflow_is_closed_when_returned() {
    let (pool, counts) = pool(two_at_most());
    let both = (pool.checkout().unwrap(), pool.checkout().unwrap());
    drop(both);
    assert_eq!((counts.opened.load(SeqCst), counts.closed.load(SeqCst)), (2, 1));
}

#[test]
fn an_exhausted_pool_times_out_and_names_the_place() {
    let (pool, _) = pool(two_at_most());
    let _both = (pool.checkout().unwrap(), pool.checkout().unwrap());
    let failure = pool.checkout().err().unwrap();
    assert_eq!(failure.kind, FailureKind::PoolExhausted);
    assert_eq!(failure.message, "all 2 connections to `fake` stayed in use for 30ms");
}

#[test]
fn a_waiting_thread_gets_the_returned_connection() {
    let (pool, counts) = pool(PoolOptions { timeout: Duration::from_secs(20), ..two_at_most() });
    let first = pool.checkout().unwrap();
    let _second = pool.checkout().unwrap();
    let waiting = thread::spawn({
        let pool = pool.clone();
        move || pool.checkout().map(drop).is_ok()
    });
    thread::sleep(Duration::from_millis(20));
    drop(first);
    assert!(waiting.join().unwrap());
    assert_eq!(counts.opened.load(SeqCst), 2);
}

#[test]
fn a_failed_connect_comes_back_at_once_and_keeps_no_slot() {
    let (pool, counts) =
        pool(PoolOptions { max_overflow: Some(0), timeout: Duration::from_secs(60), ..two_at_most() });
    counts.unreachable.store(true, SeqCst);
    for _ in 0..3 {
        assert_eq!(refusal(&pool), FailureKind::Unreachable);
    }
    counts.unreachable.store(false, SeqCst);
    assert!(pool.checkout().is_ok());
}

#[test]
fn an_old_connection_is_replaced() {
    let (pool, counts) = pool(PoolOptions { recycle: Some(Duration::from_millis(5)), ..two_at_most() });
    drop(pool.checkout().unwrap());
    thread::sleep(Duration::from_millis(10));
    drop(pool.checkout().unwrap());
    assert_eq!((counts.opened.load(SeqCst), counts.closed.load(SeqCst)), (2, 1));
}

#[test]
fn a_connection_that_fails_its_ping_is_replaced_with_its_contemporaries() {
    let (pool, counts) = pool(PoolOptions { size: 2, pre_ping: true, ..two_at_most() });
    drop((pool.checkout().unwrap(), pool.checkout().unwrap()));
    counts.ping_fails.store(true, SeqCst);
    drop(pool.checkout().unwrap());
    assert_eq!((counts.opened.load(SeqCst), counts.closed.load(SeqCst)), (3, 2));
}

#[test]
fn a_connection_that_only_reads_is_not_kept_nor_its_contemporaries() {
    let (pool, counts) = pool(PoolOptions { size: 2, ..two_at_most() });
    drop((pool.checkout().unwrap(), pool.checkout().unwrap()));
    counts.read_only.store(true, SeqCst);
    let write = Statement { text: "UPDATE".into(), values: Vec::new() };
    assert!(pool.checkout().unwrap().execute(&write).is_err());
    assert_eq!(counts.closed.load(SeqCst), 2);
}

#[test]
fn a_broken_connection_is_not_returned() {
    let (pool, counts) = pool(two_at_most());
    let guard = pool.checkout().unwrap();
    counts.broken.store(true, SeqCst);
    drop(guard);
    counts.broken.store(false, SeqCst);
    drop(pool.checkout().unwrap());
    assert_eq!((counts.opened.load(SeqCst), counts.closed.load(SeqCst)), (2, 1));
}

#[test]
fn dropping_inside_a_transaction_rolls_back() {
    let (pool, counts) = pool(two_at_most());
    let mut guard = pool.checkout().unwrap();
    guard.begin(Access::Write).unwrap();
    guard.commit().unwrap();
    drop(guard);
    assert_eq!(counts.rolled_back.load(SeqCst), 0);

    pool.checkout().unwrap().begin(Access::Write).unwrap();
    assert_eq!((counts.rolled_back.load(SeqCst), counts.closed.load(SeqCst)), (1, 0));

    counts.rollback_fails.store(true, SeqCst);
    pool.checkout().unwrap().begin(Access::Read).unwrap();
    assert_eq!((counts.rolled_back.load(SeqCst), counts.closed.load(SeqCst)), (2, 1));
}

#[test]
fn zero_and_none_mean_no_limit() {
    let unlimited = PoolOptions { size: 0, ..two_at_most() };
    assert_eq!((unlimited.limit(), unlimited.kept()), (usize::MAX, usize::MAX));
    let overflowing = PoolOptions { max_overflow: None, ..two_at_most() };
    assert_eq!((overflowing.limit(), overflowing.kept()), (usize::MAX, 1));
}

#[test]
fn a_pool_can_be_kept_small_whatever_is_configured() {
    let limits = |size, max_overflow| {
        let small = PoolOptions { size, max_overflow, ..PoolOptions::default() }.at_most(4);
        (small.kept(), small.limit())
    };
    assert_eq!(limits(5, Some(10)), (4, 4));
    assert_eq!(limits(2, Some(10)), (2, 4));
    assert_eq!(limits(1, Some(1)), (1, 2));
    assert_eq!([limits(0, Some(3)), limits(2, None)], [(4, 4), (2, 4)]);
}
