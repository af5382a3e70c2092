//! Where the registry and the project come from.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

const ENTITIES: &str = "customer\ndriver\n";

#[test]
fn feature_store_yaml_is_found_by_options_and_variables() -> Result<()> {
    let store = Store::example()?;
    let url = format!("sqlite:///{}", store.path("registry.db").display());
    let configuration = format!("project: driver_ranking\nregistry: {{registry_type: sql, path: '{url}'}}\n");
    std::fs::create_dir(store.path("repo"))?;
    store.write("repo/feature_store.yaml", &configuration)?;
    store.write("repo/named.yaml", &configuration)?;
    std::fs::remove_file(store.path("feature_store.yaml"))?;

    assert_snapshot!(store.run("entities list -o name")?, @"
    exit code 3
    --- stdout
    --- stderr
    error: [folder]/feature_store.yaml: cannot be read: No such file or directory (os error 2)

    hint: run in the folder of a feature repository, name one with `-c`, a file with `-f`, or a registry with `--registry`
    ");
    for line in [
        "-c repo entities list -o name",
        "entities list -o name --chdir repo",
        "-f repo/named.yaml entities list -o name",
        "entities list -o name --feature-store-yaml repo/named.yaml",
        "-c absent -f repo/named.yaml entities list -o name",
    ] {
        let output = store.run(line)?;
        assert_eq!((output.code, output.stdout.as_str()), (0, ENTITIES), "`{line}`: {output}");
    }
    let list = ["entities", "list", "-o", "name"];
    for (name, value) in
        [("FEATURE_REPO_DIR_ENV_VAR", "repo"), ("FEAST_FS_YAML_FILE_PATH", "repo/named.yaml")]
    {
        let output = store.variable(name, value).run(&list)?;
        assert_eq!((output.code, output.stdout.as_str()), (0, ENTITIES), "`{name}`: {output}");
    }
    // An option goes before the environment.
    let output =
        store.variable("FEATURE_REPO_DIR_ENV_VAR", "absent").run(&[&["-c", "repo"], &list[..]].concat())?;
    assert_eq!((output.code, output.stdout.as_str()), (0, ENTITIES), "{output}");
    Ok(())
}

#[test]
fn variables_in_feature_store_yaml_are_expanded() -> Result<()> {
    let store = Store::example()?;
    store.write(
        "feature_store.yaml",
        "project: $PROJECT\nregistry: {registry_type: sql, path: 'sqlite:///${DATABASE}'}\n",
    )?;
    let cli = store.variable("PROJECT", "driver_ranking").variable("DATABASE", "registry.db");
    assert_eq!(cli.run(&["entities", "list", "-o", "name"])?.stdout, ENTITIES);
    Ok(())
}

#[test]
fn a_url_needs_no_feature_store_yaml() -> Result<()> {
    let store = Store::example()?;
    std::fs::remove_file(store.path("feature_store.yaml"))?;
    assert_eq!(store.does("entities list -o name --registry sqlite:///registry.db")?, ENTITIES);
    let absolute =
        format!("entities list -o name --registry sqlite:///{}", store.path("registry.db").display());
    assert_eq!(store.does(&absolute)?, ENTITIES);
    Ok(())
}

#[test]
fn one_project_of_several_is_chosen() -> Result<()> {
    let store = Store::with_two_projects()?;
    assert_eq!(store.does("entities list -o name")?, ENTITIES);
    assert_eq!(store.does("entities list -o name --project rides")?, "rider\n");
    assert_eq!(
        store.does("--registry sqlite:///registry.db entities list -o name --project rides")?,
        "rider\n"
    );
    assert_snapshot!(store.run("--registry sqlite:///registry.db entities list")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: no project is given, and the registry has 2
      - driver_ranking
      - rides

    hint: choose one with `--project`
    ");
    assert_snapshot!(store.run("--registry sqlite:///registry.db apply -f validation_reference.yaml")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: no project is given, and the registry has 2
      - driver_ranking
      - rides

    hint: choose one with `--project`
    ");
    store.does("projects delete rides --yes")?;
    assert_eq!(store.does("--registry sqlite:///registry.db entities list -o name")?, ENTITIES);
    Ok(())
}

#[test]
fn a_registry_without_projects_has_nothing_to_choose() -> Result<()> {
    let store = Store::empty()?;
    assert_snapshot!(store.run("--registry sqlite:///registry.db entities list")?, @"
    exit code 0
    --- stdout
    NAME  DESCRIPTION  TYPE
    --- stderr
    ");
    assert_snapshot!(store.run("--registry sqlite:///registry.db entities describe driver")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: no project is given, and the registry has none

    hint: name one with `--project`; `apply` creates it
    ");
    Ok(())
}
