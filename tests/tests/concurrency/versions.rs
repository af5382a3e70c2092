//! Changes of one view's schema, each of which makes a version.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use feast_registry_core::kind::Kind;

use crate::load::{PROCESSES, PROJECT, Place, SHARED, scaled};

pub(crate) fn versions_are_dense_and_each_has_its_own_definition(place: &Place) -> Result<()> {
    let each = scaled(25)?;
    let reports = place.writers(&["version"; PROCESSES], each)?.run()?;
    place.check("schema changes of one view", &reports);
    let acked = reports.iter().flat_map(|report| &report.acked);
    let acked: Vec<(usize, String)> = acked
        .map(|acked| {
            let number = acked["version"].as_u64().with_context(|| format!("no version in {acked}"))?;
            Ok((usize::try_from(number)?, acked["feature"].as_str().context("no feature")?.to_owned()))
        })
        .collect::<Result<_>>()?;
    let features: BTreeMap<usize, String> = acked.iter().cloned().collect();
    assert_eq!(features.len(), acked.len(), "a number was given twice");
    assert_eq!(acked.len(), PROCESSES * each);

    let history = place.history(SHARED)?;
    // v0 is the view as it was made.
    assert!(history.iter().map(|(number, _)| *number).eq(0..=acked.len()), "numbers are missing");
    for (number, view) in &history[1..] {
        let spec = view.spec.as_ref().context("no spec")?;
        let named: Vec<&str> = spec.features.iter().map(|feature| feature.name.as_str()).collect();
        assert_eq!(named, ["rate", &features[number]], "v{number}");
        let meta = view.meta.as_ref().context("no meta")?;
        assert_eq!(usize::try_from(meta.current_version_number)?, *number);
    }
    let last = history.last().map(|(_, view)| view);
    assert_eq!(Some(&place.view(SHARED)?), last, "the active definition is not that of the last version");
    for registry in place.registries()? {
        assert_eq!(registry.versions(PROJECT, SHARED)?.len(), history.len());
        let active = registry.get(Kind::FeatureView, PROJECT, SHARED)?;
        assert_eq!(active.bookkeeping().version_number, i32::try_from(acked.len()).ok());
    }
    Ok(())
}
