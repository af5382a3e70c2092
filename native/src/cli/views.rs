//! What only `feature-views` has: versions, and where a view stands.

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use feast_registry_core::{
    operation::{SetEnabled, SetState, Standing},
    schema,
    time::Timestamp,
};
use serde::Serialize;

use super::{
    delete::KeyRecord,
    error::{CliError, note},
    exit::Status,
    output::{Item, escaped},
    session::Session,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List the versions of a view
    ListVersions {
        /// The view, of any kind
        name: String,
    },
    /// Let Feast serve and materialize a view again
    Enable {
        /// The view, of any kind but label views
        name: String,
    },
    /// Keep Feast from serving and materializing a view
    Disable {
        /// The view, of any kind but label views
        name: String,
    },
    /// Move a view to another state
    SetState {
        /// The view, of any kind but label views
        name: String,
        /// created, generated, materializing or available_online
        #[arg(value_parser = parse_state)]
        state: i32,
    },
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
    match Verb::from_arg_matches(matches) {
        Ok(Verb::ListVersions { name }) => list_versions(session, &name),
        Ok(Verb::Enable { name }) => set_enabled(session, name, true),
        Ok(Verb::Disable { name }) => set_enabled(session, name, false),
        Ok(Verb::SetState { name, state }) => set_state(session, name, state),
        Err(error) => Err(CliError::Usage { message: error.to_string(), hint: "see `--help`" }),
    }
}

/// A version as JSON and YAML show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionRecord {
    version: String,
    version_number: i32,
    feature_view_type: String,
    created_timestamp: String,
    version_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

fn list_versions(session: &Session, name: &str) -> Result<Status, CliError> {
    let registry = session.open()?;
    let project = session.project(&registry)?;
    let versions = registry.versions(&project, name)?;
    if versions.is_empty() {
        // A view that does not exist is an error, one from before versions has none.
        registry.any_view(&project, name)?;
        note(&format!("feature view `{}` has no versions yet", escaped(name)));
    }
    let items: Vec<_> = versions
        .into_iter()
        .map(|(number, row)| {
            let created = Timestamp { seconds: row.created, nanos: 0 }.to_string();
            let version = format!("v{number}");
            Item {
                name: version.clone(),
                cells: vec![version.clone(), row.view_type.clone(), created.clone(), row.version_id.clone()],
                record: VersionRecord {
                    version,
                    version_number: number,
                    feature_view_type: row.view_type,
                    created_timestamp: created,
                    version_id: row.version_id,
                    description: row.description,
                },
            }
        })
        .collect();
    session.screen.list(&["VERSION", "TYPE", "CREATED", "VERSION_ID"], &items)?;
    Ok(Status::Done)
}

fn set_enabled(session: &Session, view: String, enabled: bool) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    let standing = registry.run(&SetEnabled { project, view, enabled })?;
    report(session, &standing, if enabled { "enabled" } else { "disabled" })
}

fn set_state(session: &Session, view: String, state: i32) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    let standing = registry.run(&SetState { project, view, state })?;
    let name = schema::FEAST_CORE_FEATUREVIEWSTATE.value_name(state).unwrap_or_default();
    report(session, &standing, &format!("in state {name}"))
}

fn report(session: &Session, Standing { key, changed }: &Standing, what: &str) -> Result<Status, CliError> {
    let mut kind = key.kind.to_string();
    kind.get_mut(..1).map(str::make_ascii_uppercase);
    let when = if *changed { "now" } else { "already" };
    let text = format!("{kind} {} is {when} {what}\n", escaped(&key.name));
    session.screen.say(&text, &[KeyRecord::item(key)])?;
    Ok(Status::Done)
}

/// A state by name, in any case.
fn parse_state(text: &str) -> Result<i32, String> {
    let states = &schema::FEAST_CORE_FEATUREVIEWSTATE;
    let number = states.number(&text.to_uppercase()).filter(|number| *number != 0);
    number.ok_or_else(|| {
        let names: Vec<String> = states.values.iter().skip(1).map(|(_, name)| name.to_lowercase()).collect();
        format!("the states are {}", names.join(", "))
    })
}
