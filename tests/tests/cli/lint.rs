//! `lint`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

/// Its view refers to an entity that does not exist, and its entity could be better.
const CARELESS: &str = "\
kind: Entity
spec: {name: rider, joinKey: rider_id}
---
kind: FeatureView
spec:
  name: rides
  entities: [rider, gone]
  features: [{name: count, valueType: INT64}]
  entityColumns: [{name: rider_id, valueType: INT64}]
  description: Rides of a rider
  owner: rides@example.com
";

fn careless() -> Result<Store> {
    let store = Store::example()?;
    store.apply(CARELESS, "--project rides")?;
    Ok(store)
}

#[test]
fn findings_are_told_with_evidence_and_remedy() -> Result<()> {
    let store = careless()?;
    assert_snapshot!(store.run("lint --project rides")?, @"
    exit code 1
    --- stdout
    error[missing-entity]: feature view `rides`
      It refers to the entity `gone`, which does not exist.
      evidence: `gone` is its entity.
      remedy: Apply the entity, or take it out of the view.

    info[no-description]: entity `rider`
      This entity has no description.
      evidence: `description` is empty.
      remedy: Say in its definition what it is, in which unit, and for whom; then apply it.

    info[no-owner]: entity `rider`
      This entity has no owner.
      evidence: `owner` is empty.
      remedy: Name the team or person in its definition, best as an address; then apply it.

    Found 1 error, 2 infos in 3 objects
    --- stderr
    ");
    assert_snapshot!(store.run("lint --severity warning")?, @"
    exit code 1
    --- stdout
    warning[never-materialized]: feature view `customer_daily`
      It is to be served online, but was never materialized.
      evidence: No interval is recorded.
      remedy: feast materialize-incremental [now] --views customer_daily

    warning[never-materialized]: feature view `driver_hourly_stats`
      It is to be served online, but was never materialized.
      evidence: No interval is recorded.
      remedy: feast materialize-incremental [now] --views driver_hourly_stats

    warning[never-materialized]: stream feature view `driver_live`
      It is to be served online, but was never materialized.
      evidence: No interval is recorded.
      remedy: feast materialize-incremental [now] --views driver_live

    Found 3 warnings in 18 objects; not told: 4 infos
    --- stderr
    ");
    // All projects, where nothing names one.
    assert_snapshot!(store.run("--registry sqlite:///registry.db lint --severity error")?, @"
    exit code 1
    --- stdout
    error[missing-entity]: feature view `rides` of project `rides`
      It refers to the entity `gone`, which does not exist.
      evidence: `gone` is its entity.
      remedy: Apply the entity, or take it out of the view.

    Found 1 error in 21 objects; not told: 3 warnings, 6 infos
    --- stderr
    ");
    Ok(())
}

#[test]
fn findings_are_records_and_objects_are_named_once() -> Result<()> {
    let store = careless()?;
    assert_snapshot!(store.run("lint --project rides --severity error -o json")?, @r#"
    exit code 1
    --- stdout
    [
      {
        "rule": "missing-entity",
        "severity": "error",
        "ref": {
          "kind": "FeatureView",
          "project": "rides",
          "name": "rides"
        },
        "owner": "rides@example.com",
        "message": "It refers to the entity `gone`, which does not exist.",
        "evidence": "`gone` is its entity.",
        "remedy": "Apply the entity, or take it out of the view.",
        "related": [
          {
            "kind": "Entity",
            "project": "rides",
            "name": "gone"
          }
        ]
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("lint --project rides --severity error -o yaml")?, @"
    exit code 1
    --- stdout
    ---
    rule: missing-entity
    severity: error
    ref:
      kind: FeatureView
      project: rides
      name: rides
    owner: rides@example.com
    message: It refers to the entity `gone`, which does not exist.
    evidence: '`gone` is its entity.'
    remedy: Apply the entity, or take it out of the view.
    related:
    - kind: Entity
      project: rides
      name: gone
    --- stderr
    ");
    assert_snapshot!(store.run("lint --project rides -o name")?, @"
    exit code 1
    --- stdout
    rides
    rider
    --- stderr
    ");
    Ok(())
}

#[test]
fn only_errors_and_warnings_fail_a_pipeline() -> Result<()> {
    let store = careless()?;
    assert_eq!(store.run("lint --project rides --severity error")?.code, 1);
    store.does("entities delete rider --project rides")?;
    store.does("feature-views delete rides --project rides")?;
    assert_snapshot!(store.run("lint --project rides")?, @"
    exit code 0
    --- stdout
    Found nothing in 1 object
    --- stderr
    ");
    store.apply("kind: Entity\nspec: {name: rider, joinKey: rider_id}", "--project rides")?;
    assert_snapshot!(store.run("lint --project rides --severity warning")?, @"
    exit code 0
    --- stdout
    Found nothing in 2 objects; not told: 3 infos
    --- stderr
    ");
    assert_eq!(store.run("lint --project rides")?.code, 0);
    assert_snapshot!(store.run("lint --project rode")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: project `rode` does not exist

    hint: `projects list` shows the projects of this registry
    ");
    Ok(())
}

#[test]
fn registry_files_are_checked_too_and_damage_is_a_finding() -> Result<()> {
    let store = Store::empty()?;
    // An entity `a` of the project `p`, and one whose name is not UTF-8.
    store.write("registry.pb", b"\x0a\x08\x0a\x06\x0a\x01a\x4a\x01p\x0a\x08\x0a\x06\x0a\x01\xff\x4a\x01p")?;
    assert_snapshot!(store.run("--registry registry.pb lint --severity error")?, @"
    exit code 1
    --- stdout
    error[undecodable]: entity `�` of project `p`
      The bytes of this entity are damaged.
      evidence: 8 bytes, not a valid `feast.core.EntitySpecV2`: field `name` is not UTF-8
      remedy: Apply its definition again, or delete it: feast-registry entities delete '�' --project p

    Found 1 error in 2 objects; not told: 3 infos
    --- stderr
    ");
    Ok(())
}

#[test]
fn findings_fit_the_terminal() -> Result<()> {
    let store = careless()?;
    assert_snapshot!(store.in_terminal("lint --project rides --severity error", 48, &[])?, @"
    ␛[1m␛[31merror[missing-entity]:␛[0m feature view `rides`
      It refers to the entity `gone`, which does not
        exist.
      evidence: `gone` is its entity.
      remedy: Apply the entity, or take it out of
        the view.

    Found 1 error in 3 objects; not told: 2 infos
    ");
    let plain = store.in_terminal("lint --project rides", 48, &[("NO_COLOR", "1")])?;
    assert!(plain.lines().all(|line| line.len() <= 48 && !line.contains('␛')), "{plain}");
    Ok(())
}
