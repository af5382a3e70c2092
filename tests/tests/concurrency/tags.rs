//! Applies that edit tags, beside each other and beside materializations of the same views.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use feast_registry_core::{kind::Kind, proto::feast::core as feast};
use feast_registry_tests::writers::Report;

use crate::load::{PROJECT, Place, SHARED, acknowledged, assert_stored, scaled, starts};

const WORKERS: usize = 2;

pub(crate) fn tags_and_intervals_do_not_undo_each_other(place: &Place) -> Result<()> {
    // Each own view has one who tags it and one who materializes it; the shared one has two of both.
    let jobs = ["tag-own", "materialize-own", "tag", "materialize"].repeat(WORKERS);
    let reports = place.writers(&jobs, scaled(50)?)?.run()?;
    place.check("tags beside materializations", &reports);
    let registries = place.registries()?;
    for name in (0..WORKERS).map(|worker| format!("own{worker}")).chain([SHARED.to_owned()]) {
        let view = place.view(&name)?;
        assert_stored(&starts(&view), &acknowledged(&reports, &name));
        let tag = tag(&view)?;
        // Each tagger's last. Of one who tags alone that is the one that must be stored; of several, one of them.
        let last: BTreeSet<&str> = reports.iter().filter_map(|report| last_tag(report, &name)).collect();
        assert_eq!(last.len(), if name == SHARED { WORKERS } else { 1 });
        assert!(
            last.contains(tag),
            "`{name}` has `{tag}`, and the last that its writers were told of are {last:?}"
        );
        for registry in &registries {
            let ours = registry.get(Kind::FeatureView, PROJECT, &name)?;
            assert_eq!(ours.tags().get("last").map(String::as_str), Some(tag));
        }
    }
    Ok(())
}

fn tag(view: &feast::FeatureView) -> Result<&str> {
    let spec = view.spec.as_ref().context("no spec")?;
    Ok(spec.tags.get("last").context("no tag")?)
}

fn last_tag<'r>(report: &'r Report, view: &str) -> Option<&'r str> {
    report.acked.iter().rfind(|acked| acked["view"] == view)?["tag"].as_str()
}
