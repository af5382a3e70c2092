//! A foreign process in the way of SQLite's locks: a writer that holds the lock, and a reader that keeps a commit from
//! being done.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry::{config::RegistryConfig, driver::FailureKind, error::Error};
use rusqlite::Connection;

use crate::load::{Load, config, handles, open};

const BUSY_TIMEOUT: Duration = Duration::from_millis(300);
const PATIENT: Duration = Duration::from_secs(30);

struct File {
    folder: tempfile::TempDir,
    config: RegistryConfig,
}

impl File {
    fn new() -> Result<File> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("registry.db");
        let config = config(&format!("sqlite:///{}?timeout={}", path.display(), BUSY_TIMEOUT.as_secs_f64()))?;
        Ok(File { folder, config })
    }

    /// Runs `statements`, which take a lock, and holds it while `act` runs but no longer than `time`.
    fn locked<T>(&self, statements: &str, time: Duration, act: impl FnOnce() -> T) -> Result<T> {
        let connection = Connection::open(self.folder.path().join("registry.db"))?;
        connection.busy_timeout(PATIENT)?;
        connection.execute_batch(statements)?;
        let (done, wait) = mpsc::channel::<()>();
        let holder = thread::spawn(move || {
            let _ = wait.recv_timeout(time);
            connection.execute_batch("ROLLBACK")
        });
        let outcome = act();
        drop(done);
        holder.join().ok().context("the holder broke")??;
        Ok(outcome)
    }
}

/// What keeps writers from beginning, and what keeps them from committing.
const LOCKS: [&str; 2] = ["BEGIN IMMEDIATE", "BEGIN; SELECT count(*) FROM projects"];

#[test]
fn a_foreign_lock_is_waited_out() -> Result<()> {
    let file = File::new()?;
    // Within the busy timeout, and some of them.
    for (time, retried) in [(BUSY_TIMEOUT / 3, false), (BUSY_TIMEOUT * 5, true)] {
        for lock in LOCKS {
            let load = Load::new(handles(&file.config, 1, PATIENT)?)?;
            load.during(|| {
                load.progress(4)?;
                file.locked(lock, time, || load.progress(4))?
            })?;
            let retries = load.writers[0].registry.retries();
            ensure!((retries.conflicts > 0) == retried, "{lock} for {time:?}: {retries:?}");
            load.verify(&open(&file.config, PATIENT)?, PATIENT, &[])?;
        }
    }
    Ok(())
}

#[test]
fn a_foreign_lock_that_stays_is_an_error_by_the_deadline() -> Result<()> {
    let file = File::new()?;
    let deadline = Duration::from_secs(1);
    for lock in LOCKS {
        let load = Load::new(handles(&file.config, 2, deadline)?)?;
        load.during(|| load.progress(4))?;
        let begun = Instant::now();
        let outcome =
            file.locked(lock, PATIENT, || load.writers[0].registry.run(&load.writers[0].interval(0)))?;
        ensure!(matches!(outcome, Err(Error::Contended { .. })), "{lock}: {outcome:?}");
        let limit = deadline + 2 * BUSY_TIMEOUT;
        ensure!(begun.elapsed() < limit, "{lock}: {:?}", begun.elapsed());
        load.during(|| load.progress(4))?;
        load.verify(&open(&file.config, PATIENT)?, PATIENT, &[FailureKind::Conflict])?;
    }
    Ok(())
}
