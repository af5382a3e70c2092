//! Races for a name: views of all four kinds share one name space.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::load::{PROCESSES, PROJECT, Place, scaled};

const TABLES: [&str; 4] = ["feature_views", "stream_feature_views", "on_demand_feature_views", "label_views"];

pub(crate) fn a_name_goes_to_one_kind_of_view(place: &Place) -> Result<()> {
    let names = scaled(20)?;
    // The kind depends on the writer; two have the same, and may both succeed.
    let reports = place.writers(&["name"; PROCESSES], names)?.run_in_step(names)?;
    place.check("races of four kinds for a name", &reports);
    let mut winners = BTreeMap::<String, BTreeSet<String>>::new();
    for report in &reports {
        assert_eq!(report.acked.len() + report.refused.len(), names);
        for acked in &report.acked {
            let text = |key: &str| acked[key].as_str().map(str::to_owned).context("no text");
            winners.entry(text("name")?).or_default().insert(text("table")?);
        }
        for refused in &report.refused {
            let why = refused["why"].as_str().unwrap_or_default();
            assert!(why.contains("views share one name space"), "{why}");
        }
    }
    let mut stored = BTreeMap::<String, BTreeSet<String>>::new();
    for table in TABLES {
        let query = format!(
            "SELECT feature_view_name FROM {table} \
             WHERE feature_view_name LIKE 'name%' AND project_id = '{PROJECT}'"
        );
        for row in place.rows(&query)? {
            stored.entry(row[0].clone()).or_default().insert(table.to_owned());
        }
    }
    assert_eq!(stored, winners, "stored, and acknowledged");
    assert_eq!(stored.len(), names);
    assert!(stored.values().all(|tables| tables.len() == 1), "{stored:?}");
    // Each has its first version and no other's.
    let query = "SELECT count(*) FROM feature_view_version_history WHERE feature_view_name LIKE 'name%'";
    assert_eq!(place.number(query)?, names);
    for registry in place.registries()? {
        for name in stored.keys() {
            registry.any_view(PROJECT, name)?;
        }
    }
    Ok(())
}
