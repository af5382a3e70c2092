//! `teardown`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn tables_are_dropped_when_confirmed() -> Result<()> {
    let store = Store::with_two_projects()?;
    let before = store.exported()?;
    assert_snapshot!(store.run("teardown")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: standard input is not a terminal, so that nobody can be asked: Drop all tables of the registry in sqlite:///registry.db, with 2 projects and 18 objects?

    hint: pass `--yes` to do it without being asked
    ");
    assert_snapshot!(store.in_terminal("teardown", 120, &[("NO_COLOR", "1")])?, @"
    Drop all tables of the registry in sqlite:///registry.db, with 2 projects and 18 objects? [y/N]: 
    error: aborted
    ");
    assert!(store.exported()? == before, "the registry has changed");
    assert_snapshot!(store.run("teardown --yes")?, @"
    exit code 0
    --- stdout
    Dropped the tables of the registry in sqlite:///registry.db, with 2 projects and 18 objects
    --- stderr
    ");
    assert_eq!(store.run("registry verify-schema")?.code, 5);
    assert_snapshot!(store.run("teardown -y")?, @"
    exit code 0
    --- stdout
    Dropped the tables of the registry in sqlite:///registry.db, some of which are missing already
    --- stderr
    ");
    Ok(())
}

#[test]
fn the_projects_that_went_are_told() -> Result<()> {
    assert_snapshot!(Store::with_two_projects()?.run("teardown -y -o name")?, @"
    exit code 0
    --- stdout
    driver_ranking
    rides
    --- stderr
    ");
    Ok(())
}
