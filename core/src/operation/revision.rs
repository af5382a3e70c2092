//! What is stored under [`REVISION`](super::REVISION): the last changes that were decided under a project's exclusive lock, each with an
//! identifier of its own and with the rows that it touched. A cache that knows an earlier one reads just those rows.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use serde::{Deserialize, Serialize};

use super::{LAST_UPDATED, REVISION, Selection, Write};
use crate::{kind::Kind, rows::Rows, sql::HISTORY};

/// The last changes of a project, newest first, without a gap: nobody else has noted a change between two of them. The
/// oldest says what it followed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Revision(Vec<Change>);

#[derive(Debug, Serialize, Deserialize)]
struct Change {
    id: String,
    /// What it left under [`LAST_UPDATED`].
    at: i64,
    /// Names by table; `None` where they are too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<BTreeMap<String, BTreeSet<String>>>,
    /// What it followed, where that is not the change after this one in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<State>,
}

/// A state of a project, as far as its metadata tells.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// The last change of ours.
    id: Option<String>,
    /// What stands under [`LAST_UPDATED`], whoever wrote it.
    noted: Option<String>,
}

impl State {
    fn of(metadata: &Metadata, project: &str) -> Self {
        let id = value(metadata, project, REVISION)
            .and_then(Revision::parse)
            .and_then(|revision| revision.0.into_iter().next())
            .map(|change| change.id);
        State { id, noted: value(metadata, project, LAST_UPDATED).map(String::from) }
    }
}

/// What a change may name, and what all of them may take: with more the value would no longer lie in its row on
/// PostgreSQL.
const MOST_ROWS: usize = 12;
const MOST_BYTES: usize = 1_500;

impl Revision {
    /// The revision after a change that makes these writes at a time, where `before` was read.
    pub(super) fn next(id: String, at: i64, project: &str, before: &Rows, writes: &[Write]) -> Self {
        let mut change = Change { id, at, rows: touched(project, writes), after: None };
        let revision = before.metadata_value(project, REVISION).and_then(Revision::parse);
        let noted = before.metadata_value(project, LAST_UPDATED);
        match revision.filter(|revision| revision.is_noted(noted)) {
            Some(mut revision) => {
                revision.0.insert(0, change);
                while revision.0.len() > 1 && revision.text().len() > MOST_BYTES {
                    revision.0.pop();
                }
                revision
            }
            // Whoever has noted another time since then has changed something that is not in the list.
            None => {
                change.after = Some(State::of(&before.metadata, project));
                Revision(Vec::from([change]))
            }
        }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether nobody has noted a change since the newest.
    fn is_noted(&self, last_updated: Option<&str>) -> bool {
        let newest = self.0.first().map(|change| change.at);
        newest.is_some() && last_updated.and_then(|noted| noted.parse().ok()) == newest
    }

    /// The rows that were touched since a state; `None` where this does not tell.
    fn since(self, known: &State) -> Option<BTreeMap<String, BTreeSet<String>>> {
        let mut touched: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for change in self.0 {
            if known.id.as_ref() == Some(&change.id) {
                return Some(touched);
            }
            for (table, names) in change.rows? {
                touched.entry(table).or_default().extend(names);
            }
            if change.after.as_ref() == Some(known) {
                return Some(touched);
            }
        }
        None
    }
}

/// The rows of a project that writes touch, metadata aside.
fn touched(project: &str, writes: &[Write]) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut count = 0;
    for write in writes {
        let (owner, table, name) = match write {
            Write::Insert(key, _)
            | Write::Delete(key)
            | Write::Update { key, .. }
            | Write::SetUserMetadata { key, .. } => (&key.project, &key.kind.info().table, &key.name),
            Write::InsertVersion { project, name, .. } | Write::DeleteVersions { project, name, .. } => {
                (project, &HISTORY, name)
            }
            Write::PutMetadata { .. } | Write::DeleteMetadata { .. } => continue,
            Write::DeleteProject { .. } => return None,
        };
        if owner == project && rows.entry(table.name.into()).or_default().insert(name.clone()) {
            count += 1;
            if count > MOST_ROWS {
                return None;
            }
        }
    }
    Some(rows)
}

type Metadata = BTreeMap<(String, String), String>;

/// What to read to know all rows again, where metadata was once `before` and is `now`. `None` where the metadata does
/// not tell, because others than we have left something there, or too much has happened.
pub fn changed_rows(before: &Metadata, now: &Metadata) -> Option<Vec<Selection>> {
    if !others(before).eq(others(now)) {
        return None;
    }
    let projects: BTreeSet<&str> = before.keys().chain(now.keys()).map(|(project, _)| &**project).collect();
    let mut selections = Vec::new();
    for project in projects {
        if OURS.iter().all(|key| value(before, project, key) == value(now, project, key)) {
            continue;
        }
        let revision = Revision::parse(value(now, project, REVISION)?)?;
        if !revision.is_noted(value(now, project, LAST_UPDATED)) {
            return None;
        }
        for (table, names) in revision.since(&State::of(before, project))? {
            selections.push(match Kind::all().find(|kind| kind.info().table.name == table) {
                Some(kind) => Selection::named(kind, project, names),
                None if table == HISTORY.name => Selection::versions(project, names, true),
                None => return None,
            });
        }
    }
    Some(selections)
}

/// What a change leaves in the metadata.
const OURS: [&str; 2] = [REVISION, LAST_UPDATED];

fn others(all: &Metadata) -> impl Iterator<Item = (&(String, String), &String)> {
    all.iter().filter(|((_, key), _)| !OURS.contains(&key.as_str()))
}

fn value<'m>(all: &'m Metadata, project: &str, key: &str) -> Option<&'m str> {
    all.get(&(project.into(), key.into())).map(String::as_str)
}
