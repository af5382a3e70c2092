//! Global options.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn options_stand_before_or_after_the_command() -> Result<()> {
    let store = Store::with_two_projects()?;
    let expected = "rider\n";
    for line in [
        "--project rides -o name entities list",
        "entities --project rides -o name list",
        "entities list --project rides -o name",
        "--project rides entities --output=name list",
        "-oname --project=rides --registry sqlite:///registry.db entities list",
        "entities list -o name --project rides --registry sqlite:///registry.db",
        "entities list --chdir . --project rides --output name",
        "entities list --feature-store-yaml feature_store.yaml --project rides --output name --log-level ERROR",
    ] {
        assert_eq!(store.does(line)?, expected, "{line}");
    }
    Ok(())
}

#[test]
fn the_short_file_option_stands_before_the_command() -> Result<()> {
    let store = Store::example()?;
    std::fs::rename(store.path("feature_store.yaml"), store.path("other.yaml"))?;
    assert_eq!(store.does("-f other.yaml entities list -o name")?, "customer\ndriver\n");
    assert_eq!(store.does("-f other.yaml plan -f example.yaml")?, "No changes to registry\n");
    assert_snapshot!(store.run("entities list -f other.yaml")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: unexpected argument '-f' found

    Usage: feast-registry entities list [OPTIONS]

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("-f other.yaml --feature-store-yaml other.yaml entities list")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: the argument '-f <FILE>' cannot be used with '--feature-store-yaml <FILE>'

    Usage: feast-registry -f <FILE> <COMMAND>

    For more information, try '--help'.
    ");
    Ok(())
}

#[test]
fn statements_are_logged_on_standard_error_when_asked_for() -> Result<()> {
    let store = Store::example()?;
    store.write(
        "feature_store.yaml",
        "project: driver_ranking\nregistry:\n  registry_type: sql\n  path: sqlite:///registry.db\n  \
         sqlalchemy_config_kwargs: {echo: true, colour: red}\n",
    )?;
    let output = store.run("entities list -o name")?;
    assert_eq!(output.stdout, "customer\ndriver\n");
    assert_snapshot!(output.stderr.lines().filter(|line| line.starts_with("warning")).collect::<String>(), @"warning: [folder]/feature_store.yaml: `registry.sqlalchemy_config_kwargs.colour` is not known here and has no effect");
    let logged = store.run("entities list -o name --log-level info")?;
    assert!(logged.stderr.contains("SELECT"), "{logged}");
    Ok(())
}
