//! Nothing stays behind: no process, no folder, whether a server is dropped or its test is killed.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use feast_registry_tests::servers::{Galera, MariaDb, MariaDbOptions, Postgres, PostgresOptions, Replica};
use tempfile::TempDir;

/// One of each single server.
struct Singles {
    replica: Replica,
    postgres: Postgres,
    mariadb: MariaDb,
}

impl Singles {
    fn start() -> Result<Singles> {
        let postgres = Postgres::start_with(&PostgresOptions::quick())?;
        let replica = Replica::of(&postgres)?;
        Ok(Singles { replica, postgres, mariadb: MariaDb::start_with(&MariaDbOptions::quick())? })
    }
}

#[test]
fn dropped_servers_leave_nothing() -> Result<()> {
    let singles = Singles::start()?;
    let galera = Galera::start()?;
    let postgres =
        [&singles.postgres, singles.replica.server()].map(|server| (server.pid(), server.folder()));
    let mariadb =
        galera.nodes().iter().chain([&singles.mariadb]).map(|server| (server.pid(), server.folder()));
    let traces: Vec<(Option<u32>, PathBuf)> = postgres.into_iter().chain(mariadb).collect();
    assert_eq!(traces.len(), 6);
    for (pid, folder) in &traces {
        assert!(runs(pid.context("no process")?) && folder.exists() && !processes_of(folder)?.is_empty());
    }
    drop((singles, galera));
    for (pid, folder) in &traces {
        assert!(!runs(pid.context("no process")?), "{pid:?}");
        assert!(!folder.exists(), "{}", folder.display());
        assert_eq!(processes_of(folder)?, [], "{}", folder.display());
    }
    Ok(())
}

/// Plays two parts: the test, and the process that it starts and kills.
#[test]
fn killed_tests_leave_nothing() -> Result<()> {
    if is_victim() {
        let _singles = Singles::start()?;
        println!("\nstarted");
        std::thread::sleep(Duration::from_secs(300));
        return Ok(());
    }
    let mut victim = Victim::start("ends::killed_tests_leave_nothing")?;
    let output = victim.process.stdout.take().context("no output")?;
    let started = BufReader::new(output).lines().map_while(Result::ok).find(|line| line == "started");
    started.context("the servers do not start")?;
    assert_eq!(std::fs::read_dir(victim.folder.path())?.count(), 3);
    victim.kill()
}

/// The same, killed while one Galera node copies another's data: that is done by programs that the servers started.
#[test]
fn tests_killed_during_a_state_transfer_leave_nothing() -> Result<()> {
    if is_victim() {
        Galera::start()?;
        return Ok(());
    }
    let victim = Victim::start("ends::tests_killed_during_a_state_transfer_leave_nothing")?;
    let deadline = Instant::now() + Duration::from_secs(60);
    while !processes_of(victim.folder.path())?.iter().any(|(_, command)| command.starts_with("rsync")) {
        assert!(Instant::now() < deadline, "no state transfer");
        std::thread::sleep(Duration::from_millis(5));
    }
    victim.kill()
}

const VICTIM: &str = "FEAST_REGISTRY_TEST_VICTIM";

fn is_victim() -> bool {
    std::env::var_os(VICTIM).is_some()
}

/// A process that runs one test of this file with a folder of its own for temporary ones.
struct Victim {
    process: Child,
    folder: TempDir,
}

impl Victim {
    fn start(test: &str) -> Result<Victim> {
        // Open to the servers' accounts, as `/tmp` is.
        let folder = tempfile::tempdir()?;
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o1777))?;
        let process = Command::new(std::env::current_exe()?)
            .args(["--exact", test, "--nocapture"])
            .env(VICTIM, "1")
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Victim { process, folder })
    }

    /// Kills it, so that no destructor runs, and waits until nothing is left.
    fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let processes = processes_of(self.folder.path())?;
            let folders: Vec<_> = std::fs::read_dir(self.folder.path())?.flatten().collect();
            if processes.is_empty() && folders.is_empty() {
                return Ok(());
            }
            assert!(Instant::now() < deadline, "still there: {processes:?} {folders:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn runs(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// The processes that have the folder in their command line, as helpers do too, with it.
fn processes_of(folder: &Path) -> Result<Vec<(u32, String)>> {
    let folder = folder.to_str().context("not UTF-8")?;
    let found = std::fs::read_dir("/proc")?.flatten().filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        command.contains(folder).then_some((pid, command))
    });
    Ok(found.collect())
}
