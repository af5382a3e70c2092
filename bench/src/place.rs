//! Where a measured registry is kept, and the way there.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use feast_registry_tests::servers::{Endpoint, TestDatabase};

use crate::wire::Wire;

/// A database that is empty at first.
pub(crate) enum Place {
    File(PathBuf),
    Server { database: TestDatabase, wire: Wire, through_wire: bool },
}

/// What is added to every round trip of a distant database.
pub(crate) const DISTANCE: Duration = Duration::from_millis(1);

impl Place {
    pub(crate) fn on(server: &Endpoint) -> Result<Place> {
        let wire =
            Wire::to(format!("{}:{}", server.host, server.port).parse().context("a server's address")?)?;
        wire.delay(DISTANCE);
        Ok(Place::Server { database: server.fresh_database()?, wire, through_wire: false })
    }

    /// The same database, with the wire in between or not.
    pub(crate) fn at_distance(self, distant: bool) -> Place {
        match self {
            Place::Server { database, wire, .. } => Place::Server { database, wire, through_wire: distant },
            file @ Place::File(_) => file,
        }
    }

    /// The way that is taken, where bytes pass one.
    pub(crate) fn wire(&self) -> Option<&Wire> {
        match self {
            Place::Server { wire, through_wire: true, .. } => Some(wire),
            _ => None,
        }
    }

    /// As SQLAlchemy and the registry spell it.
    pub(crate) fn url(&self) -> String {
        match self {
            Place::File(path) => format!("sqlite:///{}", path.display()),
            Place::Server { database, .. } => database.url_at(&self.endpoint(database)),
        }
    }

    /// The address that is connected to.
    pub(crate) fn endpoint(&self, database: &TestDatabase) -> Endpoint {
        let server = database.endpoint().clone();
        match self.wire() {
            Some(wire) => Endpoint { host: "127.0.0.1".into(), port: wire.port(), ..server },
            None => server,
        }
    }
}
