//! A blocking connection pool with the meaning of SQLAlchemy's `QueuePool`. Unlike the usual Rust
//! pools it reports a failed connect at once instead of retrying it until its own timeout.

use std::collections::VecDeque;
use std::ops::Add;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use feast_registry_core::sql::{Statement, Take, Value};

use crate::driver::{Access, CatalogColumn, Connection, Driver, Failure, FailureKind};

/// Size and timing of a pool, with SQLAlchemy's defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolOptions {
    /// Connections kept when idle; 0 means no limit.
    pub size: usize,
    /// Connections allowed beyond them for a while; `None` means no limit.
    pub max_overflow: Option<usize>,
    /// How long a checkout waits for a connection.
    pub timeout: Duration,
    /// Replace a connection that is older than this; `None` means never.
    pub recycle: Option<Duration>,
    /// Test each connection before it is handed out.
    pub pre_ping: bool,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            size: 5,
            max_overflow: Some(10),
            timeout: Duration::from_secs(30),
            recycle: None,
            pre_ping: false,
        }
    }
}

impl PoolOptions {
    /// The same with at most `most` connections.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        let size = if self.size == 0 { most } else { self.size.min(most) };
        let max_overflow = Some(self.limit().min(most).saturating_sub(size));
        PoolOptions { size, max_overflow, ..self }
    }

    /// Most connections open at once.
    fn limit(&self) -> usize {
        match (self.size, self.max_overflow) {
            (0, _) | (_, None) => usize::MAX,
            (size, Some(overflow)) => size.saturating_add(overflow),
        }
    }

    /// Most connections kept idle.
    fn kept(&self) -> usize {
        if self.size == 0 { usize::MAX } else { self.size }
    }
}

/// A pool of connections to one database. Clones share it.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

impl Pool {
    /// A pool without connections yet.
    pub fn new(driver: Arc<dyn Driver>, options: PoolOptions) -> Self {
        Self(Arc::new(Shared { driver, options, state: Mutex::default(), freed: Condvar::new() }))
    }

    /// The driver that opens the connections.
    #[must_use]
    pub fn driver(&self) -> &Arc<dyn Driver> {
        &self.0.driver
    }

    /// Takes a connection, opening one if none is idle and the limit allows it.
    ///
    /// # Errors
    /// Whatever connecting fails with, at once; [`FailureKind::PoolExhausted`] when all
    /// connections stay in use for the whole timeout.
    pub fn checkout(&self) -> Result<PooledConnection, Failure> {
        let options = &self.0.options;
        while let Some(Open { mut connection, since }) = self.0.reserve()? {
            if options.recycle.is_some_and(|age| since.elapsed() > age) {
                self.0.close(connection);
            } else if options.pre_ping && connection.ping().is_err() {
                self.0.close(connection);
                self.0.close_idle();
            } else {
                return Ok(self.lend(connection, since));
            }
        }
        match self.0.driver.connect() {
            Ok(connection) => Ok(self.lend(connection, Instant::now())),
            Err(failure) => {
                self.0.free();
                Err(failure)
            }
        }
    }

    /// What the connections are doing.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let state = self.0.lock();
        let idle = state.idle.len();
        Connections { in_use: state.total - idle, idle, waited_for: state.waiting }
    }

    fn lend(&self, connection: Box<dyn Connection>, since: Instant) -> PooledConnection {
        let pool = Arc::clone(&self.0);
        PooledConnection { pool, open: Some(Open { connection, since }), in_transaction: false, stale: false }
    }
}

/// What a pool's connections are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    /// Lent, or being opened.
    pub in_use: usize,
    /// Waiting for somebody who needs one.
    pub idle: usize,
    /// Those who wait for one.
    pub waited_for: usize,
}

impl Add for Connections {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Connections {
            in_use: self.in_use + other.in_use,
            idle: self.idle + other.idle,
            waited_for: self.waited_for + other.waited_for,
        }
    }
}

struct Shared {
    driver: Arc<dyn Driver>,
    options: PoolOptions,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: VecDeque<Open>,
    /// Connections that exist or are being opened, idle and lent together.
    total: usize,
    /// How many wait for one.
    waiting: usize,
}

struct Open {
    connection: Box<dyn Connection>,
    since: Instant,
}

impl Shared {
    /// Waits for an idle connection, or (`None`) for the right to open one.
    fn reserve(&self) -> Result<Option<Open>, Failure> {
        let limit = self.options.limit();
        let mut state = self.lock();
        state.waiting += 1;
        let (mut state, waited) = self
            .freed
            .wait_timeout_while(state, self.options.timeout, |state| {
                state.idle.is_empty() && state.total >= limit
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        if let Some(open) = state.idle.pop_front() {
            return Ok(Some(open));
        }
        if waited.timed_out() && state.total >= limit {
            return Err(Failure::new(
                FailureKind::PoolExhausted,
                format!(
                    "all {limit} connections to `{}` stayed in use for {:?}",
                    self.driver.place(),
                    self.options.timeout
                ),
            ));
        }
        state.total += 1;
        Ok(None)
    }

    /// Takes back a sound connection: keeps it, or closes it if enough are kept.
    fn keep(&self, open: Open) {
        let mut state = self.lock();
        if state.idle.len() < self.options.kept() {
            state.idle.push_back(open);
            drop(state);
            self.freed.notify_one();
        } else {
            drop(state);
            self.close(open.connection);
        }
    }

    fn close(&self, connection: Box<dyn Connection>) {
        drop(connection);
        self.free();
    }

    /// Closes every idle connection: once one was found dead, its contemporaries probably are too.
    fn close_idle(&self) {
        let idle = std::mem::take(&mut self.lock().idle);
        for open in idle {
            self.close(open.connection);
        }
    }

    fn free(&self) {
        self.lock().total -= 1;
        self.freed.notify_one();
    }

    /// No code that can panic runs under the lock, so a poisoned state is still sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Dropped inside a transaction, it rolls back; dropped broken, it is closed.
pub struct PooledConnection {
    pool: Arc<Shared>,
    /// Present until the drop.
    open: Option<Open>,
    in_transaction: bool,
    /// Whether it only reads where it should write: after a failover a connection may lead to the
    /// server that was the primary, and a session keeps the defaults that it began with.
    stale: bool,
}

impl PooledConnection {
    /// Does something on the connection. A failure says at which database.
    fn with<T>(&mut self, act: impl FnOnce(&mut dyn Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let outcome = match &mut self.open {
            Some(open) => act(open.connection.as_mut()),
            None => Err(Failure::new(FailureKind::ConnectionLost, "the connection is closed")),
        };
        outcome.map_err(|failure| {
            self.stale |= failure.kind == FailureKind::ReadOnly;
            failure.at(self.pool.driver.place())
        })
    }
}

impl Connection for PooledConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.in_transaction = true;
        self.with(|connection| connection.begin(access))
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        self.with(|connection| connection.query(statement))
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        self.with(|connection| connection.execute(statement))
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.with(|connection| connection.query_all(statements, take))
    }

    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.in_transaction = true;
        self.with(|connection| connection.query_apart(statements, take))?;
        self.in_transaction = false;
        Ok(())
    }

    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        self.with(|connection| connection.execute_all(statements))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.with(|connection| connection.commit())?;
        self.in_transaction = false;
        Ok(())
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.with(|connection| connection.rollback())?;
        self.in_transaction = false;
        Ok(())
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        self.with(|connection| connection.catalog())
    }

    fn is_broken(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.connection.is_broken())
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.with(|connection| connection.ping())
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        if self.stale || open.connection.is_broken() {
            self.pool.close(open.connection);
            self.pool.close_idle();
        } else if self.in_transaction && open.connection.rollback().is_err() {
            self.pool.close(open.connection);
        } else {
            self.pool.keep(open);
        }
    }
}

#[cfg(test)]
mod tests;
