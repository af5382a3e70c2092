//! The registry under test: runs an operation, and says what its caller sees in the words of the reference.

use std::collections::BTreeMap;

use feast_registry::{error::Error, registry::Registry};
use feast_registry_core::{
    kind::Kind,
    object::{Bookkeeping, Object},
    operation::{
        Action, Apply, Change, Delete, DeleteProject, Materialize, PROJECT_UUID, Restore, SetEnabled,
        SetUserMetadata,
    },
    proto::feast::core as feast,
    query::Query,
    refusal::Refusal,
    rows::{Key, Row, Rows, VersionRow, Versions},
    time::Timestamp,
};
use prost::Message;

use super::{
    model::{Definition, Model, View},
    operations::{Given, Operation},
    state::{Applied, RESTORED, SNAPSHOT, Seen, State, Why},
    view::{message, view},
};

/// How a call ended.
#[derive(Clone, Debug)]
pub(crate) enum Response {
    Seen(Seen),
    /// It may have happened, now or later.
    Unknown,
    /// It may have happened once before, if the project was deleted since with every trace of it: a commit whose answer
    /// was lost is made again where everything is as before.
    Before,
    /// It has not happened.
    Failed,
}

/// Makes the call.
pub(crate) fn call(registry: &Registry, project: &str, operation: &Operation) -> Response {
    match run(registry, project, operation) {
        Ok(seen) => Response::Seen(seen),
        Err(Error::Refused(refusal)) => Response::Seen(match reasons(&refusal) {
            Some(mut reasons) => {
                reasons.sort();
                Seen::Refused(reasons)
            }
            None => Seen::Impossible(format!("refused: {refusal}")),
        }),
        Err(Error::CommitUnknown(_)) => Response::Unknown,
        Err(Error::Database(_) | Error::Contended { .. }) => Response::Failed,
        Err(error) => Response::Seen(Seen::Impossible(format!("{error}: {error:?}"))),
    }
}

fn run(registry: &Registry, project: &str, operation: &Operation) -> Result<Seen, Error> {
    let project = String::from(project);
    Ok(match operation.clone() {
        Operation::Apply { given, promote } => {
            let apply = Apply::new(given.iter().map(|given| (project.clone(), object(given))));
            let changes = registry.run(&if promote { apply } else { apply.without_promotion() })?;
            let (made, changes): (Vec<Change>, _) =
                changes.into_iter().partition(|change| change.key.kind == Kind::Project);
            let changes = changes.into_iter().map(applied).collect();
            Seen::Applied { project_made: !made.is_empty(), changes }
        }
        Operation::Materialize { name, at } => {
            let time = Timestamp { seconds: at, nanos: 0 };
            registry.run(&Materialize { project, view: name.into(), start: time, end: time })?;
            Seen::Done
        }
        Operation::Enable { name, enabled } => {
            Seen::Changed(registry.run(&SetEnabled { project, view: name.into(), enabled })?.changed)
        }
        Operation::UserMetadata { name, byte } => {
            let user_metadata = Some(vec![byte]);
            registry.run(&SetUserMetadata { project, view: name.into(), user_metadata })?;
            Seen::Done
        }
        Operation::Delete { name, target } => {
            let deleted = registry.run(&Delete { project, name: name.into(), target })?;
            Seen::Deleted(deleted.into_iter().map(|key| key.kind).collect())
        }
        Operation::DeleteProject => {
            registry.run(&DeleteProject { name: project })?;
            Seen::Done
        }
        Operation::Restore { name, overwrite } => {
            let written = registry.run(&Restore { rows: snapshot(&project, name), overwrite })?;
            Seen::Restored(written.into_iter().map(|key| key.kind).collect())
        }
        Operation::View { name } => {
            let (object, row) = registry.any_view(&project, name)?;
            Seen::View(Box::new(View { user_metadata: row.user_metadata, ..seen(&object) }))
        }
        Operation::List { kind } => {
            let listing = registry.list(&Query::all(kind, Some(&project)))?;
            let views =
                listing.objects.iter().map(|(key, object)| (key.name.clone(), seen(object).definition));
            Seen::List(views.collect())
        }
        Operation::Versions { name } => Seen::Versions(history(&registry.versions(&project, name)?)),
        Operation::Read => match state(&registry.rows(Some(&project))?, &project) {
            Ok(state) => Seen::Everything(Box::new(state)),
            Err(problem) => Seen::Impossible(problem),
        },
    })
}

fn object(given: &Given) -> Object {
    match given {
        Given::View { name, kind, definition } => message(name, *kind, definition),
        Given::Entity { name, tag } => {
            let tags = [("tag".to_owned(), tag.to_string())].into();
            let spec =
                feast::EntitySpecV2 { name: (*name).into(), value_type: 2, tags, ..Default::default() };
            let bytes = feast::Entity { spec: Some(spec), meta: None }.encode_to_vec();
            Object::parse(Kind::Entity, bytes).unwrap()
        }
    }
}

fn applied(change: Change) -> Applied {
    let Change { key: Key { kind, name, .. }, action, version, before, after } = change;
    let shown = kind.is_view() && matches!(action, Action::Created | Action::Updated);
    let view = |bytes| shown.then(|| seen(&Object::parse(kind, bytes).unwrap()));
    Applied { name, kind, action, version, before: before.and_then(view), after: view(after) }
}

/// A view without the times that nobody promises.
fn seen(object: &Object) -> View {
    let view = view(object);
    View { created: 0, updated: if view.updated == RESTORED { RESTORED } else { 0 }, ..view }
}

fn history(versions: &Versions) -> BTreeMap<i32, Definition> {
    let definition = |row: &VersionRow| {
        let kind = Kind::of_history_type(&row.view_type).unwrap();
        Definition { version: None, ..view(&Object::parse(kind, row.bytes.clone()).unwrap()).definition }
    };
    versions.iter().map(|(number, row)| (*number, definition(row))).collect()
}

/// The rows of the project as the reference has them, or what it can never have.
fn state(rows: &Rows, project: &str) -> Result<State, String> {
    let mut state = State {
        views: Model { exists: rows.objects.contains_key(&Key::project(project)), ..Model::default() },
        entities: BTreeMap::new(),
    };
    if !state.views.exists {
        return Err(format!("rows of a project that does not exist: {:?}", rows.objects.keys()));
    }
    if rows.metadata_value(project, PROJECT_UUID).is_none() {
        return Err("a project without an identifier".into());
    }
    for (key, row) in &rows.objects {
        let object = row.object(key).map_err(|error| format!("{key:?}: {error}"))?;
        match key.kind {
            Kind::Entity => {
                state.entities.insert(key.name.clone(), object.tags()["tag"].parse().unwrap());
            }
            kind if kind.is_view() => {
                let view = View { user_metadata: row.user_metadata.clone(), ..seen(&object) };
                if state.views.views.insert(key.name.clone(), view).is_some() {
                    return Err(format!("two views are named `{}`", key.name));
                }
            }
            _ => {}
        }
    }
    let histories = rows.versions.iter().map(|((_, name), versions)| (name.clone(), history(versions)));
    state.views.history = histories.collect();
    Ok(state)
}

/// A feature view and its only version, as an export has them.
fn snapshot(project: &str, name: &str) -> Rows {
    let time = Some(Timestamp { seconds: RESTORED, nanos: 0 });
    let times = Bookkeeping { created: time, last_updated: time, ..Bookkeeping::default() };
    let object = message(name, Kind::FeatureView, &SNAPSHOT).with_bookkeeping(&times).unwrap();
    let bytes = object.into_bytes();
    let info = Kind::FeatureView.info().view.as_ref().unwrap();
    let version = VersionRow {
        view_type: info.history_type.into(),
        bytes: bytes.clone(),
        created: RESTORED,
        description: String::new(),
        version_id: "restored".into(),
    };
    Rows {
        objects: [(
            Key::new(Kind::FeatureView, project, name),
            Row { bytes, last_updated: RESTORED, user_metadata: None },
        )]
        .into(),
        versions: [((project.into(), name.into()), [(0, version)].into())].into(),
        ..Rows::default()
    }
}

fn reasons(refusal: &Refusal) -> Option<Vec<Why>> {
    Some(vec![match refusal {
        Refusal::Several(refusals) => {
            let each: Option<Vec<Vec<Why>>> = refusals.iter().map(reasons).collect();
            return each.map(|each| each.concat());
        }
        Refusal::Invalid { .. } => Why::Invalid,
        Refusal::NameConflict { .. } => Why::NameConflict,
        Refusal::NotFound { .. } => Why::NotFound,
        Refusal::NotMaterializable { .. } => Why::NotMaterializable,
        Refusal::NothingNamed { .. } => Why::NothingNamed,
        Refusal::PinConflict { .. } => Why::PinConflict,
        Refusal::ProjectNotFound { .. } => Why::ProjectNotFound,
        Refusal::WouldOverwrite { .. } => Why::WouldOverwrite,
        _ => return None,
    }])
}
