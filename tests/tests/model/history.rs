//! What several clients did to one project, when each call began and returned, and what it saw.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use feast_registry::registry::Registry;
use feast_registry_core::kind::Kind;

use super::{
    check::DeadEnd,
    operations::Operation,
    registry::{Response, call},
    schedule::Schedule,
    state::Seen,
};

/// The client that reads what is stored in the end.
pub(crate) const READER: usize = usize::MAX;

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) client: usize,
    pub(crate) operation: Operation,
    /// On a clock that counts beginnings and ends.
    pub(crate) invoked: u64,
    pub(crate) returned: u64,
    pub(crate) response: Response,
    /// Whether the answer to a commit was lost on the way.
    pub(crate) unanswered: bool,
}

/// All calls.
#[derive(Clone, Debug)]
pub(crate) struct History(pub(crate) Vec<Entry>);

/// Lets every client do its part at the same time, each through its own registry, then the reader read. With a schedule
/// the clients take turns as it says.
pub(crate) fn record(
    clients: &[Registry],
    reader: &Registry,
    project: &str,
    plan: &[Vec<Operation>],
    schedule: Option<&Schedule>,
) -> History {
    let clock = AtomicU64::new(0);
    let entry = |client: usize, registry: &Registry, operation: &Operation| {
        let unanswered = || registry.retries().unanswered_commits;
        let before = unanswered();
        let invoked = clock.fetch_add(1, Ordering::SeqCst);
        let response = call(registry, project, operation);
        let returned = clock.fetch_add(1, Ordering::SeqCst);
        let (operation, unanswered) = (operation.clone(), unanswered() > before);
        Entry { client, operation, invoked, returned, response, unanswered }
    };
    let part = |(client, (registry, operations)): (usize, (&Registry, &Vec<Operation>))| -> Vec<Entry> {
        let _turns = schedule.map(|schedule| schedule.join(client));
        operations.iter().flat_map(|operation| entry(client, registry, operation).with_earlier()).collect()
    };
    let mut entries: Vec<Entry> = thread::scope(|scope| {
        let parts = clients.iter().zip(plan).enumerate();
        let threads: Vec<_> = parts.map(|part_of| scope.spawn(move || part(part_of))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    // Faults that are still to come are met here.
    let read = (0..100).map(|_| entry(READER, reader, &Operation::Read));
    let read = read.into_iter().find(|entry| !matches!(entry.response, Response::Failed));
    entries.push(read.unwrap());
    History(entries)
}

impl Entry {
    /// The call, and where it may have had its effect twice that earlier effect.
    fn with_earlier(self) -> Vec<Entry> {
        let made_project = match &self.response {
            Response::Seen(Seen::Applied { project_made, .. }) => *project_made,
            Response::Seen(Seen::Restored(kinds)) => kinds.contains(&Kind::Project),
            _ => false,
        };
        match self.unanswered && made_project {
            true => vec![Entry { response: Response::Before, ..self.clone() }, self],
            false => vec![self],
        }
    }
}

impl History {
    /// The calls in the order of their beginnings, and how far an order of them comes.
    pub(crate) fn report(&self, dead_end: &DeadEnd) -> String {
        let mut places: Vec<usize> = (0..self.0.len()).collect();
        places.sort_by_key(|place| self.0[*place].invoked);
        let number = |place: usize| places.iter().position(|other| *other == place).unwrap_or(0) + 1;
        let mut lines = Vec::new();
        for place in &places {
            lines.push(format!("{:>3}. {}", number(*place), self.0[*place]));
        }
        let order: Vec<String> = dead_end.order.iter().map(|place| number(*place).to_string()).collect();
        lines.push(format!("the longest order that fits is [{}]; after it", order.join(", ")));
        for (place, seen) in &dead_end.next {
            lines.push(format!("  {:>3}. should have seen {seen:?}", number(*place)));
        }
        lines.join("\n")
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.client {
            READER => write!(f, "in the end  ")?,
            client => write!(f, "client {client}    ")?,
        }
        write!(f, "{:>3} to {:>3}  {}", self.invoked, self.returned, self.operation)?;
        write!(f, "{}\n       ", if self.unanswered { " (an answer was lost)" } else { "" })?;
        match &self.response {
            Response::Seen(seen) => write!(f, "saw {seen:?}"),
            Response::Unknown => write!(f, "does not know whether it happened"),
            Response::Before => write!(f, "may have happened once before"),
            Response::Failed => write!(f, "failed without effect"),
        }
    }
}
