//! Output: terminals, colour, pipes.

use std::io::Read as _;

use anyhow::{Context, Result};
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn colour_is_for_terminals_that_want_it() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.in_terminal("entities list", 100, &[])?, @"
    ␛[1mNAME      DESCRIPTION            TYPE␛[0m
    customer  Someone who is driven  STRING
    driver    Someone who drives     INT64
    ");
    assert_snapshot!(store.in_terminal("entities describe nobody", 100, &[])?, @"
    ␛[1m␛[31merror:␛[0m entity `nobody` does not exist in project `driver_ranking`

    ␛[1m␛[36mhint:␛[0m names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    for line in [
        "entities list",
        "entities describe nobody",
        "entities",
        "nonsense",
        "--project nothing entities list",
    ] {
        let coloured = store.in_terminal(line, 100, &[])?;
        assert!(coloured.contains('␛'), "{coloured}");
        for plain in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let shown = store.in_terminal(line, 100, &[plain])?;
            assert!(!shown.contains('␛'), "{plain:?}: {shown}");
        }
        let output = store.variable("TERM", "xterm-256color").run(&line.split(' ').collect::<Vec<_>>())?;
        assert!(!output.to_string().contains('\u{1b}'), "{output}");
    }
    Ok(())
}

/// Names are never cut, for people copy them.
#[test]
fn tables_fit_the_terminal() -> Result<()> {
    let store = Store::example()?;
    let plain = [("NO_COLOR", "1")];
    assert_snapshot!(store.in_terminal("feature-views list", 80, &plain)?, @"
    NAME                   ENTITIES  TYPE                 ENABLED  STATE
    customer_daily         customer  FeatureView          Yes      STATE_UNSPECIFIED
    driver_hourly_stats    driver    FeatureView          Yes      STATE_UNSPECIFIED
    driver_live            driver    StreamFeatureView    Yes      STATE_UNSPECIFIED
    trip_estimate                    OnDemandFeatureView  Yes      STATE_UNSPECIFIED
    driver_reviews_labels  driver    LabelView            Yes      STATE_UNSPECIFIED
    ");
    assert_snapshot!(store.in_terminal("permissions list", 80, &plain)?, @"
    NAME             TYPES         NAME_PATTERNS  ACTIONS      ROLES   REQUIRED_TAGS
    ranking_readers  FeatureView…  driver_.*,…    DESCRIBE,…   admin…  -
    ");
    assert_snapshot!(store.in_terminal("feature-services list", 60, &plain)?, @"
    NAME        FEATURES
    ranking_v1  driver_hourly_stats:conv_rate,…
    ranking_v2  driver_hourly_stats:conv_rate,…
    ");
    let name = "driver_statistics_of_the_last_hour_aggregated_over_all_areas_of_the_city_and_its_suburbs";
    store.apply(&format!("kind: Entity\nspec: {{name: {name}, description: A long name}}"), "")?;
    let listed = store.in_terminal("entities list", 80, &plain)?;
    assert!(listed.contains(name), "{listed}");
    Ok(())
}

#[test]
fn a_closed_pipe_ends_the_output_in_silence() -> Result<()> {
    let store = Store::example()?;
    for line in [
        "registry export --format json",
        "registry-dump",
        "feature-views list -o yaml",
        "features list",
        "--help",
    ] {
        let mut child = store.command(line).spawn()?;
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().context("no standard error")?.read_to_string(&mut stderr)?;
        let status = child.wait()?;
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{line}");
    }
    Ok(())
}

#[test]
fn a_full_disk_is_an_error() -> Result<()> {
    let store = Store::example()?;
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full")?;
    let output = store.command("registry-dump").stdout(full).output()?;
    assert_snapshot!(format!("{:?}\n{}", output.status.code(), String::from_utf8(output.stderr)?), @"
    Some(3)
    error: cannot write the output
      Caused by: No space left on device (os error 28)
    ");
    Ok(())
}

/// What objects hold does not steer the terminal.
#[test]
fn control_characters_are_shown_as_escapes() -> Result<()> {
    let store = Store::empty()?;
    store.apply(
        r#"{"kind": "Entity", "spec": {"name": "driver", "description": "\u001b[2J\u202eevil\nline"}}"#,
        "",
    )?;
    assert_snapshot!(store.run("entities list")?, @r"
    exit code 0
    --- stdout
    NAME    DESCRIPTION                  TYPE
    driver  \u{1b}[2J\u{202e}evil\nline  INVALID
    --- stderr
    ");
    for format in ["name", "json", "yaml"] {
        let listed = store.does(&format!("entities list -o {format}"))?;
        assert!(!listed.contains('\u{1b}'), "{listed}");
    }
    Ok(())
}
