//! Objects and projects that are made and deleted beside each other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use feast_registry_core::operation::DeleteProject;

use crate::load::{PROCESSES, PROJECT, Place, scaled};

/// The tables that the writers' rows are in, with the column of the name that two of them share.
const OF_VIEWS: &str = "SELECT count(*) FROM feature_views v WHERE NOT EXISTS (SELECT 1 FROM \
                        feature_view_version_history h WHERE h.feature_view_name = v.feature_view_name \
                        AND h.project_id = v.project_id)";
const OF_VERSIONS: &str = "SELECT count(*) FROM feature_view_version_history h WHERE NOT EXISTS (SELECT 1 FROM \
                           feature_views v WHERE h.feature_view_name = v.feature_view_name \
                           AND h.project_id = v.project_id)";

pub(crate) fn objects_come_and_go_beside_each_other(place: &Place) -> Result<()> {
    let reports = place.writers(&["object"; PROCESSES], scaled(25)?)?.run()?;
    place.check("views made and deleted", &reports);
    // Of each writer's the last is left.
    let left: BTreeSet<&str> =
        reports.iter().filter_map(|report| report.acked.last()?["name"].as_str()).collect();
    assert_eq!(left.len(), PROCESSES);
    let query = format!(
        "SELECT feature_view_name FROM feature_views \
         WHERE feature_view_name LIKE 'object%' AND project_id = '{PROJECT}'"
    );
    let stored = place.rows(&query)?;
    assert_eq!(stored.iter().map(|row| row[0].as_str()).collect::<BTreeSet<_>>(), left);
    assert_eq!((place.number(OF_VIEWS)?, place.number(OF_VERSIONS)?), (0, 0));
    assert!(reports.iter().all(|report| report.refused.is_empty()));
    Ok(())
}

pub(crate) fn nothing_is_left_in_a_deleted_project(place: &Place) -> Result<()> {
    let jobs = ["fill", "fill", "clear", "fill", "fill", "clear", "fill", "fill"];
    let writers = place.writers(&jobs, scaled(25)?)?;
    // Looked at all the while, each time in one statement.
    let done = AtomicBool::new(false);
    let owned = ["feature_views", "feature_view_version_history", "feast_metadata"];
    let (reports, looks) = std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            let reports = writers.run();
            done.store(true, Ordering::Release);
            reports
        });
        let mut looks = 0;
        while !done.load(Ordering::Acquire) || looks == 0 {
            for table in owned {
                let query = format!(
                    "SELECT count(*) FROM {table} o WHERE NOT EXISTS \
                     (SELECT 1 FROM projects p WHERE p.project_id = o.project_id)"
                );
                assert_eq!(place.number(&query)?, 0, "{table} has rows of a project that is deleted");
            }
            assert_eq!((place.number(OF_VIEWS)?, place.number(OF_VERSIONS)?), (0, 0));
            looks += 1;
        }
        let reports = load.join().map_err(|_| anyhow::anyhow!("the load panicked"))??;
        anyhow::Ok((reports, looks))
    })?;
    place.check(&format!("a project deleted while it is filled, {looks} looks"), &reports);
    let refused = reports.iter().flat_map(|report| &report.refused);
    for why in refused.map(|refused| refused["why"].as_str().unwrap_or_default()) {
        assert_eq!(why, "project `fleeting` does not exist");
    }
    let registries = place.registries()?;
    let registry = registries.first().context("no registry")?;
    // Whichever came last. What is left then goes with it.
    drop(registry.run(&DeleteProject { name: "fleeting".into() }));
    for table in owned.into_iter().chain(["projects"]) {
        assert_eq!(place.number(&format!("SELECT count(*) FROM {table} WHERE project_id = 'fleeting'"))?, 0);
    }
    Ok(())
}
