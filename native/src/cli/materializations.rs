//! `materializations`: which ranges of event times a view's online data covers, as told to the registry.

use clap::Subcommand;
use feast_registry_core::{
    json::Json, operation::Materialize, proto::feast::core::MaterializationInterval, refusal::Refusal,
    schema, time::Timestamp,
};
use prost::Message as _;
use serde::{Serialize, Serializer};

use super::{
    delete::KeyRecord,
    error::CliError,
    exit::Status,
    output::{Item, escaped},
    session::Session,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List the intervals of a view, in the order in which they were recorded
    List {
        /// A batch or stream feature view
        view: String,
    },
    /// Record that a view's data between two times is in the online store
    Add {
        /// A batch or stream feature view
        view: String,
        /// The first time covered; UTC unless it says otherwise
        #[arg(value_parser = Timestamp::parse)]
        start: Timestamp,
        /// Where it ends; UTC unless it says otherwise
        #[arg(value_parser = Timestamp::parse)]
        end: Timestamp,
    },
}

pub(crate) fn run(session: &Session, verb: Verb) -> Result<Status, CliError> {
    match verb {
        Verb::List { view } => list(session, &view),
        Verb::Add { view, start, end } => add(session, view, start, end),
    }
}

/// A serialized interval.
struct Interval(Vec<u8>);

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&schema::FEAST_CORE_MATERIALIZATIONINTERVAL, &self.0).serialize(serializer)
    }
}

fn list(session: &Session, view: &str) -> Result<Status, CliError> {
    let registry = session.open()?;
    let project = session.project(&registry)?;
    let (object, _) = registry.any_view(&project, view)?;
    let kind = object.kind();
    if kind.info().view.as_ref().is_none_or(|view| view.intervals == 0) {
        return Err(Refusal::NotMaterializable { kind, name: view.into() }.into());
    }
    let items: Vec<_> = object
        .bookkeeping()
        .intervals
        .into_iter()
        .map(|bytes| {
            let interval = MaterializationInterval::decode(bytes.as_slice()).unwrap_or_default();
            let (start, end) = (shown(interval.start_time), shown(interval.end_time));
            Item { name: format!("{start}/{end}"), cells: vec![start, end], record: Interval(bytes) }
        })
        .collect();
    session.screen.list(&["START", "END"], &items)?;
    Ok(Status::Done)
}

fn shown(time: Option<prost_types::Timestamp>) -> String {
    let time =
        time.map(|time| Timestamp { seconds: time.seconds, nanos: u32::try_from(time.nanos).unwrap_or(0) });
    time.map_or_else(|| "-".into(), |time| time.to_string())
}

fn add(session: &Session, view: String, start: Timestamp, end: Timestamp) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    let key = registry.run(&Materialize { project, view, start, end })?;
    let text = format!("Recorded {start} to {end} for {} {}\n", key.kind, escaped(&key.name));
    session.screen.say(&text, &[KeyRecord::item(&key)])?;
    Ok(Status::Done)
}
