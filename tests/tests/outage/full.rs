//! Nowhere to write to: a full file system, a quota, a table space. Nothing of the change that does not fit is there
//! afterwards, and all of what did; where room can be made again, the registry goes on.
//!
//! Databases of servers fill up in ways that need no right to mount a file system: PostgreSQL's processes may write no
//! file that is larger than a limit, MariaDB's table space has a fixed size.

use std::{
    os::unix::fs::MetadataExt as _,
    path::Path,
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use feast_registry::{
    config::EngineOptions,
    driver::{Access, FailureKind, open_driver},
    error::Error,
    registry::Registry,
};
use feast_registry_core::{kind::Kind, object::Object, operation::Apply, query::Query, sql::Statement};
use feast_registry_tests::{
    cli,
    servers::{MariaDb, MariaDbOptions, Postgres, PostgresOptions},
};

use crate::load::{Load, config, entity, handles, open};

const PROJECT: &str = "full";

/// MariaDB itself dies when a file may not grow, so its table space has a fixed size here. It has no room then for a
/// deletion either; room is made by what was deleted before, once nobody looks at it any more.
#[test]
fn mariadb_with_a_full_table_space() -> Result<()> {
    let mut options = MariaDbOptions::quick();
    for (name, value) in
        [("innodb-data-file-path", "ibdata1:12M;ibdata2:12M"), ("innodb-file-per-table", "0")]
    {
        options.settings.push((name.to_owned(), value.to_owned()));
    }
    let server = MariaDb::start_with(&options)?;
    let database = server.fresh_database()?;
    database.execute(
        "CREATE TABLE ballast (data LONGBLOB); INSERT INTO ballast VALUES (REPEAT('x', 3000000));",
    )?;
    // As long as somebody may still look at it, what is deleted has its room.
    let driver = open_driver(&database.url().parse()?, &EngineOptions::default(), Access::Read)?;
    let mut observer = driver.connect()?;
    observer.begin(Access::Read)?;
    observer.query(&Statement::from(String::from("SELECT COUNT(*) FROM ballast")))?;
    database.execute("DELETE FROM ballast;")?;
    let registry = Registry::open(&config(&database.url())?)?;
    let filled = fills_up(&registry)?;
    observer.rollback()?;
    let begun = Instant::now();
    while let Err(error) = apply(&registry, filled) {
        ensure!(begun.elapsed() < PATIENT, "there is room again: {error}");
        thread::sleep(Duration::from_millis(200));
    }
    ensure!(count(&registry)? == 2 * (filled + 1));
    Ok(())
}

#[test]
fn postgres_with_files_that_may_not_grow() -> Result<()> {
    let server = Postgres::start_with(&PostgresOptions::quick())?;
    let database = server.fresh_database()?;
    limit_files(server.pid(), LIMIT)?;
    let registry = Registry::open(&config(&database.url())?)?;
    let filled = fills_up(&registry)?;
    limit_files(server.pid(), "unlimited")?;
    server.endpoint().execute(END_SESSIONS)?;
    apply(&registry, filled).context("there is room again")?;
    ensure!(count(&registry)? == 2 * (filled + 1));
    Ok(())
}

/// A full disk under PostgreSQL's log ends the server, and again while it recovers, until there is room.
#[test]
fn postgres_without_room_for_its_log() -> Result<()> {
    let server = Postgres::start()?;
    let database = server.fresh_database()?;
    let config = config(&database.url())?;
    let load = Load::new(handles(&config, 4, PATIENT)?)?;
    load.during(|| {
        load.progress(8)?;
        // Less than a segment, so that none can be made.
        limit_files(server.pid(), "8388608")?;
        server.endpoint().execute(END_SESSIONS)?;
        let died = (0..100).any(|_| {
            server.endpoint().execute("SELECT pg_switch_wal(); CREATE TABLE t (); DROP TABLE t;").is_err()
        });
        ensure!(died, "the server makes do without room");
        ensure!(log(&server)?.contains("PANIC"), "the server did not die of it: {}", log(&server)?);
        server.restart()?;
        load.progress(8)
    })?;
    let retries: Vec<_> = load.writers.iter().map(|writer| writer.registry.retries()).collect();
    ensure!(retries.iter().all(|retries| retries.lost_connections > 0), "{retries:?}");
    load.verify(&open(&config, PATIENT)?, PATIENT, &[])
}

fn log(server: &Postgres) -> Result<String> {
    Ok(String::from_utf8_lossy(&std::fs::read(server.folder().join("log"))?).into_owned())
}

/// A session keeps the limits that it was started with.
const END_SESSIONS: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'feast_%';";

/// Longer than the outage.
const PATIENT: Duration = Duration::from_secs(60);

/// In bytes. More than a segment of PostgreSQL's log; not a whole page, so that one is cut off as on a full disk.
const LIMIT: &str = "17829888";

/// Sets the largest file that a server may write from now on; its processes inherit it when they are started.
fn limit_files(pid: Option<u32>, limit: &str) -> Result<()> {
    let pid = pid.context("not running")?;
    // As the server's own account: not even root may do it to others everywhere.
    let account = std::fs::metadata(format!("/proc/{pid}"))?;
    let own = std::fs::metadata("/proc/self")?;
    let mut words = Vec::new();
    if account.uid() != own.uid() {
        let (user, group) = (account.uid(), account.gid());
        words = ["setpriv", &format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups"]
            .map(str::to_owned)
            .to_vec();
    }
    words.extend(["prlimit".into(), format!("--pid={pid}"), format!("--fsize={limit}:")]);
    let output = Command::new(&words[0]).args(&words[1..]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Applies small objects with large ones until there is no room; says how many batches there was room for.
fn fills_up(registry: &Registry) -> Result<usize> {
    for index in 0..100 {
        match apply(registry, index) {
            Ok(()) => ensure!(count(registry)? == 2 * (index + 1)),
            Err(Error::Database(failure)) => {
                ensure!(failure.kind == FailureKind::Full, "{failure:?}");
                ensure!(index > 2, "full from the beginning: {failure}");
                ensure!(count(registry)? == 2 * index, "half of a change is there");
                return Ok(index);
            }
            Err(error) => return Err(error.into()),
        }
    }
    bail!("it never fills up")
}

fn apply(registry: &Registry, index: usize) -> Result<(), Error> {
    let batch = [entity(1000 + index, 0), large(index)].map(|entity| (PROJECT.to_owned(), entity));
    registry.run(&Apply::new(batch)).map(drop)
}

fn count(registry: &Registry) -> Result<usize, Error> {
    Ok(registry.list(&Query::all(Kind::Entity, Some(PROJECT)))?.objects.len())
}

/// Half a megabyte that does not compress well.
fn large(index: usize) -> Object {
    let mut state = index as u64 + 1;
    let letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'0' + (state >> 58) as u8)
    };
    let description: String = std::iter::repeat_with(letter).take(1 << 19).collect();
    entity(index, 0).with_text(&[1, 3], &description).unwrap()
}

/// On SQLite as the command line's users see it: its process runs where there is no room.
#[test]
fn sqlite_without_room() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let text = large(0).description();
    let entity = |name: &str| format!("kind: Entity\nspec:\n  name: {name}\n  description: {text}\n---\n");
    std::fs::write(path.join("small.yaml"), "kind: Entity\nspec: {name: small}\n")?;
    std::fs::write(path.join("large.yaml"), format!("{}{}{}", entity("a"), entity("b"), entity("c")))?;
    let yaml =
        "project: full\nprovider: local\nregistry: {registry_type: sql, path: 'sqlite:///registry.db'}\n";
    std::fs::write(path.join("feature_store.yaml"), yaml)?;
    expect(&run(path, "\"$0\" apply -f small.yaml")?, 0, "")?;

    // A limit on files stands for a quota. The signal that comes with it would end the process.
    let limited = run(path, "trap '' XFSZ; ulimit -f 1000; exec \"$0\" apply -f large.yaml")?;
    expect(&limited, 4, "free space on the database's disk")?;
    let listed = run(path, "\"$0\" entities list")?;
    expect(&listed, 0, "")?;
    ensure!(String::from_utf8_lossy(&listed.stdout).contains("small"));

    let in_small_file_system = "mkdir -p small && mount -t tmpfs -o size=1m none small && \
         cp registry.db feature_store.yaml small && cd small && \
         { \"$0\" apply -f ../large.yaml; code=$?; \"$0\" entities list; cp registry.db ../after.db; exit $code; }";
    let full = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", in_small_file_system])
        .arg(cli::program()?)
        .current_dir(path)
        .output()?;
    if full.status.code() == Some(4) {
        expect(&full, 4, "free space on the database's disk")?;
        ensure!(String::from_utf8_lossy(&full.stdout).contains("small"));
        let registry = Registry::open(&config(&format!("sqlite:///{}", path.join("after.db").display()))?)?;
        ensure!(registry.list(&Query::all(Kind::Entity, None))?.objects.len() == 1);
    } else {
        // Nobody but root may mount where the kernel does not let users have a name space of their own.
        let reason = String::from_utf8_lossy(&full.stderr).into_owned();
        ensure!(reason.contains("unshare") || reason.contains("mount"), "{reason}");
        println!("a small file system could not be mounted, only a file size limit was tried: {reason}");
    }

    expect(&run(path, "\"$0\" apply -f large.yaml")?, 0, "")?;
    let registry = Registry::open(&config(&format!("sqlite:///{}", path.join("registry.db").display()))?)?;
    ensure!(registry.list(&Query::all(Kind::Entity, None))?.objects.len() == 4);
    Ok(())
}

/// Runs a shell's command line whose `$0` is the program.
fn run(folder: &Path, line: &str) -> Result<Output> {
    Ok(Command::new("bash").args(["-c", line]).arg(cli::program()?).current_dir(folder).output()?)
}

fn expect(output: &Output, code: i32, hint: &str) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(code) && said.contains(hint), "{}: {said}", output.status);
    Ok(())
}
