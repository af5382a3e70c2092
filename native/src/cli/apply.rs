//! `apply -f FILE...` and `plan -f FILE...`: all objects of all files in one change, or what that would do.

use std::path::PathBuf;

use feast_registry_core::operation::{Action, Apply, Change};
use serde::Serialize;

use super::{
    error::CliError,
    exit::Status,
    input,
    output::{Item, brief_change, escaped},
    progress,
    projects::counted,
    session::Session,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Registry files, or JSON or YAML documents each with its `kind`; `-` is standard input
    #[arg(short, long = "file", required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Save changed views as new versions without making these the active ones
    #[arg(long)]
    no_promote: bool,
}

/// Whether changes are made or only told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Apply,
    Plan,
}

pub(crate) fn run(session: &Session, args: &Args, mode: Mode) -> Result<Status, CliError> {
    let given = session.given_project()?;
    let documents = input::objects(&args.files, given.as_deref())?;
    let registry = match mode {
        Mode::Apply => session.open_to_write()?,
        Mode::Plan => session.open()?,
    };
    let default = match given.or_else(|| input::only_project(&documents)) {
        Some(project) => Some(project),
        None if documents.iter().any(|(project, _)| project.is_none()) => Some(session.project(&registry)?),
        None => None,
    };
    let count = counted(documents.len(), "object");
    let default = default.unwrap_or_default();
    let objects =
        documents.into_iter().map(|(project, object)| (project.unwrap_or_else(|| default.clone()), object));
    let mut operation = Apply::new(objects);
    if args.no_promote {
        operation = operation.without_promotion();
    }
    let mut changes = match mode {
        Mode::Apply => progress::during(&format!("applying {count}"), || registry.run(&operation))?,
        Mode::Plan => progress::during(&format!("planning {count}"), || registry.preview(&operation))?,
    };
    changes.retain(|change| change.action != Action::Unchanged);
    // Project by project, and within each in the order of the kinds.
    changes.sort_by(|one, other| (&one.key.project, &one.key).cmp(&(&other.key.project, &other.key)));
    let items: Vec<_> = changes.iter().map(record).collect();
    session.screen.say(&report(&changes, mode), &items)?;
    Ok(Status::Done)
}

fn report(changes: &[Change], mode: Mode) -> String {
    let mut text = String::new();
    let mut project = None;
    for change in changes {
        if project != Some(&change.key.project) {
            project = Some(&change.key.project);
            let verb = if mode == Mode::Apply { "Applying" } else { "Planning" };
            text += &format!("{verb} changes for project {}\n", escaped(&change.key.project));
        }
        text += &headline(change);
        for field in change.fields().unwrap_or_default() {
            let values = brief_change(field.before.as_deref(), field.after.as_deref());
            text += &format!("\t{}: {values}\n", escaped(&field.path));
        }
    }
    if changes.is_empty() {
        text += "No changes to registry\n";
    }
    text
}

fn headline(change: &Change) -> String {
    let object = format!("{} {}", change.key.kind, escaped(&change.key.name));
    let version = change.version.filter(|version| *version != 0 || change.action != Action::Created);
    let version = version.map(|version| format!("v{version}")).unwrap_or_default();
    match change.action {
        Action::VersionSaved => format!("Saved {version} of {object}, which stays as it is\n"),
        Action::Created | Action::Updated => {
            let verb = if change.action == Action::Created { "Created" } else { "Updated" };
            let version = if version.is_empty() { version } else { format!(" ({version})") };
            format!("{verb} {object}{version}\n")
        }
        Action::Unchanged => String::new(),
    }
}

/// A change as JSON and YAML show it.
#[derive(Serialize)]
struct ChangeRecord {
    action: &'static str,
    kind: &'static str,
    project: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldRecord>,
}

#[derive(Serialize)]
struct FieldRecord {
    path: String,
    before: Option<String>,
    after: Option<String>,
}

fn record(change: &Change) -> Item<ChangeRecord> {
    let fields = change.fields().unwrap_or_default().into_iter();
    let record = ChangeRecord {
        action: match change.action {
            Action::Created => "created",
            Action::Updated => "updated",
            Action::VersionSaved => "version saved",
            Action::Unchanged => "unchanged",
        },
        kind: change.key.kind.info().name,
        project: change.key.project.clone(),
        name: change.key.name.clone(),
        version: change.version.map(|version| format!("v{version}")),
        fields: fields
            .map(|field| FieldRecord { path: field.path, before: field.before, after: field.after })
            .collect(),
    };
    Item { name: change.key.name.clone(), cells: Vec::new(), record }
}
