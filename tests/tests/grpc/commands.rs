//! Feast's own command line on a repository whose registry is our server.

use anyhow::Result;

use crate::place::{Engine, Place, on_every_database};

on_every_database! {
    feasts_commands_work_unchanged,
}

fn feasts_commands_work_unchanged(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    let server = place.serve(&[])?;
    let repository = tempfile::tempdir()?;
    let folder = repository.path().display().to_string();
    let report = place.feast_says("commands.py", &[server.address(), &folder])?;
    for (command, says) in [
        (
            "apply",
            &["Created project rides", "Created entity driver", "Created feature view driver_stats"][..],
        ),
        ("apply", &["Created on demand feature view weighted_stats", "Created feature service ranking"]),
        ("plan", &["No changes to registry"]),
        ("apply 2", &["No changes to registry"]),
        ("projects list", &["rides", "Rides of all cities"]),
        ("projects describe rides", &["description: Rides of all cities"]),
        ("entities list", &["driver  A driver       ValueType.INT64"]),
        ("entities describe driver", &["joinKey: driver_id", "createdTimestamp"]),
        ("data-sources list", &["stats_file", "FileSource"]),
        ("data-sources describe stats_file", &["timestampField: ts"]),
        ("feature-views list", &["driver_stats", "weighted_stats"]),
        ("feature-views list --tags team:rides", &["driver_stats"]),
        ("feature-views describe driver_stats", &["name: trips", "state: STATE_UNSPECIFIED"]),
        ("on-demand-feature-views list", &["weighted_stats"]),
        ("on-demand-feature-views describe weighted_stats", &["name: weighted"]),
        ("features list", &["trips", "rating", "weighted", "Float64"]),
        ("features describe trips", &["Int64"]),
        ("feature-services list", &["ranking  driver_stats:trips"]),
        ("feature-services describe ranking", &["featureViewName: driver_stats"]),
        ("permissions list", &["readers", "FeatureView", "DESCRIBE"]),
        ("permissions describe readers", &["roles:"]),
        ("feature-views describe driver_stats 2", &["materializationIntervals", "state: AVAILABLE_ONLINE"]),
        ("registry-dump", &["\"featureServices\"", "\"project\": \"rides\""]),
        ("delete ranking", &["Deleted FeatureService ranking from rides."]),
    ] {
        let run = &report[command];
        let output = run["output"].as_str().unwrap_or_default();
        assert_eq!(run["code"], 0, "{command}: {output}");
        for text in says {
            assert!(output.contains(text), "{command} does not say `{text}`: {output}");
        }
    }
    for (command, says) in [
        ("feature-services list 2", "ranking"),
        ("feature-views list --tags team:rides", "weighted_stats"),
        ("projects list 2", "rides"),
    ] {
        let output = report[command]["output"].as_str().unwrap_or_default();
        assert!(!output.contains(says), "{command} says `{says}`: {output}");
    }
    let missing = &report["entities describe nobody"];
    assert_eq!(missing["code"], 1);
    assert!(
        missing["output"].to_string().contains("Entity nobody does not exist in project rides"),
        "{missing}"
    );
    let all = report.as_object().map(|report| report.len());
    assert_eq!(all, Some(32));
    for (command, run) in report.as_object().into_iter().flatten() {
        assert!(run["code"] == 0 || command.ends_with("nobody"), "{command}: {run}");
    }
    Ok(())
}
