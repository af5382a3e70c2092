//! Nothing stays behind: no process, no folder, whether a server is dropped or its test is killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use feast_registry_tests::servers::{Galera, MariaDb, MariaDbOptions, Postgres, PostgresOptions, Replica};

/// One of everything that runs as a process.
struct All {
    replica: Replica,
    postgres: Postgres,
    mariadb: MariaDb,
    galera: Galera,
}

impl All {
    fn start() -> Result<All> {
        let postgres = Postgres::start_with(&PostgresOptions::quick())?;
        let replica = Replica::of(&postgres)?;
        let mariadb = MariaDb::start_with(&MariaDbOptions::quick())?;
        Ok(All { replica, postgres, mariadb, galera: Galera::start()? })
    }

    fn traces(&self) -> Result<Vec<(u32, PathBuf)>> {
        let postgres = [&self.postgres, self.replica.server()].map(|server| (server.pid(), server.folder()));
        let nodes = self.galera.nodes().iter().chain([&self.mariadb]);
        let mariadb = nodes.map(|server| (server.pid(), server.folder()));
        let pids = postgres.into_iter().chain(mariadb);
        pids.map(|(pid, folder)| Ok((pid.context("no process")?, folder))).collect()
    }
}

#[test]
fn dropped_servers_leave_nothing() -> Result<()> {
    let all = All::start()?;
    let traces = all.traces()?;
    assert_eq!(traces.len(), 6);
    for (pid, folder) in &traces {
        assert!(runs(*pid) && folder.exists() && !processes_of(folder)?.is_empty());
    }
    drop(all);
    for (pid, folder) in &traces {
        assert!(!runs(*pid), "process {pid}");
        assert!(!folder.exists(), "{}", folder.display());
        assert_eq!(processes_of(folder)?, Vec::<u32>::new(), "{}", folder.display());
    }
    Ok(())
}

/// Plays two parts: the test, and the process that it starts and kills.
#[test]
fn killed_tests_leave_nothing() -> Result<()> {
    const VICTIM: &str = "FEAST_REGISTRY_TEST_VICTIM";
    if std::env::var_os(VICTIM).is_some() {
        let all = All::start()?;
        println!();
        for (pid, folder) in all.traces()? {
            println!("server {pid} {}", folder.display());
        }
        std::thread::sleep(Duration::from_secs(300));
        return Ok(());
    }

    let mut victim = Command::new(std::env::current_exe()?)
        .args(["--exact", "ends::killed_tests_leave_nothing", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let servers: Vec<(u32, PathBuf)> = BufReader::new(victim.stdout.take().context("no output")?)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            let (pid, folder) = line.strip_prefix("server ")?.split_once(' ')?;
            Some((pid.parse().ok()?, folder.into()))
        })
        .take(6)
        .collect();
    // SIGKILL: no destructor runs.
    victim.kill()?;
    victim.wait()?;
    assert_eq!(servers.len(), 6, "{servers:?}");
    let deadline = Instant::now() + Duration::from_secs(20);
    for (pid, folder) in &servers {
        while runs(*pid) || folder.exists() || !processes_of(folder)?.is_empty() {
            assert!(Instant::now() < deadline, "still there: {pid} {}", folder.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

fn runs(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// The processes that have the folder in their command line, as helpers do too.
fn processes_of(folder: &Path) -> Result<Vec<u32>> {
    let folder = folder.to_str().context("not UTF-8")?;
    let found = std::fs::read_dir("/proc")?.flatten().filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let command = std::fs::read(entry.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&command).contains(folder).then_some(pid)
    });
    Ok(found.collect())
}
