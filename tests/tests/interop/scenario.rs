//! The scenarios. Each has databases of one sort, our binary and library, and Feast.

use std::{any::Any, cell::RefCell, path::Path};

use anyhow::{Context, Result, ensure};
use feast_registry::{config::RegistryConfig, registry::Registry};
use feast_registry_core::{
    json::Json,
    kind::{INFRA_NAME, Kind},
    operation::{Action, Apply, LAST_UPDATED, Materialize, REVISION},
    proto::feast::core as feast,
    query::Query,
    time::Timestamp,
};
use feast_registry_tests::{
    cli::Cli,
    documents::{differences, remove},
    feast::Feast,
    servers::Endpoint,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::PROJECT;

/// Where fresh databases come from.
pub(crate) enum Databases {
    /// SQLite files.
    Folder,
    /// A server, and what it calls the encoding for all of Unicode.
    Server(&'static Endpoint, &'static str),
}

pub(crate) struct Scenario {
    databases: Databases,
    folder: TempDir,
    feast: &'static Feast,
    cli: Cli,
    kept: RefCell<Vec<Box<dyn Any>>>,
}

impl Scenario {
    pub(crate) fn new(databases: Databases) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let cli = Cli::in_folder(folder.path())?;
        Ok(Scenario { databases, folder, feast: Feast::installed()?, cli, kept: RefCell::default() })
    }

    /// The URL of an empty database.
    pub(crate) fn database(&self, name: &str) -> Result<String> {
        Ok(match &self.databases {
            Databases::Folder => format!("sqlite:///{}", self.folder.path().join(name).display()),
            Databases::Server(server, encoding) => {
                let database = server.fresh_database_in(encoding)?;
                let url = database.url();
                self.kept.borrow_mut().push(Box::new(database));
                url
            }
        })
    }

    fn open(&self, url: &str) -> Result<Registry> {
        Ok(Registry::open(&RegistryConfig::new(url.parse()?))?)
    }

    /// Runs one of Feast's programs.
    pub(crate) fn feast(&self, script: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        Ok(self.feast.run(&Feast::script(script), arguments)?.stdout)
    }

    /// What one of Feast's programs says of a registry.
    pub(crate) fn feast_says(&self, script: &str, arguments: &[&str]) -> Result<Value> {
        self.feast.json(&Feast::script(script), arguments)
    }

    /// Runs our binary, which must succeed.
    fn ours(&self, registry: &str, arguments: &[&str]) -> Result<String> {
        let global = ["--registry", registry, "--project", PROJECT];
        let output = self.cli.run(&[&global, arguments].concat())?;
        ensure!(output.code == 0, "{arguments:?}\n{output}");
        Ok(output.stdout)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

fn same(one: &Value, other: &Value, what: &str) -> Result<()> {
    let found = differences(one, other);
    ensure!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    Ok(())
}

/// Objects as our library reads them, in the shape of `read.py --raw`, without the project.
fn our_objects(registry: &Registry, kind: Kind) -> Result<Vec<(String, Value)>> {
    let listing = registry.list(&Query::all(kind, Some(PROJECT)))?;
    ensure!(listing.damaged.is_empty(), "{:?}", listing.damaged);
    let objects = listing.objects.into_iter();
    let objects = objects.map(|(key, object)| {
        let mut json = serde_json::to_value(Json::new(kind.info().message, object.bytes()))?;
        without_project(&mut json);
        Ok((key.name, json))
    });
    objects.collect()
}

fn without_project(object: &mut Value) {
    remove(object, &["spec", "project"]);
    remove(object, &["project"]);
}

pub(crate) fn what_feast_writes_we_read_and_keep(scenario: &Scenario) -> Result<()> {
    let url = scenario.database("feast.db")?;
    scenario.feast("populate.py", &[&url, PROJECT])?;
    let raw = scenario.feast_says("read.py", &["--raw", &url])?;
    let said = scenario.feast_says("read.py", &[&url, PROJECT])?;

    // We read what is stored, field by field, and the binary shows every object by its name.
    let registry = scenario.open(&url)?;
    let mut kinds = 0;
    for kind in Kind::all() {
        let info = kind.info();
        let rows = raw[info.table.name].as_array().context("no such table")?;
        let rows = rows.iter().filter(|row| row["project_id"] == PROJECT);
        let mut stored: Vec<(String, Value)> = rows
            .map(|row| {
                let mut json = row[info.table.value_column]["json"].clone();
                without_project(&mut json);
                (row[info.table.name_column].as_str().unwrap_or_default().to_owned(), json)
            })
            .collect();
        stored.sort_by(|(one, _), (other, _)| one.cmp(other));
        let ours = our_objects(&registry, kind)?;
        same(&serde_json::to_value(&stored)?, &serde_json::to_value(&ours)?, info.plural)?;
        ensure!(!ours.is_empty(), "Feast stored no {kind}");
        kinds += 1;
        if kind == Kind::Infra {
            continue;
        }
        let listed = scenario.ours(&url, &[info.plural, "list", "-o", "name"])?;
        let listed: Vec<&str> = listed.lines().collect();
        for (name, object) in &ours {
            ensure!(kind == Kind::Project || listed.contains(&name.as_str()), "{kind} {name} in {listed:?}");
            let described = scenario.ours(&url, &[info.plural, "describe", name, "-o", "json"])?;
            let mut described: Value = serde_json::from_str(&described)?;
            remove(&mut described, &["kind"]);
            without_project(&mut described);
            same(&described, object, &format!("{kind} {name}"))?;
        }
    }
    assert_eq!(kinds, 12);

    // Versions: the numbers and definitions that Feast sees.
    for (view, versions) in said["versions"].as_object().context("versions")? {
        let ours = registry.versions(PROJECT, view)?;
        let numbers: Vec<i64> =
            versions.as_array().into_iter().flatten().filter_map(|v| v["number"].as_i64()).collect();
        assert_eq!(ours.keys().map(|number| i64::from(*number)).collect::<Vec<_>>(), numbers, "{view}");
        let shown = scenario.ours(&url, &["feature-views", "list-versions", view])?;
        assert_eq!(shown.lines().count(), numbers.len() + 1, "{shown}");
    }

    // Applying what is there changes nothing, not a byte and not a time.
    let all = registry.rows(Some(PROJECT))?;
    let objects = all.objects.iter().map(|(key, row)| Ok((PROJECT.to_owned(), row.object(key)?)));
    let changes = registry.run(&Apply::new(objects.collect::<Result<Vec<_>>>()?))?;
    let changed: Vec<_> =
        changes.iter().filter(|change| change.action != Action::Unchanged).map(|c| &c.key).collect();
    assert!(changed.is_empty(), "{changed:?}");
    let after = scenario.feast_says("read.py", &["--raw", &url])?;
    same(&raw, &after, "the rows after applying them again")?;

    // Our export is a registry file to Feast.
    let exported = scenario.path("export.pb");
    scenario.ours(&url, &["registry", "export", &exported])?;
    let mut from_file = scenario.feast_says("snapshot.py", &["--read", &exported, PROJECT])?;
    let mut said = said;
    for document in [&mut from_file, &mut said] {
        // Not part of Feast's registry files.
        for key in ["userMetadata", "projectMetadata", "projects"] {
            remove(document, &[key]);
        }
    }
    same(&said, &from_file, "the export as Feast reads it")?;

    // Our writes on Feast's rows.
    let (start, end) = (Timestamp::parse("2026-07-01")?, Timestamp::parse("2026-07-02")?);
    let view =
        said["materializations"].as_object().and_then(|views| views.keys().next()).context("a view")?;
    registry.run(&Materialize { project: PROJECT.into(), view: view.clone(), start, end })?;
    let now = scenario.feast_says("read.py", &[&url, PROJECT])?;
    let intervals =
        |document: &Value| document["materializations"][view].as_array().cloned().unwrap_or_default();
    let (before, after) = (intervals(&said), intervals(&now));
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after[before.len()][0], "2026-07-01T00:00:00.000000+00:00");
    Ok(())
}

pub(crate) fn what_we_write_feast_reads_and_writes_on(scenario: &Scenario) -> Result<()> {
    let source = scenario.database("source.db")?;
    scenario.feast("populate.py", &[&source, PROJECT])?;
    let expected = scenario.feast_says("read.py", &[&source, PROJECT])?;
    let exported = scenario.path("export.pb");
    scenario.ours(&source, &["registry", "export", &exported])?;

    // A restore: to Feast everything is as it was, times, versions and intervals included.
    let restored = scenario.database("restored.db")?;
    scenario.ours(&restored, &["registry", "import", &exported])?;
    let read = scenario.feast_says("read.py", &[&restored, PROJECT])?;
    let mut comparable = (expected.clone(), read);
    for document in [&mut comparable.0, &mut comparable.1] {
        remove(document, &["projects"]);
        remove(document, &["projectMetadata", LAST_UPDATED]);
        remove(document, &["projectMetadata", REVISION]);
    }
    same(&comparable.0, &comparable.1, "the import as Feast reads it")?;
    let rows = scenario.feast_says("read.py", &["--raw", &restored])?;
    assert_eq!(rows["managed_infra"][0]["infra_name"], INFRA_NAME);

    // An apply into an empty registry: the same definitions, with times and versions of their own.
    let applied = scenario.database("applied.db")?;
    scenario.ours(&applied, &["apply", "-f", &exported])?;
    let read = scenario.feast_says("read.py", &[&applied, PROJECT])?;
    let mut objects = (expected["objects"].clone(), read["objects"].clone());
    for document in [&mut objects.0, &mut objects.1] {
        for time in ["createdTimestamp", "lastUpdatedTimestamp", "currentVersionNumber"] {
            remove(document, &["*", "*", "meta", time]);
        }
    }
    same(&objects.0, &objects.1, "the apply as Feast reads it")?;
    same(&expected["infra"], &read["infra"], "the infra")?;

    // Feast goes on writing where we wrote, and we read that.
    for url in [&restored, &applied] {
        let wrote = scenario.feast_says("rewrite.py", &[url, PROJECT])?;
        let registry = scenario.open(url)?;
        let name = |what: &str| wrote[what]["name"].as_str().unwrap_or_default().to_owned();
        let entity = registry.get(Kind::Entity, PROJECT, &name("entity"))?;
        assert_eq!(entity.tags()["rewritten_by"], "feast");
        let view = registry.get(Kind::FeatureView, PROJECT, &name("featureView"))?;
        let version = wrote["featureView"]["version"].as_i64();
        let intervals = wrote["featureView"]["materializations"].as_u64();
        assert_eq!(view.bookkeeping().intervals.len() as u64, intervals.unwrap_or_default());
        let versions = registry.versions(PROJECT, &name("featureView"))?;
        assert_eq!(versions.keys().next_back().map(|number| i64::from(*number)), version);
        assert!(registry.get(Kind::FeatureService, PROJECT, &name("featureService")).is_err());
        registry.get(Kind::Entity, PROJECT, "written_by_feast")?;
        // And we go on where Feast wrote.
        let grown = grow(view)?;
        let change = registry.run(&Apply::new([(PROJECT.to_owned(), grown)]))?.pop().context("a change")?;
        assert_eq!(change.version.map(i64::from), version.map(|version| version + 1));
        scenario.feast_says("read.py", &[url, PROJECT])?;
    }
    Ok(())
}

pub(crate) fn unknown_fields_survive_our_writes_beside_feast(scenario: &Scenario) -> Result<()> {
    let url = scenario.database("newer.db")?;
    scenario.feast("populate.py", &[&url, PROJECT])?;
    // The definitions as a client of this version has them, without what a newer one added.
    let registry = scenario.open(&url)?;
    let plain = registry.rows(Some(PROJECT))?;
    scenario.feast("inject.py", &["--deep", &url, PROJECT])?;

    let objects = plain.objects.iter().map(|(key, row)| {
        let object = row.object(key)?;
        let path = key.kind.info().at.description;
        let described = format!("{} (edited)", object.description());
        Ok((PROJECT.to_owned(), object.with_text(path, &described)?))
    });
    registry.run(&Apply::new(objects.collect::<Result<Vec<_>>>()?))?;
    let view =
        plain.versions.keys().find_map(|(_, view)| registry.get(Kind::FeatureView, PROJECT, view).ok());
    let view = view.context("a feature view with versions")?;
    let name = view.name();
    registry.run(&Apply::new([(PROJECT.to_owned(), grow(view)?)]))?;
    let (start, end) = (Timestamp::parse("2026-07-01")?, Timestamp::parse("2026-07-02")?);
    registry.run(&Materialize { project: PROJECT.into(), view: name, start, end })?;
    let checked = scenario.feast_says("inject.py", &["--check", &url, PROJECT])?;
    assert!(checked["blobs"].as_u64() > Some(20), "{checked}");
    // Feast reads what we kept.
    scenario.feast_says("read.py", &[&url, PROJECT])?;

    // Through export and import too.
    let (exported, copy) = (scenario.path("newer.pb"), scenario.database("copy.db")?);
    scenario.ours(&url, &["registry", "export", &exported])?;
    scenario.ours(&copy, &["registry", "import", &exported])?;
    let copied = scenario.feast_says("inject.py", &["--check", &copy, PROJECT])?;
    assert_eq!(copied["blobs"], checked["blobs"]);

    // Enum numbers and fields of a newer Feast are shown, not dropped.
    scenario.feast("inject.py", &["--future", &url, PROJECT])?;
    let entity = scenario.ours(&url, &["entities", "describe", "from_the_future", "-o", "json"])?;
    assert_eq!(serde_json::from_str::<Value>(&entity)?["spec"]["valueType"], 999);
    Ok(())
}

pub(crate) fn a_registry_file_of_feasts(scenario: &Scenario) -> Result<()> {
    let file = scenario.path("registry.db");
    scenario.feast("snapshot.py", &["--file", &file, PROJECT])?;
    let expected = scenario.feast_says("snapshot.py", &["--read", &file, PROJECT])?;
    let before = std::fs::read(Path::new(&file))?;
    for (kind, objects) in expected["objects"].as_object().context("objects")? {
        let kind = Kind::find(kind).context("a kind")?;
        let listed = scenario.ours(&file, &[kind.info().plural, "list", "-o", "name"])?;
        let listed: Vec<&str> = listed.lines().collect();
        let names = objects.as_object().context("names")?;
        // The group of feature views lists those of all kinds.
        assert!(kind == Kind::FeatureView || listed.len() == names.len(), "{kind}: {listed:?}");
        for name in names.keys() {
            assert!(listed.contains(&name.as_str()), "{kind} {name} in {listed:?}");
        }
    }
    let global = ["--registry", &file, "--project", PROJECT];
    let refused = scenario.cli.run(&[&global[..], &["entities", "delete", "driver"]].concat())?;
    assert_ne!(refused.code, 0);
    assert!(refused.stderr.contains("only read") && refused.stderr.contains("hint:"), "{refused}");
    assert_eq!(std::fs::read(Path::new(&file))?, before);

    let url = scenario.database("imported.db")?;
    scenario.ours(&url, &["registry", "import", &file])?;
    let mut read = scenario.feast_says("read.py", &[&url, PROJECT])?;
    let mut expected = expected;
    for document in [&mut read, &mut expected] {
        // A database gives each project an identity, which Feast's files do without.
        remove(document, &["projectMetadata"]);
    }
    same(&expected, &read, "the import as Feast reads it")
}

/// The view with one more feature.
fn grow(view: feast_registry_core::object::Object) -> Result<feast_registry_core::object::Object> {
    use feast_registry_core::{object::Object, wire};
    use prost::Message;

    let feature = feast::FeatureSpecV2 { name: "added_by_us".into(), value_type: 4, ..Default::default() };
    let bytes = wire::edit_at::<wire::WireError>(view.bytes(), &[1], &mut |spec| {
        let mut spec = spec.to_vec();
        wire::put_bytes(&mut spec, 4, &feature.encode_to_vec());
        Ok(spec)
    })?;
    Ok(Object::parse(Kind::FeatureView, bytes)?)
}
