//! `materializations`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn intervals_are_recorded_and_listed_in_every_format() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("materializations list driver_live")?, @"
    exit code 0
    --- stdout
    START  END
    --- stderr
    ");
    assert_snapshot!(store.run("materializations add driver_live 2026-01-01 2026-01-02T12:00:00+02:00")?, @"
    exit code 0
    --- stdout
    Recorded 2026-01-01T00:00:00Z to 2026-01-02T10:00:00Z for stream feature view driver_live
    --- stderr
    ");
    assert_snapshot!(store.run("materializations add driver_live 2026-01-02T10:00:00 2026-01-03 -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "StreamFeatureView",
        "project": "driver_ranking",
        "name": "driver_live"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("materializations list driver_live")?, @"
    exit code 0
    --- stdout
    START                 END
    2026-01-01T00:00:00Z  2026-01-02T10:00:00Z
    2026-01-02T10:00:00Z  2026-01-03T00:00:00Z
    --- stderr
    ");
    assert_snapshot!(store.run("materializations list driver_live -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "startTime": "2026-01-01T00:00:00Z",
        "endTime": "2026-01-02T10:00:00Z"
      },
      {
        "startTime": "2026-01-02T10:00:00Z",
        "endTime": "2026-01-03T00:00:00Z"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("materializations list driver_live -o yaml")?, @"
    exit code 0
    --- stdout
    ---
    startTime: '2026-01-01T00:00:00Z'
    endTime: '2026-01-02T10:00:00Z'
    ---
    startTime: '2026-01-02T10:00:00Z'
    endTime: '2026-01-03T00:00:00Z'
    --- stderr
    ");
    assert_snapshot!(store.run("materializations list driver_live -o name")?, @"
    exit code 0
    --- stdout
    2026-01-01T00:00:00Z/2026-01-02T10:00:00Z
    2026-01-02T10:00:00Z/2026-01-03T00:00:00Z
    --- stderr
    ");
    Ok(())
}

#[test]
fn what_cannot_be_materialized_is_said() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("materializations add driver_live 2026-01-02 2026-01-01")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: the interval from 2026-01-02T00:00:00Z to 2026-01-01T00:00:00Z for `driver_live` ends before it starts

    hint: give the start first, then the end
    ");
    assert_snapshot!(store.run("materializations add trip_estimate 2026-01-01 2026-01-02")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: on-demand feature view `trip_estimate` cannot be materialized

    hint: materializations are recorded on batch and stream feature views
    ");
    assert_snapshot!(store.run("materializations list trip_estimate")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: on-demand feature view `trip_estimate` cannot be materialized

    hint: materializations are recorded on batch and stream feature views
    ");
    assert_snapshot!(store.run("materializations list nothing")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: feature view `nothing` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    assert_snapshot!(store.run("materializations add driver_live 2026-01-01 tomorrow")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'tomorrow' for '<END>': `tomorrow` is not a time; write 2026-01-31, 2026-01-31T08:00:00 (UTC) or 2026-01-31T08:00:00+02:00

    For more information, try '--help'.
    ");
    Ok(())
}
