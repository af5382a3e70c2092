//! The Python that the catalog writes for objects, run by Feast: every definition that Feast once stored, each version
//! of a view and every object, makes the same definition again.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use feast_registry_core::{
    catalog::{Catalog, Entry, Ref, versions::DefinitionFormat},
    kind::Kind,
};
use feast_registry_tests::documents::{differences, remove};
use serde_json::Value;

use crate::{PROJECT, scenario::Scenario};

/// What stands on what.
const ORDER: [Kind; 11] = [
    Kind::Project,
    Kind::Entity,
    Kind::DataSource,
    Kind::FeatureView,
    Kind::StreamFeatureView,
    Kind::OnDemandFeatureView,
    Kind::LabelView,
    Kind::FeatureService,
    Kind::SavedDataset,
    Kind::ValidationReference,
    Kind::Permission,
];

pub(crate) fn what_we_print_as_python_defines_the_same(scenario: &Scenario) -> Result<()> {
    let file = scenario.path("registry.db");
    scenario.feast("snapshot.py", &["--file", &file, PROJECT])?;
    let catalog = Catalog::open(fs::read(&file)?)?;
    let folder = scenario.path("definitions");
    fs::create_dir(&folder)?;
    write(&catalog, Path::new(&folder))?;

    let url = scenario.database("defined.db")?;
    let references = scenario.feast_says("define.py", &[&url, PROJECT, &folder])?;
    let mut defined = scenario.feast_says("read.py", &[&url, PROJECT])?;
    let mut stored = scenario.feast_says("snapshot.py", &["--read", &file, PROJECT])?;
    defined["objects"]["ValidationReference"] = references;
    for reference in
        stored["objects"]["ValidationReference"].as_object_mut().context("no references")?.values_mut()
    {
        remove(reference, &["geProfiler"]);
        remove(reference, &["geProfile"]);
    }
    for kind in ORDER {
        let [defined, stored] = [&mut defined, &mut stored].map(|document| {
            let mut objects = document["objects"][kind.info().name].take();
            objects
                .as_object_mut()
                .into_iter()
                .flat_map(|all| all.values_mut())
                .for_each(without_bookkeeping);
            objects
        });
        let count = stored.as_object().map_or(0, serde_json::Map::len);
        ensure!(count > 0, "Feast stored no {kind}");
        let found = differences(&stored, &defined);
        ensure!(found.is_empty(), "{kind}:\n{}", found.join("\n"));
    }
    for document in [&mut defined, &mut stored] {
        for version in document["versions"].as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
            version.as_array_mut().into_iter().flatten().for_each(|version| {
                without_bookkeeping(&mut version["definition"]);
                remove(version, &["created"]);
                remove(version, &["versionId"]);
            });
        }
    }
    let found = differences(&stored["versions"], &defined["versions"]);
    ensure!(found.is_empty(), "versions:\n{}", found.join("\n"));
    Ok(())
}

fn without_bookkeeping(object: &mut Value) {
    remove(object, &["meta"]);
}

/// A module for each object, and before that of a view one for each of its recorded versions.
fn write(catalog: &Catalog<'_>, folder: &Path) -> Result<()> {
    let mut count = 0;
    let mut add = |entry: &Entry<'_>, version| {
        let python = catalog.definition(&Ref::of(entry), DefinitionFormat::Python, version);
        let python =
            python.map_err(|problem| anyhow::anyhow!("{} {}: {problem:?}", entry.kind, entry.name))?;
        count += 1;
        anyhow::Ok(fs::write(folder.join(format!("{count:03}_{}.py", entry.kind.info().table.name)), python)?)
    };
    for kind in ORDER {
        for entry in catalog.of_kind(kind).filter(|entry| entry.project == PROJECT) {
            for record in catalog.versions_of(entry.id) {
                add(&entry, Some(record.number))?;
            }
            add(&entry, None)?;
        }
    }
    Ok(())
}
