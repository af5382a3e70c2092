//! Feast's own writers at work on the same view. They take no locks and write back what they read before: what of ours
//! that overwrites is reported in our log, and nothing else is lost.

use std::{
    collections::BTreeSet,
    io,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use feast_registry::registry::Registry;
use feast_registry_core::{
    kind::Kind,
    operation::{Context, Materialize, Operation, Plan, Reads},
    refusal::Refusal,
    rows::{Key, Rows},
    time::Timestamp,
};
use feast_registry_tests::{
    feast::Feast,
    servers::{self, Engine, TestDatabase},
};

use crate::load::{Load, SHARED, config, handles, open};

const PATIENT: Duration = Duration::from_secs(60);
/// Where Feast's intervals begin, in seconds.
const FIRST: i64 = 900_000_000;

#[test]
fn our_row_locks_make_feast_wait_on_postgres() -> Result<()> {
    feast_waits(&servers::postgres()?.fresh_database()?)
}

#[test]
fn our_row_locks_make_feast_wait_on_mariadb() -> Result<()> {
    feast_waits(&servers::mariadb()?.fresh_database()?)
}

/// A materialization that holds its locks until it may go on.
struct Held {
    inner: Materialize,
    locked: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl Operation for Held {
    type Outcome = Key;

    fn reads(&self) -> Reads {
        self.inner.reads()
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Key>, Refusal> {
        let _ = self.locked.send(());
        let _ = self.go_on.lock().unwrap().recv_timeout(PATIENT);
        self.inner.decide(rows, context)
    }
}

fn feast_waits(database: &TestDatabase) -> Result<()> {
    let logged = Logged::new();
    let config = config(&database.url())?;
    let load = Load::new(handles(&config, 1, PATIENT)?)?;
    let (writer, project) = (&load.writers[0], &load.project);
    let registry = &writer.registry;
    registry.run(&writer.interval(1))?;

    let (locked, is_locked) = mpsc::channel();
    let (go, go_on) = mpsc::channel();
    let held = Held { inner: writer.interval(2), locked, go_on: Mutex::new(go_on) };
    thread::scope(|scope| {
        let ours = scope.spawn(|| registry.run(&held));
        is_locked.recv_timeout(PATIENT)?;
        let theirs = scope.spawn(|| feast(&database.url(), project, 1));
        let waits = wait_for_lock(database);
        // It has read the view by now, and will not see what is recorded before it writes.
        let _ = go.send(());
        ours.join().ok().context("ours broke")??;
        theirs.join().ok().context("Feast broke")??;
        waits
    })?;
    ensure!(stored(registry, project)? == [at(1), FIRST].into(), "Feast's write is not the later one");

    for number in 3..5 {
        registry.run(&writer.interval(number))?;
        let reported = logged.intervals(project, &[at(1), at(2), at(3), at(4), FIRST]);
        ensure!(reported == [(at(2), 1)], "reported: {reported:?}");
    }
    ensure!(stored(registry, project)? == [at(1), FIRST, at(3), at(4)].into());
    Ok(())
}

/// The first second of the only writer's interval.
fn at(number: i64) -> i64 {
    number
}

/// Waits until Feast's update of the view waits for a lock.
fn wait_for_lock(database: &TestDatabase) -> Result<()> {
    let endpoint = database.endpoint();
    let waiting = match endpoint.engine {
        Engine::Postgres => format!(
            "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '{}';",
            database.name
        ),
        Engine::MariaDb => format!(
            "SELECT t.trx_query FROM information_schema.innodb_trx t JOIN information_schema.processlist p \
             ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = '{}';",
            database.name
        ),
    };
    let begun = Instant::now();
    loop {
        let waits = endpoint.execute(&waiting)?;
        if waits.trim_start().to_lowercase().starts_with("update feature_views") {
            return Ok(());
        }
        if begun.elapsed() > PATIENT {
            bail!("Feast does not wait: {waits:?}");
        }
        // MariaDB shows what it knew 100 milliseconds ago, and counts them from the last time somebody looked: who
        // looks more often sees the first state for ever.
        thread::sleep(Duration::from_millis(250));
    }
}

#[test]
fn what_feast_overwrites_is_reported_on_sqlite() -> Result<()> {
    let folder = tempfile::tempdir()?;
    overwritten(&format!("sqlite:///{}", folder.path().join("registry.db").display()))
}

#[test]
fn what_feast_overwrites_is_reported_on_postgres() -> Result<()> {
    overwritten(&servers::postgres()?.fresh_database()?.url())
}

#[test]
fn what_feast_overwrites_is_reported_on_mariadb() -> Result<()> {
    overwritten(&servers::mariadb()?.fresh_database()?.url())
}

fn overwritten(url: &str) -> Result<()> {
    let logged = Logged::new();
    let config = config(url)?;
    const THEIRS: i64 = 15;
    let mut load = Load::new(handles(&config, 2, PATIENT)?)?;
    load.pause = Duration::from_millis(30);
    load.during(|| feast(url, &load.project, THEIRS))?;
    // The next change of each handle finds what is gone; these are the last, and nothing overwrites them.
    for writer in &load.writers {
        writer.registry.run(&writer.interval(0))?;
    }
    let registry = open(&config, PATIENT)?;
    let stored = stored(&registry, &load.project)?;
    let ours = load.acknowledged_intervals();
    let lost: BTreeSet<i64> = ours.difference(&stored).copied().collect();
    let theirs = (FIRST..FIRST + THEIRS).filter(|second| stored.contains(second)).count();
    ensure!(theirs as i64 == THEIRS, "our writers overwrote {} of Feast's intervals", THEIRS - theirs as i64);
    // On an idle machine the two may never meet here; `feast_waits` sees to it that they do.
    let all: Vec<i64> = ours.iter().copied().chain(FIRST..FIRST + THEIRS).collect();
    let reported = logged.intervals(&load.project, &all);
    let once: Vec<(i64, usize)> = lost.iter().map(|second| (*second, 1)).collect();
    ensure!(reported == once, "lost: {once:?}, reported: {reported:?}");
    // Views and entities that Feast does not touch are as they were left.
    load.verify_all_but_intervals(&registry)?;
    println!("of {} intervals Feast overwrote {}, all of them reported", ours.len(), lost.len());
    Ok(())
}

fn feast(url: &str, project: &str, count: i64) -> Result<()> {
    let (first, count) = (FIRST.to_string(), count.to_string());
    Feast::installed()?.run(&Feast::script("materialize.py"), &[url, project, SHARED, &first, &count])?;
    Ok(())
}

/// The first seconds of the intervals that are stored.
fn stored(registry: &Registry, project: &str) -> Result<BTreeSet<i64>> {
    let view = registry.get(Kind::FeatureView, project, SHARED)?;
    crate::load::starts(&view).collect()
}

/// What the library logs in this process, of all tests together.
struct Logged(&'static Mutex<Vec<u8>>);

impl Logged {
    fn new() -> Logged {
        static LOG: OnceLock<&'static Mutex<Vec<u8>>> = OnceLock::new();
        Logged(LOG.get_or_init(|| {
            let log: &'static Mutex<Vec<u8>> = Box::leak(Box::default());
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || Writer(log)).init();
            log
        }))
    }

    /// How often which of these intervals was reported as gone from a view of the project.
    fn intervals(&self, project: &str, starts: &[i64]) -> Vec<(i64, usize)> {
        let log = String::from_utf8_lossy(&guard(self.0)).into_owned();
        let (project, view) = (format!("project=\"{project}\""), format!("view=\"{SHARED}\""));
        let of_view = |line: &&str| line.contains("WARN") && line.contains(&project) && line.contains(&view);
        let lines: Vec<&str> = log.lines().filter(of_view).collect();
        let count = |start: &i64| {
            let start = Timestamp { seconds: *start, nanos: 0 };
            lines.iter().filter(|line| line.contains(&format!("the interval from {start} to "))).count()
        };
        starts.iter().map(|start| (*start, count(start))).filter(|(_, count)| *count > 0).collect()
    }
}

struct Writer(&'static Mutex<Vec<u8>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        guard(self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn guard(log: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
