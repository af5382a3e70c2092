//! A streaming replica of a PostgreSQL server: reads what the primary wrote a moment ago, can be held back, and can take
//! the primary's place.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::endpoint::Endpoint;
use super::postgres::Postgres;

const CATCH_UP_LIMIT: Duration = Duration::from_secs(30);

/// A replica. It is a server of its own: stop, kill and restart it as [`Replica::server`]. It has the same databases and
/// logins as the primary; reach a database through it with [`super::TestDatabase::url_at`].
pub struct Replica {
    server: Postgres,
    primary: Endpoint,
}

impl Replica {
    /// Copies the primary and follows it, with the same options; takes about two seconds.
    pub fn of(primary: &Postgres) -> Result<Replica> {
        let server = Postgres::start_from(Some(primary.endpoint()), primary.options())
            .context("cannot start a replica")?;
        Ok(Replica { server, primary: primary.endpoint().clone() })
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> &Postgres {
        &self.server
    }

    /// Where it answers.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.server.endpoint()
    }

    /// Stops showing new transactions of the primary. They still arrive.
    pub fn pause(&self) -> Result<()> {
        self.endpoint().execute("SELECT pg_wal_replay_pause();")?;
        // A request until the process that replays has seen it.
        self.wait_for("SELECT pg_get_wal_replay_pause_state() = 'paused';")
    }

    /// Goes on after [`Replica::pause`].
    pub fn resume(&self) -> Result<()> {
        self.endpoint().execute("SELECT pg_wal_replay_resume();")?;
        Ok(())
    }

    /// Waits until the replica shows what the primary has committed so far.
    pub fn wait_until_caught_up(&self) -> Result<()> {
        // A record behind all of them, in a transaction so that it is flushed. (The current insert position will not
        // do: it may lie behind a page header that is not written yet.)
        let position = self.primary.execute("SELECT pg_logical_emit_message(true, 'caught up', '');")?;
        self.wait_for(&format!("SELECT pg_last_wal_replay_lsn() >= '{}';", position.trim()))
    }

    /// From now on a commit on the primary is answered only when the replica has it on disk too, so that nothing
    /// acknowledged is missing after [`Replica::promote`]. The primary must have `synchronous_commit` on, which
    /// [`super::PostgresOptions::quick`] has not. While the replica is down, commits wait.
    pub fn make_synchronous(&self) -> Result<()> {
        if self.primary.execute("SHOW synchronous_commit;")?.trim() == "off" {
            bail!("the primary does not wait for commits: it has `synchronous_commit` off");
        }
        self.primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*';")?;
        self.primary.execute("SELECT pg_reload_conf();")?;
        let begun = Instant::now();
        while self.primary.execute("SELECT sync_state FROM pg_stat_replication;")?.trim() != "sync" {
            if begun.elapsed() > CATCH_UP_LIMIT {
                bail!("the primary does not see its replica");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Makes the replica a primary that takes writes. Stop the old primary first: nobody else keeps two from
    /// going separate ways. (The old one comes back as a new [`Replica`] of [`Replica::server`].)
    pub fn promote(&self) -> Result<()> {
        // Waits for the end of recovery itself.
        if self.endpoint().execute("SELECT pg_promote();")?.trim() != "t" {
            bail!("the replica does not become a primary");
        }
        // A replica that commits wait for: there is none yet.
        self.endpoint().execute("ALTER SYSTEM RESET synchronous_standby_names;")?;
        self.endpoint().execute("SELECT pg_reload_conf();")?;
        Ok(())
    }

    fn wait_for(&self, condition: &str) -> Result<()> {
        let begun = Instant::now();
        while self.endpoint().execute(condition)?.trim() != "t" {
            if begun.elapsed() > CATCH_UP_LIMIT {
                let state = "SELECT pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn();";
                bail!("`{condition}` does not come true: {:?}", self.endpoint().execute(state)?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}
