//! `registry`: its tables, and whole copies of it.

use anyhow::{Result, ensure};
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn tables_are_created_and_verified() -> Result<()> {
    let store = Store::empty()?;
    assert_snapshot!(store.run("registry verify-schema")?, @"
    exit code 5
    --- stdout
    unfit: table `projects` is missing
    unfit: table `entities` is missing
    unfit: table `data_sources` is missing
    unfit: table `feature_views` is missing
    unfit: table `stream_feature_views` is missing
    unfit: table `on_demand_feature_views` is missing
    unfit: table `label_views` is missing
    unfit: table `feature_services` is missing
    unfit: table `saved_datasets` is missing
    unfit: table `validation_references` is missing
    unfit: table `permissions` is missing
    unfit: table `managed_infra` is missing
    unfit: table `feature_view_version_history` is missing
    unfit: table `feast_metadata` is missing
    --- stderr
    error: the registry cannot work with its tables as they are

    hint: create missing tables with `registry create-schema`; the statements above put right what can be put right without loss
    ");
    assert_snapshot!(store.run("registry create-schema")?, @"
    exit code 0
    --- stdout
    Created in sqlite:///registry.db: projects, entities, data_sources, feature_views, stream_feature_views, on_demand_feature_views, label_views, feature_services, saved_datasets, validation_references, permissions, managed_infra, feature_view_version_history, feast_metadata
    --- stderr
    ");
    assert_snapshot!(store.run("registry create-schema")?, @"
    exit code 0
    --- stdout
    All tables are there already in sqlite:///registry.db
    --- stderr
    ");
    assert_snapshot!(store.run("registry create-schema -o json")?, @"
    exit code 0
    --- stdout
    []
    --- stderr
    ");
    assert_snapshot!(store.run("registry verify-schema")?, @"
    exit code 0
    --- stdout
    The tables in sqlite:///registry.db are as the registry needs them
    --- stderr
    ");
    assert_snapshot!(store.run("registry verify-schema -o json")?, @"
    exit code 0
    --- stdout
    []
    --- stderr
    ");
    Ok(())
}

/// A copy has everything: what is exported from it is the same.
#[test]
fn an_export_is_imported_into_an_empty_registry() -> Result<()> {
    let store = Store::with_two_projects()?;
    store.does("materializations add driver_live 2026-01-01 2026-01-02")?;
    store.does("feature-views disable customer_daily")?;
    store.does("metadata set release 2026.1")?;
    for format in ["pb", "json", "yaml"] {
        let file = format!("export.{format}");
        let told = store.run(&format!("registry export {file}"))?;
        assert_eq!(told.stderr, format!("note: wrote 20 objects to `{file}`\n"));
        let copy = Store::empty()?;
        copy.write(&file, store.read(&file)?)?;
        assert_eq!(
            copy.does(&format!("registry import {file}"))?,
            "Imported 18 objects of project driver_ranking\nImported 2 objects of project rides\n"
        );
        assert!(copy.exported()? == store.exported()?, "{format}");
        assert_eq!(copy.does(&format!("registry import {file}"))?, "No changes to registry\n");
    }
    Ok(())
}

#[test]
fn an_export_goes_through_a_pipe() -> Result<()> {
    let store = Store::example()?;
    let exported = store.command("registry export").output()?;
    ensure!(exported.status.success() && exported.stderr.is_empty(), "{exported:?}");
    let copy = Store::empty()?;
    assert_snapshot!(copy.input(exported.stdout).run(&["registry", "import", "-"])?, @"
    exit code 0
    --- stdout
    Imported 18 objects of project driver_ranking
    --- stderr
    ");
    assert!(copy.exported()? == store.exported()?);
    assert_snapshot!(store.in_terminal("registry export", 100, &[("NO_COLOR", "1")])?, @"
    error: a serialized registry is not for a terminal

    hint: name a file, redirect the output, or pass `--format yaml`
    ");
    Ok(())
}

#[test]
fn one_project_is_exported() -> Result<()> {
    let store = Store::with_two_projects()?;
    assert_snapshot!(store.run("registry export --format yaml --project rides")?, @"
    exit code 0
    --- stdout
    entities:
    - spec:
        name: rider
        joinKey: rider_id
        project: rides
      meta:
        createdTimestamp: '[now]'
        lastUpdatedTimestamp: '[now]'
    registrySchemaVersion: '1'
    lastUpdated: '[now]'
    projectMetadata:
    - project: rides
      projectUuid: [uuid]
    projects:
    - spec:
        name: rides
      meta:
        createdTimestamp: '[now]'
        lastUpdatedTimestamp: '[now]'
    supplement:
      metadata:
      - project: rides
        key: last_updated_timestamp
        value: '[now]'
    --- stderr
    ");
    Ok(())
}

#[test]
fn an_import_overwrites_only_when_asked_to() -> Result<()> {
    let store = Store::example()?;
    store.run("registry export before.pb")?;
    let before = store.exported()?;
    store.apply("kind: Entity\nspec: {name: driver, description: Changed}", "")?;
    let changed = store.exported()?;
    assert_snapshot!(store.run("registry import before.pb")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: the snapshot would overwrite entity `driver` of project `driver_ranking`

    hint: import into an empty project, or pass `--overwrite` to replace the objects of the same name
    ");
    assert!(store.exported()? == changed, "a refused import has written");
    assert_snapshot!(store.run("registry import before.pb --overwrite -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "Entity",
        "project": "driver_ranking",
        "name": "driver"
      }
    ]
    --- stderr
    "#);
    let restored = store.does("entities describe driver")?;
    assert!(restored.contains("Someone who drives"), "{restored}");
    assert!(store.exported()? == before);
    Ok(())
}

#[test]
fn a_registry_file_is_read_in_place() -> Result<()> {
    let store = Store::example()?;
    store.run("registry export registry.pb")?;
    for line in ["entities list", "feature-views describe trip_estimate", "features list", "registry-dump"] {
        assert_eq!(store.does(&format!("--registry registry.pb {line}"))?, store.does(line)?);
    }
    assert_snapshot!(store.run("--registry registry.pb entities delete driver")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: `registry.pb` is a registry file, which is only read

    hint: name a database, as in `--registry sqlite:///registry.db`; `registry import FILE` copies a registry file into it
    ");
    assert_snapshot!(store.run("--registry registry.pb registry verify-schema")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: `registry.pb` is a registry file, which is only read

    hint: name a database, as in `--registry sqlite:///registry.db`; `registry import FILE` copies a registry file into it
    ");
    Ok(())
}
