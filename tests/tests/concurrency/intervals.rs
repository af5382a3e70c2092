//! Materializations of one view.

use anyhow::Result;
use feast_registry_core::kind::Kind;

use crate::load::{PROCESSES, PROJECT, Place, SHARED, acknowledged, assert_stored, scaled, starts};

pub(crate) fn every_acknowledged_interval_is_stored_once(place: &Place) -> Result<()> {
    let each = scaled(100)?;
    let reports = place.writers(&["materialize"; PROCESSES], each)?.run()?;
    place.check("materializations of one view", &reports);
    let acked = acknowledged(&reports, SHARED);
    assert_eq!(acked.len(), PROCESSES * each);
    assert_stored(&starts(&place.view(SHARED)?), &acked);
    for registry in place.registries()? {
        let view = registry.get(Kind::FeatureView, PROJECT, SHARED)?;
        assert_eq!(view.bookkeeping().intervals.len(), acked.len());
    }
    Ok(())
}
