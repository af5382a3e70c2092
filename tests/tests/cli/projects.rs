//! `projects`.

use anyhow::Result;
use feast_registry_tests::{cli::Cli, registry_server::RegistryServer};
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn the_current_project_is_shown() -> Result<()> {
    let store = Store::with_two_projects()?;
    assert_snapshot!(store.run("projects current_project -o table")?, @"
    exit code 0
    --- stdout
    NAME            DESCRIPTION                              TAGS                     OWNER
    driver_ranking  Ranks the drivers nearest to a customer  team:ranking, tier:demo  ranking@example.com
    --- stderr
    ");
    assert_snapshot!(store.run("projects current-project -o name --project rides")?, @"
    exit code 0
    --- stdout
    rides
    --- stderr
    ");
    assert_eq!(store.does("projects current_project")?, store.does("projects describe driver_ranking")?);
    assert_snapshot!(store.run("projects current_project --project nothing")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: project `nothing` does not exist

    hint: `projects list` shows the projects of this registry
    ");
    Ok(())
}

#[test]
fn a_project_is_deleted_whole_when_confirmed() -> Result<()> {
    let store = Store::with_two_projects()?;
    let before = store.exported()?;
    assert_snapshot!(store.run("projects delete rides")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: standard input is not a terminal, so that nobody can be asked: Delete project `rides` with its 1 object from sqlite:///registry.db?

    hint: pass `--yes` to do it without being asked
    ");
    assert!(store.exported()? == before, "the registry has changed");
    assert_snapshot!(store.run("projects delete rides --yes")?, @"
    exit code 0
    --- stdout
    Deleted project rides
    --- stderr
    ");
    assert_snapshot!(store.run("projects delete rides -y")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: project `rides` does not exist

    hint: `projects list` shows the projects of this registry
    ");
    assert_snapshot!(store.run("projects list")?, @"
    exit code 0
    --- stdout
    NAME            DESCRIPTION                              TAGS                     OWNER
    driver_ranking  Ranks the drivers nearest to a customer  team:ranking, tier:demo  ranking@example.com
    --- stderr
    ");
    assert_snapshot!(store.run("projects delete driver_ranking -y -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "Project",
        "project": "driver_ranking",
        "name": "driver_ranking"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("entities list")?, @"
    exit code 0
    --- stdout
    NAME  DESCRIPTION  TYPE
    --- stderr
    note: project `driver_ranking` does not exist in this registry
    ");
    Ok(())
}

#[test]
fn a_person_is_asked_first() -> Result<()> {
    let store = Store::with_two_projects()?;
    // Nobody answers: the terminal's input is at its end.
    assert_snapshot!(store.in_terminal("projects delete rides", 100, &[("NO_COLOR", "1")])?, @"
    Delete project `rides` with its 1 object from sqlite:///registry.db? [y/N]: 
    error: aborted
    ");
    assert_eq!(store.does("projects list -o name")?, "driver_ranking\nrides\n");
    Ok(())
}

#[test]
fn a_protected_project_is_not_deleted() -> Result<()> {
    let store = Store::example()?;
    store.apply(
        "kind: Project\nspec: {name: driver_ranking, tags: {feast.dev/protected-project: 'true'}}",
        "",
    )?;
    assert_snapshot!(store.run("projects delete driver_ranking --yes")?, @r#"
    exit code 1
    --- stdout
    --- stderr
    error: project `driver_ranking` is protected by its tag `feast.dev/protected-project: "true"`

    hint: remove the tag first: apply the project's definition without it
    "#);
    assert_snapshot!(store.run("teardown --yes")?, @r#"
    exit code 1
    --- stdout
    --- stderr
    error: project `driver_ranking` is protected by its tag `feast.dev/protected-project: "true"`

    hint: remove the tag first: apply the project's definition without it
    "#);
    store.apply("kind: Project\nspec: {name: driver_ranking}", "")?;
    store.does("projects delete driver_ranking --yes")?;
    Ok(())
}

#[test]
fn the_environment_protects_the_project_and_its_absence_changes_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store =
        "project: shop\nprovider: local\nregistry: {registry_type: sql, path: 'sqlite:///registry.db'}\n";
    std::fs::write(folder.path().join("feature_store.yaml"), store)?;
    let cli = Cli::in_folder(folder.path())?;
    let tags = "kind: Project\nspec: {name: shop, tags: {team: ml}}\n";
    assert_eq!(cli.clone().input(tags).run(&["apply", "-f", "-"])?.code, 0);
    let described = || anyhow::Ok(cli.run(&["projects", "describe", "shop"])?.stdout);
    let started = |value: Option<&str>, arguments: &[&str]| {
        let cli = match value {
            Some(value) => cli.clone().variable("FEAST_PROTECTED_PROJECT", value),
            None => cli.clone(),
        };
        RegistryServer::start(&cli, &[], arguments).map(drop)
    };
    let protection = "feast.dev/protected-project: 'true'";
    for (value, arguments, is_protected) in [
        (Some("true"), &["--read-only"][..], false),
        (Some("TRUE"), &[], true),
        (None, &[], true),
        (Some("true"), &[], true),
        (Some("false"), &[], false),
        (None, &[], false),
    ] {
        started(value, arguments)?;
        let described = described()?;
        assert!(described.contains("team: ml"), "{described}");
        assert_eq!(described.contains(protection), is_protected, "{value:?}: {described}");
    }
    let refused = cli.clone().variable("FEAST_PROTECTED_PROJECT", "yes").run(&["serve", "--port", "0"])?;
    assert_eq!(refused.code, 2, "{refused}");
    Ok(())
}
