//! One of each change, on a registry that has something for each of them to work on.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Result;
use feast_registry::{
    driver::{Access, Driver},
    error::Error,
    registry::Registry,
};
use feast_registry_core::{
    kind::Kind,
    object::{Bookkeeping, Object},
    operation::{
        AdoptProjects, Apply, Context, Delete, DeleteProject, LAST_UPDATED, Materialize, Operation,
        PROJECT_UUID, Plan, PurgeMetadata, REVISION, Reads, Restore, SetEnabled, SetProjectMetadata,
        SetState, SetUserMetadata, Target, Write,
    },
    proto::feast::core as feast,
    refusal::Refusal,
    rows::{Key, Row, Rows},
    time::Timestamp,
};
use prost::Message;

use super::databases::on;

/// The project that most changes are to.
pub(crate) const PROJECT: &str = "drivers";
/// Another one.
const OTHER: &str = "riders";
/// One that only `feast_metadata` knows.
const ORPHAN: &str = "orphan";
/// One that a change makes.
const NEW: &str = "new";

type Run = Box<dyn Fn(&Registry) -> Result<(), Error> + Send + Sync>;

/// A change.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    run: Run,
    /// Whether making it once more changes nothing further.
    pub(crate) idempotent: bool,
}

impl Case {
    /// Makes the change.
    pub(crate) fn run(&self, registry: &Registry) -> Result<(), Error> {
        (self.run)(registry)
    }

    /// The registry as it is once the change is made, [`masked`].
    pub(crate) fn result(&self) -> Result<Rows> {
        let registry = Registry::in_memory();
        registry.run(&Put::everything()?)?;
        self.run(&registry)?;
        masked(registry.rows(None)?)
    }
}

fn case<O: Operation + Send + Sync + 'static>(name: &'static str, operation: O) -> Case {
    let run = Box::new(move |registry: &Registry| registry.run(&operation).map(drop));
    Case { name, run, idempotent: true }
}

/// Every operation, the apply in the forms that write differently.
pub(crate) fn cases() -> Vec<Case> {
    let own = |object| (PROJECT.to_owned(), object);
    let tagged = |name| view(name, &["rate"], |spec| spec.owner = "somebody".into());
    let widened = |name| view(name, &["rate", "total"], |_| {});
    let pinned = own(view("rates", &["rate"], |spec| spec.version = "v0".into()));
    let mixed = [
        own(entity("driver", "the same id")),
        own(entity("car", "")),
        own(tagged("kept")),
        own(widened("rates")),
        own(view("fresh", &["rate"], |_| {})),
        (OTHER.to_owned(), entity("rider", "")),
        (NEW.to_owned(), view("first", &["rate"], |_| {})),
    ];
    let restored = || -> Rows {
        let registry = Registry::in_memory();
        registry.run(&Apply::new([own(widened("rates")), own(entity("restored", ""))])).unwrap();
        registry.rows(None).unwrap()
    };
    let (project, view) = (PROJECT.to_owned(), "rates".to_owned());
    let materialize = Materialize {
        project: project.clone(),
        view: view.clone(),
        start: Timestamp { seconds: 86_400, nanos: 0 },
        end: Timestamp { seconds: 172_800, nanos: 0 },
    };
    let delete = |name: &str, target| Delete { project: PROJECT.into(), name: name.into(), target };
    vec![
        case("apply a new object", Apply::new([own(entity("car", ""))])),
        case("apply to a new project", Apply::new([(NEW.to_owned(), entity("car", ""))])),
        case("apply a changed object", Apply::new([own(entity("driver", "the same id"))])),
        case("apply a tag", Apply::new([own(tagged("rates"))])),
        case("apply a schema", Apply::new([own(widened("rates"))])),
        case("apply without promotion", Apply::new([own(widened("rates"))]).without_promotion()),
        case("apply a pin", Apply::new([pinned])),
        case("apply what is there", Apply::new([own(entity("driver", ""))])),
        case("apply a batch", Apply::new(mixed)),
        case("delete an entity", delete("driver", Target::Kind(Kind::Entity))),
        case("delete a view", delete("rates", Target::View)),
        case("delete a project", DeleteProject { name: PROJECT.into() }),
        Case { idempotent: false, ..case("materialize", materialize) },
        case(
            "set user metadata",
            SetUserMetadata {
                project: project.clone(),
                view: view.clone(),
                user_metadata: Some(b"note".into()),
            },
        ),
        case(
            "set project metadata",
            SetProjectMetadata { project: project.clone(), key: "team".into(), value: "growth".into() },
        ),
        case("disable", SetEnabled { project: project.clone(), view: view.clone(), enabled: false }),
        case("set state", SetState { project, view, state: 3 }),
        case("restore", Restore { rows: restored(), overwrite: true }),
        case("adopt projects", AdoptProjects),
        case("purge metadata", PurgeMetadata),
    ]
}

/// The case of that name.
#[allow(dead_code, reason = "the example runs one")]
pub(crate) fn named(name: &str) -> Option<Case> {
    cases().into_iter().find(|case| case.name == name)
}

fn object(kind: Kind, message: &impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}

pub(crate) fn entity(name: &str, description: &str) -> Object {
    let (name, description) = (name.into(), description.into());
    let spec =
        feast::EntitySpecV2 { name, description, join_key: "id".into(), value_type: 2, ..Default::default() };
    object(Kind::Entity, &feast::Entity { spec: Some(spec), meta: None })
}

pub(crate) fn view(
    name: &str,
    features: &[&str],
    change: impl FnOnce(&mut feast::FeatureViewSpec),
) -> Object {
    let feature =
        |name: &&str| feast::FeatureSpecV2 { name: (*name).into(), value_type: 5, ..Default::default() };
    let mut spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec!["driver".into()],
        features: features.iter().map(feature).collect(),
        ..Default::default()
    };
    change(&mut spec);
    object(Kind::FeatureView, &feast::FeatureView { spec: Some(spec), meta: None })
}

/// The tables that the cases write to.
const TABLES: [&str; 5] =
    ["projects", "entities", "feature_views", "feature_view_version_history", "feast_metadata"];

/// Puts a database in the state that the cases start from.
pub(crate) fn reset(driver: &Arc<dyn Driver>, start: &Put) -> Result<()> {
    let mut connection = driver.connect()?;
    connection.begin(Access::Write)?;
    for table in TABLES {
        connection.execute(&format!("DELETE FROM {table}").into())?;
    }
    connection.commit()?;
    drop(connection);
    Ok(on(Arc::clone(driver)).run(start)?)
}

/// Puts rows where there are none.
pub(crate) struct Put(Rows);

impl Put {
    /// The registry that the cases start from.
    pub(crate) fn everything() -> Result<Put> {
        let registry = Registry::in_memory();
        let own = |object| (PROJECT.to_owned(), object);
        registry.run(&Apply::new([
            own(entity("driver", "")),
            own(view("rates", &["first"], |_| {})),
            own(view("kept", &["rate"], |_| {})),
            (OTHER.to_owned(), entity("rider", "")),
        ]))?;
        registry.run(&Apply::new([own(view("rates", &["rate"], |_| {}))]))?;
        let (start, end) = (Timestamp { seconds: 0, nanos: 0 }, Timestamp { seconds: 86_400, nanos: 0 });
        let (project, view) = (PROJECT.to_owned(), "rates".to_owned());
        registry.run(&Materialize { project: project.clone(), view, start, end })?;
        let (key, value) = ("team".to_owned(), "core".to_owned());
        registry.run(&SetProjectMetadata { project, key, value })?;
        let (key, value) = (PROJECT_UUID.to_owned(), "3e7e1b8a-0000-4000-8000-000000000000".to_owned());
        registry.run(&SetProjectMetadata { project: ORPHAN.into(), key, value })?;
        let mut rows = registry.rows(None)?;
        // Long ago, so that every write is seen.
        rows.objects.values_mut().for_each(|row| row.last_updated = 1);
        for ((_, key), value) in &mut rows.metadata {
            if key == LAST_UPDATED {
                *value = "1".into();
            }
        }
        Ok(Put(rows))
    }
}

impl Operation for Put {
    type Outcome = ();

    fn reads(&self) -> Reads {
        Reads::default()
    }

    fn decide(&self, _: &Rows, _: &Context) -> Result<Plan<()>, Refusal> {
        let objects = self.0.objects.iter().map(|(key, row)| Write::Insert(key.clone(), row.clone()));
        let versions = self.0.versions.iter().flat_map(|((project, name), versions)| {
            versions.iter().map(|(number, row)| Write::InsertVersion {
                project: project.clone(),
                name: name.clone(),
                number: *number,
                row: row.clone(),
            })
        });
        let metadata = self.0.metadata.iter().map(|((project, key), value)| Write::PutMetadata {
            project: project.clone(),
            key: key.clone(),
            value: value.clone(),
            last_updated: 1,
        });
        Ok(Plan { writes: objects.chain(versions).chain(metadata).collect(), outcome: () })
    }
}

/// The rows without what differs from one run to another: times and identifiers, though not whether there are any.
pub(crate) fn masked(mut rows: Rows) -> Result<Rows> {
    let then = Some(Timestamp { seconds: 1, nanos: 0 });
    let mask = |key: &Key, bytes: &[u8]| -> Result<Vec<u8>> {
        let object = Object::parse(key.kind, bytes.to_vec())?;
        let books = object.bookkeeping();
        let (created, last_updated) = (books.created.and(then), books.last_updated.and(then));
        Ok(object.with_bookkeeping(&Bookkeeping { created, last_updated, ..books })?.into_bytes())
    };
    let objects = rows.objects.into_iter().map(|(key, row)| {
        let bytes = mask(&key, &row.bytes)?;
        Ok((key, Row { bytes, last_updated: 1.min(row.last_updated), ..row }))
    });
    rows.objects = objects.collect::<Result<BTreeMap<_, _>>>()?;
    for ((project, name), versions) in &mut rows.versions {
        for row in versions.values_mut() {
            let kind = Kind::of_history_type(&row.view_type).unwrap_or(Kind::FeatureView);
            row.bytes = mask(&Key::new(kind, project.clone(), name.clone()), &row.bytes)?;
            (row.created, row.version_id) = (1, String::new());
        }
    }
    for ((_, key), value) in &mut rows.metadata {
        if [PROJECT_UUID, LAST_UPDATED, REVISION].contains(&key.as_str()) {
            value.clear();
        }
    }
    Ok(rows)
}
