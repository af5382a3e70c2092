//! The proxy: it passes everything until a fault is asked for, and then does just that, for either server's own client,
//! our drivers, and Feast's.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use feast_registry::driver::{Access, Connection, Failure, FailureKind};
use feast_registry_core::sql::Value;
use feast_registry_tests::feast::Feast;
use feast_registry_tests::servers::{self, CommitFault, Direction, Engine, Proxy, TestDatabase};

use crate::{connect, execute, statement};

/// A database with an empty table, and a proxy in front of it.
struct Bench {
    database: TestDatabase,
    proxy: Proxy,
}

impl Bench {
    fn both() -> Result<[Bench; 2]> {
        let bench = |endpoint: &servers::Endpoint| {
            let database = endpoint.fresh_database()?;
            let text = if endpoint.engine == Engine::Postgres { "TEXT" } else { "LONGTEXT" };
            database.execute(&format!("CREATE TABLE t (id INT PRIMARY KEY, word {text});"))?;
            anyhow::Ok(Bench { proxy: Proxy::start(endpoint)?, database })
        };
        Ok([bench(servers::postgres()?)?, bench(servers::mariadb()?)?])
    }

    fn url(&self) -> String {
        self.database.url_at(self.proxy.endpoint())
    }

    /// Runs statements through the proxy with the server's own client.
    fn execute(&self, statements: &str) -> Result<String> {
        self.database.execute_at(self.proxy.endpoint(), statements)
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        connect(&self.url())
    }

    /// Whether the row is in the table, soon: the server may still be rolling back.
    fn has(&self, id: u32) -> Result<bool> {
        Ok(self.database.execute(&format!("SELECT id FROM t WHERE id = {id};"))? == format!("{id}\n"))
    }
}

#[test]
fn everything_passes() -> Result<()> {
    for bench in Bench::both()? {
        let word = "wörd".repeat(1_000_000);
        bench.execute(&format!("INSERT INTO t VALUES (1, 'x'); UPDATE t SET word = '{word}';"))?;
        assert!(bench.execute("SELECT word FROM t;")?.trim_end() == word);
        assert_eq!(bench.proxy.accepted(), 2);
        let mut connection = bench.connect()?;
        assert!(connection.query(&statement("SELECT word FROM t"))? == [[Value::from(word)]]);
        assert_eq!(bench.proxy.struck(), 0);
    }
    Ok(())
}

#[test]
fn a_lost_commit_is_done_or_not_and_the_client_cannot_tell() -> Result<()> {
    for (fault, done) in [(CommitFault::AfterServer, true), (CommitFault::BeforeServer, false)] {
        for bench in Bench::both()? {
            let mut struck = 0;
            let mut check = |id: u32, outcome: Result<()>, what: &str| {
                let at = bench.database.endpoint().engine;
                assert!(outcome.is_err(), "{at:?}, {what}: the client hears of its commit");
                struck += 1;
                assert_eq!(bench.proxy.struck(), struck, "{at:?}, {what}: {outcome:?}");
                assert_eq!(bench.has(id)?, done, "{at:?}, {what}, {fault:?}");
                anyhow::Ok(())
            };

            bench.proxy.lose_commit(fault);
            let client =
                bench.execute("BEGIN; INSERT INTO t VALUES (1, ''); COMMIT; INSERT INTO t VALUES (9, '');");
            check(1, client.map(drop), "client")?;
            assert!(!bench.has(9)?);

            let mut connection = bench.connect()?;
            connection.begin(Access::Write)?;
            execute(&mut *connection, "INSERT INTO t VALUES (2, '')")?;
            bench.proxy.lose_commit(fault);
            let failure = connection.commit().err().context("the driver hears of its commit")?;
            assert_eq!(failure.kind, FailureKind::ConnectionLost, "{failure:?}");
            check(2, Err(failure.into()), "driver")?;

            bench.proxy.lose_commit(fault);
            check(3, by_python(&bench.url(), 3), "Feast's driver")?;

            // Once only.
            bench.execute("BEGIN; INSERT INTO t VALUES (4, ''); COMMIT;")?;
            by_python(&bench.url(), 5)?;
            assert!(bench.has(4)? && bench.has(5)?);
        }
    }
    Ok(())
}

/// Inserts a row and commits with the driver that Feast uses; psycopg with a prepared COMMIT, in the extended protocol.
fn by_python(url: &str, id: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("commits.py");
    std::fs::write(
        &script,
        "import sys\n\
         from urllib.parse import unquote, urlsplit\n\
         url, id = urlsplit(sys.argv[1]), int(sys.argv[2])\n\
         login = dict(host=url.hostname, port=url.port, user=unquote(url.username), password=unquote(url.password))\n\
         if url.scheme.startswith('postgresql'):\n\
         \x20   import psycopg\n\
         \x20   connection = psycopg.connect(dbname=url.path[1:], **login)\n\
         \x20   connection.execute('INSERT INTO t VALUES (%s, %s)', (id, ''))\n\
         \x20   connection.execute('COMMIT', prepare=True)\n\
         else:\n\
         \x20   import pymysql\n\
         \x20   connection = pymysql.connect(database=url.path[1:], **login)\n\
         \x20   connection.cursor().execute('INSERT INTO t VALUES (%s, %s)', (id, ''))\n\
         \x20   connection.commit()\n",
    )?;
    Feast::installed()?.run(&script, &[url, &id.to_string()])?;
    Ok(())
}

#[test]
fn a_refused_commit_is_no_lost_one() -> Result<()> {
    let [bench, _] = Bench::both()?;
    bench.database.execute("CREATE TABLE once (id INT UNIQUE DEFERRABLE INITIALLY DEFERRED);")?;
    bench.proxy.lose_commit(CommitFault::AfterServer);
    let error = bench.execute("BEGIN; INSERT INTO once VALUES (1), (1); COMMIT;").err().context("commits")?;
    assert!(error.to_string().contains("duplicate key"), "{error}");
    assert_eq!(bench.proxy.struck(), 0);
    assert!(bench.execute("BEGIN; INSERT INTO once VALUES (1), (2); COMMIT;").is_err());
    assert_eq!(bench.proxy.struck(), 1);
    assert_eq!(bench.database.execute("SELECT count(*) FROM once;")?, "2\n");
    Ok(())
}

#[test]
fn connections_are_cut_now() -> Result<()> {
    for bench in Bench::both()? {
        let mut connections = [bench.connect()?, bench.connect()?];
        for connection in &mut connections {
            connection.ping()?;
        }
        bench.proxy.cut();
        for connection in &mut connections {
            assert!(connection.ping().is_err());
        }
        bench.connect()?.ping()?;
    }
    Ok(())
}

/// With every number of bytes from none to enough, a transaction happens whole or not at all.
#[test]
fn connections_are_cut_after_so_many_bytes() -> Result<()> {
    for bench in Bench::both()? {
        let transaction = |connection: &mut dyn Connection| {
            connection.begin(Access::Write)?;
            execute(connection, "INSERT INTO t VALUES (1, 'a')")?;
            execute(connection, "INSERT INTO t VALUES (2, 'b')")?;
            Ok(connection.commit()?)
        };
        for direction in [Direction::ToServer, Direction::ToClient] {
            let mut bytes = 0;
            let mut seen = [0; 2];
            loop {
                let mut connection = bench.connect()?;
                let struck = bench.proxy.struck();
                bench.proxy.cut_after(direction, bytes);
                let outcome: Result<()> = transaction(&mut *connection);
                let cut = bench.proxy.struck() > struck;
                assert_eq!(outcome.is_err(), cut, "{direction:?} {bytes}: {outcome:?}");
                drop(connection);
                // A row that is being rolled back is waited for.
                let rows = bench.database.execute("DELETE FROM t WHERE id = 2; SELECT id FROM t;")?;
                let done = rows == "1\n";
                assert!(done || (cut && rows.is_empty()), "{direction:?} {bytes}: {rows:?}");
                bench.database.execute("DELETE FROM t;")?;
                seen[usize::from(done)] += 1;
                if !cut {
                    break;
                }
                bytes += 5;
            }
            assert!(seen[0] > 5 && seen[1] >= 1, "{direction:?}: {seen:?} of {bytes} bytes");
        }
    }
    Ok(())
}

#[test]
fn bytes_are_delayed() -> Result<()> {
    for bench in Bench::both()? {
        let mut connection = bench.connect()?;
        let mut timed = |each: Duration| {
            bench.proxy.delay(Direction::ToServer, each);
            bench.proxy.delay(Direction::ToClient, each);
            let begun = Instant::now();
            connection.ping()?;
            anyhow::Ok(begun.elapsed())
        };
        let late = timed(Duration::from_millis(200))?;
        assert!(late >= Duration::from_millis(400), "{late:?}");
        let soon = timed(Duration::ZERO)?;
        assert!(soon < Duration::from_millis(400), "{soon:?}");
    }
    Ok(())
}

#[test]
fn new_connections_are_refused() -> Result<()> {
    for bench in Bench::both()? {
        let mut connection = bench.connect()?;
        for _ in 0..2 {
            bench.proxy.refuse()?;
            connection.ping()?;
            let error = bench.connect().err().context("connects")?;
            let failure = error.downcast_ref::<Failure>().context("not the driver's")?;
            assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
            bench.proxy.accept()?;
            bench.connect()?.ping()?;
        }
    }
    Ok(())
}

#[test]
fn silence_holds_everything_until_it_ends() -> Result<()> {
    for bench in Bench::both()? {
        let mut connection = bench.connect()?;
        bench.proxy.silence(true);
        std::thread::scope(|scope| {
            let old = scope.spawn(|| connection.ping());
            let new = scope.spawn(|| bench.execute("SELECT 1;"));
            std::thread::sleep(Duration::from_millis(700));
            let held = !old.is_finished() && !new.is_finished();
            bench.proxy.silence(false);
            assert!(held, "something passed");
            old.join().map_err(|_| anyhow!("the old connection's thread broke"))??;
            assert_eq!(new.join().map_err(|_| anyhow!("the new connection's thread broke"))??, "1\n");
            anyhow::Ok(())
        })?;
    }
    Ok(())
}
