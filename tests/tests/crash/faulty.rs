//! A driver around a real one that breaks the connection just before or just after the n-th call that it is asked to
//! make: the connection is closed under the caller, who learns no more than that it is gone.

use std::fmt;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use feast_registry::driver::{Access, CatalogColumn, Connection, Driver, Failure, FailureKind};
use feast_registry_core::sql::{Dialect, Statement, Value};

/// When something happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It does not reach the database.
    Before,
    /// The database has done it, and its answer does not arrive.
    After,
}

/// What happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is lost; a new one can be made.
    CutOnce,
    /// The connection is lost, and no other can be made.
    CutForEver,
    /// The process kills itself.
    #[allow(dead_code, reason = "the example kills; the tests cut")]
    Kill,
}

/// A place in the calls of an operation: begin, query, execute and commit count, from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) call: u64,
    pub(crate) moment: Moment,
    pub(crate) fault: Fault,
}

/// The driver. Clones share their count.
#[derive(Clone)]
pub(crate) struct Faulty(Arc<Shared>);

struct Shared {
    inner: Arc<dyn Driver>,
    point: Option<Point>,
    calls: AtomicU64,
    /// Whether the point was reached.
    struck: AtomicBool,
    /// What was called, in order.
    trace: Mutex<Vec<String>>,
}

impl Faulty {
    /// Breaks at the point, if any.
    pub(crate) fn new(inner: Arc<dyn Driver>, point: Option<Point>) -> Self {
        let (calls, struck, trace) = Default::default();
        Faulty(Arc::new(Shared { inner, point, calls, struck, trace }))
    }

    /// What was called so far.
    pub(crate) fn trace(&self) -> Vec<String> {
        self.0.trace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the point was reached.
    #[allow(dead_code, reason = "the example does not live to see it")]
    pub(crate) fn has_struck(&self) -> bool {
        self.0.struck.load(Ordering::SeqCst)
    }
}

impl Driver for Faulty {
    fn dialect(&self) -> Dialect {
        self.0.inner.dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let gone = self.0.point.is_some_and(|point| point.fault == Fault::CutForEver);
        if gone && self.0.struck.load(Ordering::SeqCst) {
            return Err(Failure::new(FailureKind::Unreachable, "the server is gone"));
        }
        let connection = Some(self.0.inner.connect()?);
        Ok(Box::new(FaultyConnection { shared: Arc::clone(&self.0), connection }))
    }

    fn place(&self) -> &str {
        self.0.inner.place()
    }
}

struct FaultyConnection {
    shared: Arc<Shared>,
    /// `None` once it was cut.
    connection: Option<Box<dyn Connection>>,
}

impl FaultyConnection {
    fn call<T>(
        &mut self,
        name: impl fmt::Display,
        act: impl FnOnce(&mut dyn Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let Some(connection) = self.connection.as_deref_mut() else { return Err(lost()) };
        let shared = &self.shared;
        shared.trace.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_string());
        let call = shared.calls.fetch_add(1, Ordering::SeqCst);
        let Some(point) = shared.point.filter(|point| point.call == call) else { return act(connection) };
        if point.moment == Moment::After {
            act(connection)?;
        }
        shared.struck.store(true, Ordering::SeqCst);
        if point.fault == Fault::Kill {
            let own = nix::unistd::Pid::this();
            let _ = nix::sys::signal::kill(own, nix::sys::signal::Signal::SIGKILL);
        }
        self.connection = None;
        Err(lost())
    }

    fn pass<T>(&mut self, act: impl FnOnce(&mut dyn Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        self.connection.as_mut().map_or_else(|| Err(lost()), |connection| act(connection.as_mut()))
    }
}

fn lost() -> Failure {
    Failure::new(FailureKind::ConnectionLost, "the connection was cut")
}

impl Connection for FaultyConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.call("BEGIN", |connection| connection.begin(access))
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        self.call(&statement.text, |connection| connection.query(statement))
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        self.call(&statement.text, |connection| connection.execute(statement))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.call("COMMIT", |connection| connection.commit())
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.pass(|connection| connection.rollback())
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        self.pass(|connection| connection.catalog())
    }

    fn is_broken(&self) -> bool {
        self.connection.as_ref().is_none_or(|connection| connection.is_broken())
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.pass(|connection| connection.ping())
    }
}
